import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { assertBuilt, REPO_DIR } from '../../scripts/built-app.ts'
import { makeEmptyQueue, makeTempDir, recreateRecordedQueue, snapshotOf } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const SERVER = path.join(REPO_DIR, 'dist/server/server.js')
const READY = /^Inspector at (http:\/\/127\.0\.0\.1:\d+)\/#t=([\w-]{43})\n$/

beforeAll(assertBuilt)

interface RunningServer {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  readonly exited: Promise<number | null>
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningServer {
  const child = spawn(process.execPath, [SERVER, ...args], { env: { ...process.env, ...env } })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const exited = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { child, out: () => out, err: () => err, exited }
}

async function ready(server: RunningServer): Promise<{ origin: string; token: string }> {
  const [, origin = '', token = ''] = await waitUntil('the one line', () => READY.exec(server.out()))
  return { origin, token }
}

function demosIn(dir: string): string[] {
  return readdirSync(dir).filter((name) => name.startsWith('femtoqueue-demo-'))
}

describe('the server as a process', () => {
  it.each(['--help', '-h'])('prints its options, one a line, and ends with 0 on %s', async (option) => {
    const server = start(['--port', 'nonsense', option])
    expect(await server.exited).toBe(0)
    expect(server.err()).toBe('')
    const [usage, , ...lines] = server.out().trimEnd().split('\n')
    expect(usage).toMatch(/^Usage: serve /)
    for (const name of ['DIR', '--demo', '--port N', '--write', '--read-only', '--push-limit MIB', '--help'])
      expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line, serves the page, and ends with 0 on %s',
    async (signal) => {
      const dir = recreateRecordedQueue(makeTempDir(), 'every-state')
      const before = snapshotOf(dir)
      const server = start([dir])
      const { origin, token } = await ready(server)
      const page = await fetch(`${origin}/`)
      expect(page.status).toBe(200)
      expect(await page.text()).not.toContain('__FQ_NONCE__')
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { Origin: origin } })
      await once(socket, 'open')
      socket.send(token)
      expect(String((await once(socket, 'message'))[0])).toBe('ok')
      server.child.kill(signal)
      expect(await server.exited).toBe(0)
      expect(server.out()).toMatch(READY)
      expect(server.err()).toBe('')
      expect(snapshotOf(dir)).toEqual(before)
    },
  )

  it('gives a new token at each start, and keeps it out of its argument list', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const [first, second] = [start([dir]), start([dir])]
    const tokens = [await ready(first), await ready(second)].map(({ token }) => token)
    expect(new Set(tokens).size).toBe(2)
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${first.child.pid}/cmdline`, 'utf8')).not.toContain(tokens[0])
    }
  })

  it('listens on the loopback address only', async () => {
    const { origin } = await ready(start([makeEmptyQueue(makeTempDir())]))
    if (process.platform !== 'linux') return
    const port = Number(new URL(origin).port).toString(16).toUpperCase().padStart(4, '0')
    const listeners = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
      readFileSync(table, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${port}`) === true)
        .map(([, local]) => local),
    )
    expect(listeners).toEqual([`0100007F:${port}`])
  })

  it('takes the port that was asked for, and refuses one that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    onTestFinished(() => void holder.close())
    const { port } = holder.address() as AddressInfo
    const server = start([makeEmptyQueue(makeTempDir()), '--port', String(port)])
    expect(await server.exited).toBe(2)
    expect(server.out()).toBe('')
    expect(server.err()).toMatch(/^The port is taken[^\n]+\n$/)
  })

  it.each([
    ['an unknown option', () => ['--host', '0.0.0.0']],
    ['a directory that does not exist', () => [path.join(makeTempDir(), 'nowhere')]],
    ['a directory that is no queue', () => [makeTempDir()]],
    [
      'a file',
      () => {
        const file = path.join(makeTempDir(), 'file')
        writeFileSync(file, '')
        return [file]
      },
    ],
  ])('refuses %s with one line and 2', async (_name, args) => {
    const server = start(args())
    expect(await server.exited).toBe(2)
    expect(server.out()).toBe('')
    expect(server.err()).toMatch(/^[^\n]{10,}\n$/)
    expect(server.err()).not.toMatch(/ at .*:\d+/)
  })

  it.skipIf(process.platform === 'win32')(
    'ends when the one who started it with a channel is gone',
    async () => {
      const dir = makeEmptyQueue(makeTempDir())
      const child = spawn(process.execPath, [SERVER, dir], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
      const exited = once(child, 'exit')
      child.disconnect()
      expect((await exited)[0]).toBe(0)
    },
  )
})

describe('the demo', () => {
  it('moves, and leaves no directory and no process behind', async () => {
    const tmp = makeTempDir()
    const server = start(['--demo'], { TMPDIR: tmp })
    await ready(server)
    const dir = path.join(tmp, demosIn(tmp)[0] ?? '')
    const doneAtFirst = readdirSync(path.join(dir, 'done')).length
    await waitUntil(
      'the workers to finish tasks',
      () => readdirSync(path.join(dir, 'done')).length > doneAtFirst,
    )
    for (const state of ['pending', 'scheduled', 'failed', 'worker-kyiv']) {
      expect(readdirSync(path.join(dir, state)).filter((name) => !name.startsWith('.'))).not.toEqual([])
    }
    server.child.kill('SIGTERM')
    expect(await server.exited).toBe(0)
    expect(readdirSync(tmp)).toEqual([])
  })

  it('cleans up after itself when its parent is killed', async () => {
    const tmp = makeTempDir()
    const server = start(['--demo'], { TMPDIR: tmp })
    await ready(server)
    expect(demosIn(tmp)).toHaveLength(1)
    server.child.kill('SIGKILL')
    await waitUntil('the directory to be gone', () => demosIn(tmp).length === 0)
  })

  it('says so where no queue can be made', async () => {
    const tmp = path.join(makeTempDir(), 'missing')
    const server = start(['--demo'], { TMPDIR: tmp })
    expect(await server.exited).toBe(2)
    expect(server.out()).toBe('')
    expect(existsSync(tmp)).toBe(false)
  })
})
