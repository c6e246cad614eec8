import { realpathSync, symlinkSync, unlinkSync } from 'node:fs'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { handOutPorts } from '../../electron/main/ipc.ts'
import { Badge } from '../../electron/main/badge.ts'
import { toQueueTarget } from '../../electron/main/command-line.ts'
import { createAppServices } from '../../electron/main/app-services.ts'
import type { OpenTarget } from '../../electron/main/command-line.ts'
import { Settings } from '../../electron/main/settings.ts'
import { Windows } from '../../electron/main/windows.ts'
import type { DemoKeeper } from '../../shared/inspector/demo/demo-keeper.ts'
import { threads } from '../helpers/fake-inspector-thread.ts'
import type { StartedThread } from '../helpers/fake-inspector-thread.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import {
  BrowserWindow,
  calls,
  callsTo,
  FakePort,
  ipcMain,
  nativeTheme,
  Notification,
  stub,
} from '../stubs/electron.ts'

const FLAGS = { isMaximized: false, isFullScreen: false } as const

vi.mock('../../shared/inspector/inspector-thread.ts', () => import('../helpers/fake-inspector-thread.ts'))

let windows: Windows
let settings: Settings
/** What windows were asked for by a page. */
let openedElsewhere: OpenTarget[] = []

beforeEach(() => {
  calls.length = 0
  threads.length = 0
  BrowserWindow.created.length = 0
  ipcMain.removeAllListeners()
  settings = new Settings(`${makeTempDir()}/settings.json`)
  const demo = { open: () => Promise.resolve('/tmp/demo'), close: () => Promise.resolve() }
  Notification.shown.length = 0
  stub.pressed = 0
  BrowserWindow.focused = null
  const opened: OpenTarget[] = []
  // A demo without processes: those are tested with the server.
  const services = createAppServices({
    settings,
    demo: demo as unknown as DemoKeeper,
    open: (target) => void opened.push(target),
  })
  openedElsewhere = opened
  windows = new Windows({ ...services, badge: new Badge() })
})

function lastWindow(): BrowserWindow {
  const window = BrowserWindow.created.at(-1)
  if (window === undefined) throw new Error('No window was opened')
  return window
}

