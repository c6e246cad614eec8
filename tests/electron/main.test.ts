import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Host } from '../../shared/inspector/host.ts'
import { makeEmptyQueue, makeTempDir } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** main.ts acts when it is imported: each test imports it anew, with a stub of its own. */
async function startApp(hasLock: boolean): Promise<typeof import('../stubs/electron.ts')> {
  const electron = await import('../stubs/electron.ts')
  electron.stub.hasLock = hasLock
  await import('../../electron/main/main.ts')
  return electron
}

/** The start directories of the threads that were started and ended instead of real ones. */
const { started, ended, rescans } = vi.hoisted(() => ({
  rescans: [] as (string | null)[],
  started: [] as (string | null)[],
  ended: [] as (string | null)[],
}))

vi.mock('../../shared/inspector/inspector-thread.ts', () => ({
  InspectorThread: class {
    readonly #dir: string | null
    constructor(host: Host) {
      this.#dir = host.startDir
      started.push(host.startDir)
    }
    readonly activeWork = 0
    rescan(): void {
      rescans.push(this.#dir)
    }
    close(): Promise<void> {
      ended.push(this.#dir)
      return Promise.resolve()
    }
  },
}))

// The page is built elsewhere: nothing is shown here.
vi.mock('../../shared/page/page-files.ts', () => ({ readPageFiles: () => new Map() }))

const ownArgv = process.argv
afterAll(() => {
  process.argv = ownArgv
})

beforeEach(() => {
  process.argv = ['/opt/inspector']
  started.length = 0
  ended.length = 0
  rescans.length = 0
  vi.resetModules()
})

describe('the start', () => {
  it('turns the sandbox on and registers the scheme before it waits for ready', async () => {
    const { app, calls, callsTo } = await startApp(true)
    const names = calls.map(({ name }) => name)
    const ready = names.indexOf('app.whenReady')
    expect(ready).toBeGreaterThan(-1)
    expect(names.indexOf('app.enableSandbox')).toBeLessThan(ready)
    expect(names.indexOf('protocol.registerSchemesAsPrivileged')).toBeLessThan(ready)
    expect(callsTo('protocol.registerSchemesAsPrivileged')).toEqual([
      [
        [
          {
            scheme: 'app',
            privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
          },
        ],
      ],
    ])
    expect(app.listenerCount('web-contents-created')).toBe(1)
  })

  it('opens the folder that macOS named before it was ready, and others later', async () => {
    const { app, BrowserWindow, becomeReadyWith } = await startApp(true)
    const prevented: string[] = []
    // What the command line names counts for less.
    const drop = (dir: string): boolean =>
      app.emit('open-file', { preventDefault: () => prevented.push(dir) }, dir)
    drop('/srv/first')
    becomeReadyWith(makeTempDir())
    await waitUntil('the first window', () => BrowserWindow.created.length === 1)
    drop('/srv/second')
    await waitUntil('the second window', () => BrowserWindow.created.length === 2)
    expect(prevented).toEqual(['/srv/first', '/srv/second'])
    expect(started).toEqual(['/srv/first', '/srv/second'])
  })

  it('resolves the folder of a second instance against where that was called', async () => {
    const { app, BrowserWindow, becomeReadyWith } = await startApp(true)
    becomeReadyWith(makeTempDir())
    await waitUntil('the welcome screen', () => BrowserWindow.created.length === 1)
    app.emit('second-instance', {}, ['--shuffled'], '/elsewhere', { args: ['mail'], cwd: '/other/place' })
    await waitUntil('the queue', () => BrowserWindow.created.length === 2)
    expect(started).toEqual([null, path.resolve('/other/place/mail')])
  })

  it('takes nothing from a second instance that is none of ours', async () => {
    const { app, BrowserWindow, becomeReadyWith } = await startApp(true)
    becomeReadyWith(makeTempDir())
    await waitUntil('the welcome screen', () => BrowserWindow.created.length === 1)
    app.emit('second-instance', {}, [], '/', { args: [7, { a: 1 }], cwd: 'not/absolute' })
    app.emit('second-instance', {}, [], '/', null)
    expect(started).toEqual([null])
  })

  it('hands over its own arguments and where it was called', async () => {
    process.argv = ['/opt/inspector', '--lang=de', '--state', 'failed', 'mail']
    const { callsTo } = await startApp(false)
    expect(callsTo('app.requestSingleInstanceLock')).toEqual([
      [{ args: ['--state=failed', 'mail'], cwd: process.cwd() }],
    ])
  })

  it('ends with 2 and one line where the arguments make no sense, before it asks for anything', async () => {
    process.argv = ['/opt/inspector', '--state', 'lost', 'mail']
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const { calls } = await startApp(true)
    expect(calls).toEqual([{ name: 'app.exit', args: [2] }])
    expect(said.mock.calls.map(([line]) => String(line))).toEqual([
      expect.stringMatching(/^--state must be [^\n]+Usage: [^\n]+\n$/),
    ])
    said.mockRestore()
  })

  it('prints a status and ends by its verdict, without a window, a lock or a display', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    process.argv = ['/opt/inspector', dir, '--json']
    const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const { calls } = await startApp(true)
    expect(calls).toEqual([{ name: 'app.exit', args: [0] }])
    expect(JSON.parse(String(said.mock.calls[0]?.[0]))).toMatchObject({ path: dir, healthy: true })
    said.mockRestore()
  })

  it('prints its options, one a line, and ends with 0, without a window, a lock or a display', async () => {
    process.argv = ['/opt/inspector', '--state', 'lost', '--help']
    const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const { calls } = await startApp(true)
    expect(calls).toEqual([{ name: 'app.exit', args: [0] }])
    const [usage, , ...lines] = String(said.mock.calls[0]?.[0]).trimEnd().split('\n')
    expect(usage).toMatch(/^Usage: femtoqueue-inspector /)
    for (const option of [
      'DIR...',
      '--demo',
      '--state STATE',
      '--task ID',
      '--read-only',
      '--json',
      '--help',
    ])
      expect(lines.filter((line) => line.startsWith(`  ${option} `))).toHaveLength(1)
    said.mockRestore()
  })

  it('sets the theme before the first window, and follows it', async () => {
    const { BrowserWindow, becomeReadyWith, callsTo, nativeTheme } = await startApp(true)
    const userData = makeTempDir()
    writeFileSync(path.join(userData, 'settings.json'), JSON.stringify({ theme: 'dark' }))
    becomeReadyWith(userData)
    await waitUntil('the window', () => BrowserWindow.created.length === 1)
    expect(nativeTheme.themeSource).toBe('dark')
    nativeTheme.shouldUseDarkColors = false
    nativeTheme.emit('updated')
    expect(callsTo('window.setBackgroundColor')).toEqual([['#ffffff']])
  })

  it('lists every queue again after sleep', async () => {
    const { BrowserWindow, becomeReadyWith, powerMonitor } = await startApp(true)
    becomeReadyWith(makeTempDir())
    await waitUntil('the window', () => BrowserWindow.created.length === 1)
    powerMonitor.emit('resume')
    expect(rescans).toEqual([null])
  })

  it('says what it is', async () => {
    const { BrowserWindow, becomeReadyWith, callsTo } = await startApp(true)
    becomeReadyWith(makeTempDir())
    await waitUntil('the window', () => BrowserWindow.created.length === 1)
    expect(callsTo('app.setAboutPanelOptions')).toMatchObject([[{ applicationVersion: '0.0.0-stub' }]])
  })

  it('ends only after the inspectors ended', async () => {
    const { app, BrowserWindow, becomeReadyWith, callsTo } = await startApp(true)
    becomeReadyWith(makeTempDir())
    await waitUntil('the welcome screen', () => BrowserWindow.created.length === 1)
    let prevented = 0
    const quit = (): boolean => app.emit('will-quit', { preventDefault: () => prevented++ })
    quit()
    await waitUntil('the second quit', () => callsTo('app.quit').length === 1)
    expect(prevented).toBe(1)
    expect(ended).toEqual([null])
    quit()
    expect(prevented).toBe(1)
  })

  it('leaves everything to the first instance where there is one', async () => {
    const { calls } = await startApp(false)
    expect(calls.map(({ name }) => name)).toEqual(['app.requestSingleInstanceLock', 'app.quit'])
  })
})
