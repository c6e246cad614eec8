import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handOutPorts } from '../../electron/main/ipc.ts'
import { Settings } from '../../electron/main/settings.ts'
import { Windows } from '../../electron/main/windows.ts'
import type { Host } from '../../shared/inspector/host.ts'
import type { DemoKeeper } from '../../shared/inspector/demo/demo-keeper.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { BrowserWindow, calls, callsTo, FakePort, ipcMain, stub } from '../stubs/electron.ts'

interface StartedThread {
  readonly host: Host
  readonly crash: (cause: unknown) => void
  isClosed: boolean
  closedConnections: number
}

/** The threads that were started instead of real ones: those are tested in tests/contract. */
const threads: StartedThread[] = vi.hoisted(() => [])

vi.mock('../../shared/inspector/inspector-thread.ts', () => ({
  InspectorThread: class {
    readonly #started: StartedThread
    constructor(host: Host, _script: URL, crash: (cause: unknown) => void) {
      this.#started = { host, crash, isClosed: false, closedConnections: 0 }
      threads.push(this.#started)
    }
    connect(send: (frame: string) => void): object {
      return {
        receive: (frame: string) => send(`answer to ${frame}`),
        close: () => this.#started.closedConnections++,
      }
    }
    close(): Promise<void> {
      this.#started.isClosed = true
      return Promise.resolve()
    }
  },
}))

let windows: Windows
let settings: Settings

beforeEach(() => {
  calls.length = 0
  threads.length = 0
  BrowserWindow.created.length = 0
  ipcMain.removeAllListeners()
  settings = new Settings(`${makeTempDir()}/settings.json`)
  const demo = { open: () => Promise.resolve('/tmp/demo'), close: () => Promise.resolve() }
  // A demo without processes: those are tested with the server.
  windows = new Windows({ settings, demo: demo as unknown as DemoKeeper })
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
    expect(settings.windowState).toMatchObject({ x: 10, y: 20, width: 800, height: 600 })
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
    await windows.open({ kind: 'queue', dir: '/srv/a' })
    expect(threads.map(({ host, isClosed }) => [host.startDir, isClosed])).toEqual([
      [null, true],
      ['/srv/a', false],
    ])
  })

  it('is focused instead of opened twice on one queue', async () => {
    await windows.open({ kind: 'queue', dir: '/srv/a' })
    await windows.open({ kind: 'queue', dir: '/srv/b' })
    await windows.open({ kind: 'queue', dir: '/srv/a' })
    expect(BrowserWindow.created).toHaveLength(2)
    expect(callsTo('window.focus')).toHaveLength(1)
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
    await windows.open({ kind: 'queue', dir: '/srv/a' })
    await windows.open({ kind: 'queue', dir: '/srv/b' })
    await windows.close()
    expect(threads.map(({ isClosed }) => isClosed)).toEqual([true, true])
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
