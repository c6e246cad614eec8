/** One window, one inspector, one queue: the window lives as long as the thread that looks at its queue. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { BrowserWindowConstructorOptions, MessagePortMain } from 'electron'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { Host } from '../../shared/inspector/host.ts'
import type { DemoKeeper } from '../../shared/inspector/demo/demo-keeper.ts'
import { InspectorThread } from '../../shared/inspector/inspector-thread.ts'
import type { Connection } from '../../shared/inspector/serve.ts'
import type { OpenTarget } from './open-target.ts'
import { APP_URL } from './protocol.ts'
import type { Settings } from './settings.ts'
import { toWindowBounds } from './window-state.ts'

const PRELOAD = fileURLToPath(new URL('../preload/preload.cjs', import.meta.url))
const WORKER_SCRIPT = new URL('./inspector-worker.js', import.meta.url)
/** What the window shows before the page's first paint; the same as the theme's background. */
const BACKGROUND = { dark: '#181a1e', light: '#ffffff' } as const
/** A page that crashes more often than this does not come back by itself. */
const MAX_REVIVALS = 3

export interface WindowServices {
  readonly settings: Settings
  readonly demo: DemoKeeper
}

export class InspectorWindow {
  readonly browserWindow: BrowserWindow
  readonly #services: WindowServices
  readonly #host: Host
  #thread: InspectorThread
  #connection: Connection | null = null
  #revivals = 0
  #queuePath: string | null

  /** @param startDir Absolute path of the queue to begin with, or null for the welcome screen. */
  constructor(services: WindowServices, target: OpenTarget, startDir: string | null) {
    this.#services = services
    this.#queuePath = startDir
    this.#host = this.#createHost(startDir, target.kind === 'demo')
    this.#thread = this.#createThread()
    this.browserWindow = new BrowserWindow(toWindowOptions(services.settings))
    this.#followWindow()
    void this.browserWindow.loadURL(APP_URL)
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
    await this.#thread.close()
  }

  #createHost(startDir: string | null, isDemo: boolean): Host {
    const { settings, demo } = this.#services
    return {
      kind: 'desktop',
      version: app.getVersion(),
      platform: process.platform,
      startDir,
      startDirIsDemo: isDemo,
      canOpenPath: true,
      readOnlyReason: null,
      pushLimitBytes: LIMITS.pushBytes,
      stateDir: join(app.getPath('userData'), 'state'),
      chooseFolder: () => chooseFolder(this.browserWindow),
      chooseSavePath: (kind, suggestedName) => chooseSavePath(this.browserWindow, kind, suggestedName),
      startDemo: async () => (this.#queuePath = await demo.open()),
      recentQueues: () => settings.recentQueues(),
      pathOfRecent: (recentId) => settings.pathOfRecent(recentId),
      rememberQueue: (path) => {
        this.#queuePath = path
        settings.rememberQueue(path)
        app.addRecentDocument(path)
      },
    }
  }

  #createThread(): InspectorThread {
    return new InspectorThread(this.#host, WORKER_SCRIPT, (cause) => {
      console.error('The inspector crashed:', cause)
      this.#connection = null
      this.#revive(() => {
        this.#thread = this.#createThread()
        this.browserWindow.webContents.reload()
      })
    })
  }

  #followWindow(): void {
    const window = this.browserWindow
    window.once('ready-to-show', () => {
      if (this.#services.settings.windowState?.isMaximized) window.maximize()
      else window.show()
    })
    window.on('close', () => {
      const { x, y, width, height } = window.getNormalBounds()
      this.#services.settings.windowState = { x, y, width, height, isMaximized: window.isMaximized() }
    })
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') this.#revive(() => window.webContents.reload())
    })
  }

  #revive(bringBack: () => void): void {
    if (this.browserWindow.isDestroyed()) return
    if (this.#revivals++ < MAX_REVIVALS) bringBack()
    else
      dialog.showErrorBox(
        'FemtoQueue Inspector',
        'This window failed several times. Close it and open the queue again.',
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

function toWindowOptions(settings: Settings): BrowserWindowConstructorOptions {
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea)
  return {
    ...toWindowBounds(settings.windowState, workAreas),
    minWidth: 720,
    minHeight: 440,
    show: false,
    title: 'FemtoQueue Inspector',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
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
