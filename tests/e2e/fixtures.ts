/**
 * What every end-to-end test stands on: a real queue in a temporary directory, the built server on it, and a page that
 * must stay clean: a console error, a violation of the policy or a request to elsewhere fails the test.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test as base } from '@playwright/test'
import type { BrowserContext, Page } from '@playwright/test'
import { recreateRecordedQueue } from '../helpers/queue-dirs.ts'
import type { RecordedQueue } from '../helpers/queue-dirs.ts'

export { expect } from '@playwright/test'

const SERVER = path.join(import.meta.dirname, '../../dist/server/server.js')
const READY = /^Inspector at (\S+)$/
const READY_DEADLINE_MS = 20_000

interface Fixtures {
  /** A temporary directory of this test. */
  tempDir: string
  /** Recreates a queue that the Python library wrote; answers its directory. */
  makeQueue: (queue?: RecordedQueue) => string
  /**
   * Starts `node dist/server/server.js` with these arguments; answers the URL with the token, leading to the pending tasks. Ended with
   * the test.
   */
  serve: (...args: string[]) => Promise<string>
  /** Lets the page complain: give what its complaints may contain, for tests that provoke them. */
  allowComplaints: (...parts: string[]) => void
  cleanPage: void
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from the pattern.
  tempDir: async ({}, use, testInfo) => {
    const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'fq-e2e-')))
    await use(dir)
    if (testInfo.status === testInfo.expectedStatus) rmSync(dir, { recursive: true, force: true })
    else console.error(`kept for a look: ${dir}`)
  },

  makeQueue: async ({ tempDir }, use) => {
    await use((queue = 'every-state') => recreateRecordedQueue(tempDir, queue))
  },

  serve: async ({ tempDir, context }, use) => {
    const servers: ChildProcess[] = []
    await use(async (...args) => {
      const server = spawn(process.execPath, [SERVER, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
        // Never the person's own journals and locks.
        env: { ...process.env, FEMTOQUEUE_INSPECTOR_STATE: path.join(tempDir, 'state') },
      })
      servers.push(server)
      return `${await waitForUrl(server)}/pending`
    })
    // A page that outlives its server tries to connect again, and complains.
    await Promise.all(context.pages().map((page) => page.close()))
    await Promise.all(servers.map(end))
  },

  allowComplaints: async ({ cleanPage: _started }, use) => {
    await use((...parts) => allowed.push(...parts))
  },

  cleanPage: [
    async ({ context }, use) => {
      allowed.length = 0
      const complaints = watchContext(context)
      await use()
      const unexpected = complaints.filter((complaint) => !allowed.some((part) => complaint.includes(part)))
      if (unexpected.length > 0) throw new Error(`The page was not clean:\n${unexpected.join('\n')}`)
    },
    { auto: true },
  ],
})

/** Of the test that runs now: a worker runs one at a time. */
const allowed: string[] = []

/** Gathers what a page must never do. */
function watchContext(context: BrowserContext): string[] {
  const complaints: string[] = []
  const watchPage = (page: Page): void => {
    // Violations of the policy come as console errors too.
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url())
      const isOwn = hostname === '127.0.0.1' || protocol === 'data:' || protocol === 'file:'
      if (!isOwn) complaints.push(`request to elsewhere: ${request.url()}`)
    })
  }
  context.on('page', watchPage)
  for (const page of context.pages()) watchPage(page)
  return complaints
}

async function waitForUrl(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new TypeError('stdout was asked for as a pipe')
  const lines = createInterface({ input: server.stdout })
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('The server did not become ready')), READY_DEADLINE_MS)
    server.once('exit', (code) => reject(new Error(`The server ended with ${code}`)))
    lines.on('line', (line) => {
      const url = READY.exec(line)?.[1]
      if (url === undefined) return reject(new Error(`Not the line that was promised: ${line}`))
      clearTimeout(deadline)
      resolve(url)
    })
  })
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await exited
}
