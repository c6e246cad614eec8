/** One window, one inspector, one queue: the window lives as long as the thread that looks at its queue. */
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { BrowserWindowConstructorOptions, MessagePortMain } from 'electron'
import type { HostCommand, QueuePlace } from '../../shared/contract/model.ts'
import { InspectorThread } from '../../shared/inspector/inspector-thread.ts'
import type { Connection } from '../../shared/inspector/serve.ts'
import type { Badge } from './badge.ts'
import { createDesktopHost } from './desktop-host.ts'
import type { DesktopServices } from './desktop-host.ts'
import { logError } from './log.ts'
import { Notifier } from './notifier.ts'
import { APP_URL } from './protocol.ts'
import { mayEndWork } from './quit-question.ts'
import type { WindowState } from './settings.ts'
import { toWindowBounds } from './window-state.ts'

const PRELOAD = fileURLToPath(new URL('../preload/preload.cjs', import.meta.url))
const WORKER_SCRIPT = new URL('./inspector-worker.js', import.meta.url)
/** What the window shows before the page's first paint; the same as the theme's background. */
const BACKGROUND = { dark: '#181a1e', light: '#ffffff' } as const
/** A page that crashes more often than this within the time does not come back by itself. */
const MAX_REVIVALS = 3
const REVIVALS_WITHIN_MS = 10 * 60_000

/** What a window opens with. */
export interface WindowStart {
  /** Absolute path of the queue to begin with, or null for the welcome screen. */
  readonly dir: string | null
  readonly isDemo: boolean
  readonly place: QueuePlace | null
  readonly readOnly: boolean
}

export interface WindowServices extends DesktopServices {
  readonly badge: Badge
}

export class InspectorWindow {
  readonly browserWindow: BrowserWindow
  readonly readOnly: boolean
  readonly #services: WindowServices
  readonly #start: WindowStart
  readonly #onAnswer: (mayClose: boolean) => void
  readonly #notifier = new Notifier((target) => this.#onNotificationClick(target))
  #thread: InspectorThread
  #connection: Connection | null = null
  #revivals: number[] = []
  #queuePath: string | null
  #isAsking = false
  #mayClose = false

  /** @param onAnswer Called after the person was asked whether to close; the caller closes. */
  constructor(services: WindowServices, start: WindowStart, onAnswer: (mayClose: boolean) => void) {
    this.#onAnswer = onAnswer
    this.#services = services
    this.#start = start
    this.#queuePath = start.dir
    this.readOnly = start.readOnly
    this.#thread = this.#createThread()
    const state = services.settings.windowStateOf(start.dir)
    this.browserWindow = new BrowserWindow(toWindowOptions(state))
    this.#followWindow(state)
    this.#followPage()
    void this.browserWindow
      .loadURL(APP_URL)
      .catch((cause: unknown) => logError('The page was not loaded:', cause))
  }

  /** Null on the welcome screen. */
  get queuePath(): string | null {
    return this.#queuePath
  }