describe('a window', () => {
  it('isolates its page from Node and Electron', async () => {
    await windows.open({ kind: 'welcome' })
    expect(lastWindow().options['webPreferences']).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      preload: expect.stringMatching(/preload\.cjs$/),
    })
    expect(callsTo('window.loadURL')).toEqual([['app://inspector/']])
  })

  it("has the theme's background before the first paint, and shows itself after it", async () => {
    await windows.open({ kind: 'welcome' })
    expect(lastWindow().options).toMatchObject({ show: false, backgroundColor: '#181a1e' })
    expect(callsTo('window.show')).toHaveLength(0)
    lastWindow().emit('ready-to-show')
    expect(callsTo('window.show')).toHaveLength(1)
  })

  it('remembers where it was, and not on a display that is gone', async () => {
    await windows.open({ kind: 'welcome' })
    lastWindow().close()
    expect(settings.windowStateOf(null)).toMatchObject({ x: 10, y: 20, width: 800, height: 600 })
    await windows.open({ kind: 'welcome' })
    expect(lastWindow().options).toMatchObject({ x: 10, y: 20 })
    stub.displays = [{ workArea: { x: 5_000, y: 0, width: 800, height: 600 } }]
    lastWindow().close()
    await windows.open({ kind: 'welcome' })
    expect(lastWindow().options['x']).toBeUndefined()
    stub.displays = [{ workArea: { x: 0, y: 0, width: 1_920, height: 1_040 } }]
  })

  it('takes the place of the welcome screen, and stops its inspector', async () => {
    await windows.open({ kind: 'welcome' })
    await windows.open(toQueueTarget('/srv/a'))
    expect(threads.map(({ host, isClosed }) => [host.startDir, isClosed])).toEqual([
      [null, true],
      ['/srv/a', false],
    ])
  })

  it('is focused instead of opened twice on one queue', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    await windows.open(toQueueTarget('/srv/b'))
    await windows.open(toQueueTarget('/srv/a'))
    expect(BrowserWindow.created).toHaveLength(2)
    expect(callsTo('window.focus')).toHaveLength(1)
  })

  it('is one for a queue that is asked for twice at once', async () => {
    await Promise.all([windows.open(toQueueTarget('/srv/a')), windows.open(toQueueTarget('/srv/a'))])
    expect(BrowserWindow.created).toHaveLength(1)
  })

  it('opens the demo as a demo', async () => {
    await windows.open({ kind: 'demo' })
    expect(threads[0]?.host).toMatchObject({
      startDir: '/tmp/demo',
      startDirIsDemo: true,
      readOnlyReason: null,
    })
  })

  it('brings a crashed page back, but not for ever', async () => {
    await windows.open({ kind: 'welcome' })
    for (let i = 0; i < 5; i++)
      lastWindow().webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(callsTo('webContents.reload')).toHaveLength(3)
    expect(callsTo('dialog.showErrorBox').length).toBeGreaterThan(0)
  })

  it('starts a new inspector when its own crashed', async () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => {})
    await windows.open({ kind: 'welcome' })
    threads[0]?.crash(new Error('out of memory'))
    expect(threads).toHaveLength(2)
    expect(callsTo('webContents.reload')).toHaveLength(1)
    complaints.mockRestore()
  })

  it('stops every inspector when the app ends', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    await windows.open(toQueueTarget('/srv/b'))
    await windows.close()
    expect(threads.map(({ isClosed }) => isClosed)).toEqual([true, true])
    expect(windows.isEmpty()).toBe(true)
  })
})

