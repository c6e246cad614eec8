import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { assertBuilt, REPO_DIR } from '../../scripts/built-app.ts'
import { makeEmptyQueue, makeTempDir, recreateRecordedQueue } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const URL_LINE = /^Inspector at http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{43}\n$/

beforeAll(assertBuilt)

function run(script: 'start' | 'serve' | 'status', args: readonly string[], env: NodeJS.ProcessEnv) {
  const child: ChildProcess = spawn(
    process.execPath,
    [path.join(REPO_DIR, `scripts/${script}.ts`), ...args],
    {
      env: {
        ...process.env,
        FQ_NO_BUILD: '1',
        DISPLAY: '',
        WAYLAND_DISPLAY: '',
        INIT_CWD: undefined,
        ...env,
      },
    },
  )
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk) => (out += String(chunk)))
  child.stderr?.on('data', (chunk) => (err += String(chunk)))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await exited
  })
  return { child, out: () => out, err: () => err, exited }
}

describe.skipIf(process.platform !== 'linux')('npm start without a display', () => {
  it('says so in one line, serves the demo on loopback, and ends it with SIGTERM', async () => {
    const tmp = makeTempDir()
    const app = run('start', ['--demo'], { TMPDIR: tmp })
    await waitUntil('the URL', () => URL_LINE.test(app.out()))
    expect(app.err()).toMatch(/^There is no display[^\n]+: the inspector is served on loopback instead\.\n$/)
    expect(readdirSync(tmp)).toHaveLength(1)
    app.child.kill('SIGTERM')
    expect(await app.exited).toBe(0)
    expect(readdirSync(tmp)).toEqual([])
  })

  it('opens the browser by a private file, so that the token is in no argument list', async () => {
    const bin = makeTempDir()
    const opened = path.join(bin, 'opened')
    // Written aside and renamed: the argument is there whole or not at all.
    writeFileSync(
      path.join(bin, 'xdg-open'),
      `#!/bin/sh\necho "$@" > ${opened}.part && mv ${opened}.part ${opened}\n`,
    )
    chmodSync(path.join(bin, 'xdg-open'), 0o755)
    const tmp = makeTempDir()
    // A display that leads nowhere: Electron is not tried where its binary is replaced by one that fails at once.
    const electron = path.join(bin, 'electron')
    writeFileSync(electron, '#!/bin/sh\nexit 1\n')
    chmodSync(electron, 0o755)
    const app = run('start', [makeEmptyQueue(makeTempDir())], {
      TMPDIR: tmp,
      DISPLAY: ':99',
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      ELECTRON_OVERRIDE_DIST_PATH: bin,
    })
    await waitUntil('the URL', () => URL_LINE.test(app.out()))
    expect(app.err()).toMatch(/^Electron[^\n]+: the inspector is served on loopback instead\.\n$/)
    const argument = await waitUntil('the browser', () => readFileSync(opened, 'utf8').trim())
    const token = /#t=([\w-]+)/.exec(app.out())?.[1] ?? 'none'
    expect(argument).toMatch(/^file:\/\/.*\/open\.html$/)
    expect(argument).not.toContain(token)
    expect(readFileSync(new URL(argument), 'utf8')).toContain(token)
    app.child.kill('SIGTERM')
    await app.exited
    expect(readdirSync(tmp)).toEqual([])
  })
})

describe('npm run serve', () => {
  it('prints exactly the one line, and counts relative paths from where npm was called', async () => {
    const parent = makeTempDir()
    const queue = makeEmptyQueue(parent)
    mkdirSync(path.join(parent, 'elsewhere'))
    const app = run('serve', [path.join('..', path.basename(queue))], {
      INIT_CWD: path.join(parent, 'elsewhere'),
    })
    await waitUntil('the URL', () => URL_LINE.test(app.out()))
    expect(app.err()).toBe('')
    app.child.kill('SIGINT')
    expect(await app.exited).toBe(0)
    expect(app.out()).toMatch(URL_LINE)
  })

  it('hands on the reason and the exit code of the server', async () => {
    const app = run('serve', [makeTempDir()], {})
    expect(await app.exited).toBe(2)
    expect(app.out()).toBe('')
    expect(app.err()).toContain('is no FemtoQueue')
  })
})

describe('npm run status', () => {
  it.each(['start', 'status'] as const)(
    'tells of a queue relative to where npm was called, and ends by the verdict (%s)',
    async (script) => {
      const parent = makeTempDir()
      makeEmptyQueue(parent)
      const healthy = run(script, ['queue', '--json'], { INIT_CWD: parent })
      expect(await healthy.exited).toBe(0)
      expect(JSON.parse(healthy.out())).toMatchObject({ format: 1, healthy: true })
      expect(healthy.err()).toBe('')
    },
  )

  it('ends with 1 for a queue that Python wrote and nobody works on, and with 2 for none', async () => {
    const dir = recreateRecordedQueue(makeTempDir(), 'every-state')
    const sick = run('status', [dir, '--json'], {})
    expect(await sick.exited).toBe(1)
    expect(JSON.parse(sick.out())).toMatchObject({ healthy: false, counts: { pending: 6, scheduled: 3 } })
    const none = run('status', [makeTempDir(), '--json'], {})
    expect(await none.exited).toBe(2)
    expect([none.out(), none.err()]).toEqual(['', expect.stringMatching(/^[^\n]+\n$/)])
  })
})

describe('help', () => {
  it.each([
    ['start', 'femtoqueue-inspector'],
    ['serve', 'serve'],
    ['status', 'status'],
  ] as const)('of npm run %s is printed, and nothing is started', async (script, name) => {
    const command = run(script, ['--help'], {})
    expect(await command.exited).toBe(0)
    expect(command.out()).toMatch(new RegExp(`^Usage: ${name} [^\\n]+\\n\\n {2}DIR`))
    expect(command.err()).toBe('')
  })
})