  /** Serves the page over this port; a page that asks anew has lost its former one. */
  connect(port: MessagePortMain): void {
    this.#connection?.close()
    const connection = this.#thread.connect(
      (frame) => port.postMessage(frame),
      () => port.close(),
    )
    this.#connection = connection
    port.on('message', ({ data }) => connection.receive(data))
    port.on('close', () => connection.close())
    port.start()
  }

  /** Asks the page to do something; kept for it while it loads. */
  command(command: HostCommand): void {
    this.#thread.command(command)
  }

  /** After sleep. */
  rescan(): void {
    this.#thread.rescan()
  }

  focus(): void {
    if (this.browserWindow.isMinimized()) this.browserWindow.restore()
    this.browserWindow.show()
    this.browserWindow.focus()
  }

  async close(): Promise<void> {
    this.#connection?.close()
    this.#connection = null
    this.#notifier.close()
    await this.#thread.close()
  }

  #createThread(): InspectorThread {
    const host = createDesktopHost(this.#services, {
      startDir: this.#start.dir,
      startDirIsDemo: this.#start.isDemo,
      startPlace: this.#start.place,
      readOnly: this.readOnly,
      chooseFolder: () => chooseFolder(this.browserWindow),
      chooseSavePath: (kind, suggestedName) => chooseSavePath(this.browserWindow, kind, suggestedName),
      notify: (content) => this.#notifier.show(content),
      setBadge: (count) => this.#services.badge.set(this.browserWindow, count),
      queueOpened: (path) => this.#onQueueOpened(path),
    })
    return new InspectorThread(host, WORKER_SCRIPT, (cause) => {
      logError('The inspector crashed:', cause)
      this.#connection = null
      this.#revive(() => {
        this.#thread = this.#createThread()
        this.browserWindow.webContents.reload()
      })
    })
  }

  #onQueueOpened(path: string): void {
    this.#queuePath = path
    if (process.platform === 'darwin' && !this.browserWindow.isDestroyed())
      this.browserWindow.setRepresentedFilename(path)
  }

  #onNotificationClick(place: QueuePlace): void {
    if (this.browserWindow.isDestroyed()) return
    this.focus()
    this.command({ kind: 'show', place })
  }

  #followWindow(state: WindowState | null): void {
    const window = this.browserWindow
    window.once('ready-to-show', () => {
      if (state?.isMaximized === true) window.maximize()
      else window.show()
      if (state?.isFullScreen === true) window.setFullScreen(true)
    })
    window.on('close', (event) => this.#onClose(event))
    window.once('closed', () => this.#services.badge.set(window, 0))
  }

  /** A page that crashes comes back: it keeps its place in its own session storage, which outlives it. */
  #followPage(): void {
    const { webContents } = this.browserWindow
    webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason === 'clean-exit') return
      logError('The page ended:', `${reason} (${exitCode})`)
      this.#revive(() => webContents.reload())
    })
    this.browserWindow.on('unresponsive', () => logError('The page does not answer', null))
  }

  /** Closing would cut work off: then the person is asked first, once, and the window waits. */
  #onClose(event: Electron.Event): void {
    this.#rememberWindow()
    if (this.#mayClose || this.#thread.activeWork === 0) return
    event.preventDefault()
    if (this.#isAsking) return
    this.#isAsking = true
    mayEndWork(this.browserWindow, this.#thread)
      .then((mayClose) => {
        if (this.browserWindow.isDestroyed()) return
        this.#mayClose = mayClose
        this.#onAnswer(mayClose)
      })
      .catch((cause: unknown) => logError('While asking whether to close:', cause))
      .finally(() => {
        this.#isAsking = false
      })
  }

  #rememberWindow(): void {
    const window = this.browserWindow
    const { x, y, width, height } = window.getNormalBounds()
    this.#services.settings.rememberWindow(this.#start.isDemo ? null : this.#queuePath, {
      x,
      y,
      width,
      height,
      isMaximized: window.isMaximized(),
      isFullScreen: window.isFullScreen(),
    })
  }

  #revive(bringBack: () => void): void {
    if (this.browserWindow.isDestroyed()) return
    const now = performance.now()
    this.#revivals = [...this.#revivals.filter((at) => now - at < REVIVALS_WITHIN_MS), now]
    if (this.#revivals.length <= MAX_REVIVALS) return bringBack()
    const name = this.#queuePath === null ? 'This window' : `The window of ${basename(this.#queuePath)}`
    dialog.showErrorBox(
      'FemtoQueue Inspector',
      `${name} failed several times in a row. Nothing in the queue was changed by that. Close it and open the queue again.`,
    )
  }
}

/** The native dialog; null when cancelled. */
export async function chooseFolder(parent: BrowserWindow | null): Promise<string | null> {
  const options: Electron.OpenDialogOptions = {
    title: 'Open a queue',
    buttonLabel: 'Open',
    properties: ['openDirectory', 'dontAddToRecent'],
  }
  const chosen = await (parent === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options))
  return chosen.canceled ? null : (chosen.filePaths[0] ?? null)
}

/** The native dialog for an export. A folder is made anew inside the one that is chosen: nothing there is mixed with it. */
async function chooseSavePath(
  parent: BrowserWindow,
  kind: 'file' | 'folder',
  suggestedName: string,
): Promise<string | null> {
  if (kind === 'folder') {
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
      title: 'Save the payloads in a new folder',
      buttonLabel: 'Save here',
      properties: ['openDirectory', 'createDirectory', 'dontAddToRecent'],
    })
    const [folder] = filePaths
    return canceled || folder === undefined ? null : join(folder, suggestedName)
  }
  const { canceled, filePath } = await dialog.showSaveDialog(parent, {
    title: 'Export',
    defaultPath: suggestedName,
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
  })
  return canceled || filePath === '' ? null : filePath
}

/** What a window shows where its page has not painted yet. */
export function toBackground(): string {
  return nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light
}

function toWindowOptions(state: WindowState | null): BrowserWindowConstructorOptions {
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea)
  const taken = BrowserWindow.getAllWindows().map((window) => window.getNormalBounds())
  return {
    ...toWindowBounds(state, workAreas, taken),
    minWidth: 720,
    minHeight: 440,
    show: false,
    title: 'FemtoQueue Inspector',
    backgroundColor: toBackground(),
    webPreferences: {
      preload: PRELOAD,
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
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  }
}