describe('a window of a queue', () => {
  it('is where it was for that queue, not for another', async () => {
    settings.rememberWindow('/srv/a', { x: 50, y: 60, width: 900, height: 700, ...FLAGS })
    settings.rememberWindow('/srv/b', { x: 70, y: 80, width: 900, height: 700, ...FLAGS })
    await windows.open(toQueueTarget('/srv/a'))
    expect(lastWindow().options).toMatchObject({ x: 50, y: 60 })
  })

  it('leads to the place that was asked for, when it opens and later', async () => {
    const place = { view: 'failed', taskId: null } as const
    await windows.open({ kind: 'queue', dir: '/srv/a', place, readOnly: false })
    expect(threads[0]?.host.startPlace).toEqual(place)
    await windows.open({ kind: 'queue', dir: '/srv/a', place, readOnly: false })
    expect(BrowserWindow.created).toHaveLength(1)
    expect(threads[0]?.commands).toEqual([{ kind: 'show', place }])
  })

  it('is for looking only where that was asked for or set, and stands beside one for acting', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    await windows.open({ kind: 'queue', dir: '/srv/a', place: null, readOnly: true })
    settings.change({ readOnlyByDefault: true })
    await windows.open(toQueueTarget('/srv/b'))
    expect(threads.map(({ host }) => host.readOnlyReason)).toEqual([
      null,
      expect.stringContaining('--read-only'),
      expect.stringContaining('settings'),
    ])
  })

  // Windows keeps links from people without a right of their own.
  it.skipIf(process.platform === 'win32')('is one, by whatever name its directory is called', async () => {
    const dir = realpathSync(makeTempDir())
    symlinkSync(dir, `${dir}-link`)
    onTestFinished(() => unlinkSync(`${dir}-link`))
    await windows.open(toQueueTarget(dir))
    await windows.open(toQueueTarget(`${dir}-link`))
    expect(BrowserWindow.created).toHaveLength(1)
  })

  it('hears what the menu asks of it, and no other does', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    await windows.open(toQueueTarget('/srv/b'))
    const command = { kind: 'run', command: 'push' } as const
    expect(windows.commandFocused(command)).toBe(false)
    BrowserWindow.focused = BrowserWindow.created[1] ?? null
    expect(windows.commandFocused(command)).toBe(true)
    expect(threads.map(({ commands }) => commands.length)).toEqual([0, 1])
  })

  it('opens another queue in a window of its own', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    settings.rememberQueue('/srv/recent')
    const host = threads[0]?.host
    const [recent] = await settings.recentQueues()
    await host?.openWindow?.({ kind: 'path', path: '/srv/b' })
    await host?.openWindow?.({ kind: 'recent', recentId: recent?.recentId ?? '' })
    await host?.openWindow?.({ kind: 'demo' })
    stub.chosenFolder = null
    await host?.openWindow?.({ kind: 'dialog' })
    expect(openedElsewhere).toEqual([toQueueTarget('/srv/b'), toQueueTarget('/srv/recent'), { kind: 'demo' }])
    await expect(host?.openWindow?.({ kind: 'recent', recentId: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('sets the theme of the whole app', async () => {
    await windows.open({ kind: 'welcome' })
    expect(await threads[0]?.host.changeSettings?.({ theme: 'light' })).toMatchObject({ theme: 'light' })
    expect(nativeTheme.themeSource).toBe('light')
  })

  it('gives facts for a bug report, without a path in them', async () => {
    await windows.open(toQueueTarget('/srv/secret-name'))
    const facts = await threads[0]?.host.facts()
    expect(facts).toMatchObject({ node: process.versions.node, displays: '1920x1040@1' })
    expect(JSON.stringify(facts)).not.toMatch(/secret-name|\/(?:srv|home|tmp)\//)
  })
})

describe('a notification', () => {
  const content = {
    title: '3 tasks failed',
    body: 'in mail\u202e',
    queueId: 'q',
    target: { view: 'failed', taskId: null },
  } as const

  it('shows what it was given with nothing hidden, and leads its window to the place', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    expect(await threads[0]?.host.notify?.(content, '/srv/a')).toBe(true)
    expect(Notification.shown[0]?.options).toEqual({ title: '3 tasks failed', body: 'in mail⟨202E⟩' })
    Notification.shown[0]?.emit('click')
    expect(callsTo('window.focus')).toHaveLength(1)
    expect(threads[0]?.commands).toEqual([{ kind: 'show', place: content.target }])
  })

  it('takes the place of the former one of its window', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    await threads[0]?.host.notify?.(content, '/srv/a')
    await threads[0]?.host.notify?.(content, '/srv/a')
    expect(callsTo('notification.close')).toHaveLength(1)
  })

  it('says so where the system shows none, and leads nowhere once its window is gone', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    await threads[0]?.host.notify?.(content, '/srv/a')
    lastWindow().close()
    Notification.shown[0]?.emit('click')
    expect(threads[0]?.commands).toEqual([])
    stub.canNotify = false
    expect(await threads[0]?.host.notify?.(content, '/srv/a')).toBe(false)
    stub.canNotify = true
  })

  it('on the icon adds up what all windows say, until they close', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    await windows.open(toQueueTarget('/srv/b'))
    await threads[0]?.host.setBadge?.(2)
    await threads[1]?.host.setBadge?.(3)
    lastWindow().close()
    expect(callsTo('app.setBadgeCount')).toEqual([[2], [5], [2]])
  })
})

