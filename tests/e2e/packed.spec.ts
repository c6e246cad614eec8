/**
 * The packed app itself: `FQ_PACKED_APP` names its executable. Its fuses keep debuggers out, so the page is reached by
 * Chromium's own port, and main is judged by what it does.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, expect, test } from '@playwright/test'
import { desktopObstacleOrNull } from '../helpers/desktop.ts'
import { recreateRecordedQueue } from '../helpers/queue-dirs.ts'

const executable = process.env['FQ_PACKED_APP'] ?? ''
const obstacle = executable === '' ? 'FQ_PACKED_APP names no packed app' : desktopObstacleOrNull()

if (obstacle !== null) {
  console.warn(`\n!!! SKIPPED: the tests of the packed app, because ${obstacle}.`)
  console.warn(
    '!!! Run them with: npx electron-builder --dir && FQ_PACKED_APP=release/linux-unpacked/femtoqueue-inspector npm run test:e2e -- --project=electron packed.spec\n',
  )
}

interface Run {
  readonly code: number | null
  readonly out: string
}

test.describe('the packed app', () => {
  test.skip(obstacle !== null, String(obstacle))

  let tempDir = ''
  let queue = ''
  const children: ChildProcess[] = []

  test.beforeEach(() => {
    tempDir = mkdtempSync(path.join(tmpdir(), 'fq-packed-'))
    queue = recreateRecordedQueue(tempDir, 'every-state')
  })

  test.afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
    rmSync(tempDir, { recursive: true, force: true, maxRetries: 5 })
  })

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const userData = `--user-data-dir=${path.join(tempDir, 'user-data')}`
    const child = spawn(executable, [userData, ...args], { env: { ...process.env, ...env } })
    children.push(child)
    return child
  }

  async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
    const child = start(args, env)
    let out = ''
    child.stdout?.on('data', (chunk) => (out += String(chunk)))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, out }
  }

  test('shows a queue in a page that is kept apart', async () => {
    start(['--remote-debugging-port=0', queue])
    const portFile = path.join(tempDir, 'user-data', 'DevToolsActivePort')
    await expect.poll(() => existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n')).toBe(true)
    const [port] = readFileSync(portFile, 'utf8').split('\n')
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
    await expect.poll(() => browser.contexts()[0]?.pages()[0]?.url()).toBe('app://inspector/')
    const page = browser.contexts()[0]?.pages()[0]
    if (page === undefined) throw new Error('The app has no page')
    await expect(page.getByRole('grid')).toBeVisible()
    const reach = await page.evaluate(async () => ({
      require: typeof Reflect.get(globalThis, 'require'),
      outside: await fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
      opened: window.open('https://example.com/') === null,
    }))
    expect(reach).toEqual({ require: 'undefined', outside: 'refused', opened: true })
    await browser.close()
  })

  test('tells a status without a window, and ends by its verdict', async () => {
    const { code, out } = await run([queue, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ format: 1, counts: { pending: 6 } })
  })

  test('is no Node for others: neither as one, nor by its options', async () => {
    const evil = path.join(tempDir, 'evil.cjs')
    writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(path.join(tempDir, 'ran'))}, '')`)
    const asNode = await run([queue, '--json'], { ELECTRON_RUN_AS_NODE: '1' })
    expect(JSON.parse(asNode.out)).toMatchObject({ format: 1 })
    await run([queue, '--json'], { NODE_OPTIONS: `--require ${evil}` })
    expect(existsSync(path.join(tempDir, 'ran'))).toBe(false)
  })
})