describe('closing while work runs', () => {
  async function openWorking(): Promise<StartedThread> {
    await windows.open(toQueueTarget('/srv/a'))
    const [thread] = threads
    if (thread === undefined) throw new Error('No inspector was started')
    thread.activeWork = 1
    return thread
  }

  it('asks nothing where none does', async () => {
    await windows.open(toQueueTarget('/srv/a'))
    lastWindow().close()
    expect(callsTo('dialog.showMessageBox')).toEqual([])
    expect(windows.isEmpty()).toBe(true)
  })

  it('asks once, and waits until the work has finished', async () => {
    const thread = await openWorking()
    lastWindow().close()
    lastWindow().close()
    await waitUntil('the question', () => callsTo('dialog.showMessageBox').length > 0)
    expect(windows.isEmpty()).toBe(false)
    thread.activeWork = 0
    await waitUntil('the window to close', () => windows.isEmpty())
    expect(callsTo('dialog.showMessageBox')).toHaveLength(1)
    expect(thread.cancelled).toBe(0)
  })

  it('stops the work where that is chosen, and waits for its last whole step', async () => {
    const thread = await openWorking()
    stub.pressed = 1
    lastWindow().close()
    await waitUntil('the stop', () => thread.cancelled === 1)
    expect(windows.isEmpty()).toBe(false)
    thread.activeWork = 0
    await waitUntil('the window to close', () => windows.isEmpty())
  })

  it('stays where that is chosen, and asks again the next time', async () => {
    const thread = await openWorking()
    stub.pressed = 2
    for (const times of [1, 2]) {
      lastWindow().close()
      await waitUntil('the question', () => callsTo('dialog.showMessageBox').length === times)
      // The answer has reached the window when another close asks anew.
      await new Promise(setImmediate)
    }
    expect(windows.isEmpty()).toBe(false)
    expect(thread.cancelled).toBe(0)
  })

  it('carries on with quitting that the question held up, unless the window stays', async () => {
    const thread = await openWorking()
    windows.beginQuit()
    stub.pressed = 2
    lastWindow().close()
    await waitUntil('the question', () => callsTo('dialog.showMessageBox').length === 1)
    await new Promise(setImmediate)
    stub.pressed = 0
    thread.activeWork = 1
    windows.beginQuit()
    lastWindow().close()
    thread.activeWork = 0
    await waitUntil('the quitting', () => callsTo('app.quit').length === 1)
    lastWindow().close()
    expect(windows.isEmpty()).toBe(true)
  })
})

describe('the port', () => {
  interface Message {
    readonly sender: unknown
    readonly senderFrame: {
      origin: string
      parent: unknown
      postMessage: (...args: unknown[]) => void
    } | null
  }
  let handedOut: unknown[][] = []

  async function connect(change: (message: Message) => Message): Promise<void> {
    handedOut = []
    handOutPorts(windows)
    await windows.open({ kind: 'welcome' })
    const senderFrame = {
      origin: 'app://inspector',
      parent: null,
      postMessage: (...args: unknown[]) => void handedOut.push(args),
    }
    ipcMain.emit('fq:connect', change({ sender: lastWindow().webContents, senderFrame }))
  }

  it('goes to the main frame of our own page', async () => {
    await connect((message) => message)
    expect(handedOut).toEqual([['fq:port', null, [expect.any(FakePort)]]])
  })

  it.each<[string, (message: Message) => Message]>([
    ['a frame that is gone', (message) => ({ ...message, senderFrame: null })],
    ['a web contents that is no window of ours', (message) => ({ ...message, sender: {} })],
    ...[
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'app://inspector.evil' },
      { parent: {} },
    ].map((part): [string, (message: Message) => Message] => [
      `a frame with ${JSON.stringify(part)}`,
      (message) => ({ ...message, senderFrame: message.senderFrame && { ...message.senderFrame, ...part } }),
    ]),
  ])('does not go to %s', async (_name, change) => {
    await connect(change)
    expect(handedOut).toEqual([])
  })

  it('carries frames both ways, and a new page ends the former connection', async () => {
    await windows.open({ kind: 'welcome' })
    const window = windows.ofContents(lastWindow().webContents as never)
    const port = new FakePort()
    window?.connect(port)
    port.emit('message', { data: 'call' })
    expect(port.sent).toEqual(['answer to call'])
    expect(threads[0]?.closedConnections).toBe(0)
    window?.connect(new FakePort())
    expect(threads[0]?.closedConnections).toBe(1)
  })
})
