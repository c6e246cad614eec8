/**
 * Stands in for the package `electron` in tests of the main process: remembers what it was asked for and lets a test
 * fire events. Importing the real package outside Electron starts a download and throws.
 */
import { EventEmitter } from 'node:events'

/** What the stub was asked to do, in order: `app.enableSandbox`, `protocol.registerSchemesAsPrivileged` ... */
export const calls: { name: string; args: unknown[] }[] = []

export function callsTo(name: string): unknown[][] {
  return calls.filter((call) => call.name === name).map(({ args }) => args)
}

function record(name: string) {
  return (...args: unknown[]): void => void calls.push({ name, args })
}

export const stub = {
  hasLock: true,
  displays: [{ workArea: { x: 0, y: 0, width: 1_920, height: 1_040 } }],
  userData: '',
  chosenFolder: null as string | null,
  /** The button that is pressed in a message box. */
  pressed: 0,
  canNotify: true,
  removedJumpListItems: [] as { args: string }[],
}

const ready = Promise.withResolvers<void>()

/** Electron is up; what the app remembers lies in this directory. */
export function becomeReadyWith(userData: string): void {
  stub.userData = userData
  ready.resolve()
}

class App extends EventEmitter {
  isPackaged = false
  whenReady = (): Promise<void> => {
    calls.push({ name: 'app.whenReady', args: [] })
    return ready.promise
  }
  requestSingleInstanceLock = (data: unknown): boolean => {
    calls.push({ name: 'app.requestSingleInstanceLock', args: [data] })
    return stub.hasLock
  }
  enableSandbox = record('app.enableSandbox')
  quit = record('app.quit')
  exit = record('app.exit')
  addRecentDocument = record('app.addRecentDocument')
  clearRecentDocuments = record('app.clearRecentDocuments')
  name = 'FemtoQueue Inspector'
  dock = { setMenu: record('dock.setMenu') }
  setBadgeCount = record('app.setBadgeCount')
  setJumpList = record('app.setJumpList')
  getJumpListSettings = (): object => ({ minItems: 10, removedItems: stub.removedJumpListItems })
  setAppUserModelId = record('app.setAppUserModelId')
  setAboutPanelOptions = record('app.setAboutPanelOptions')
  getLocale = (): string => 'en-GB'
  getVersion = (): string => '0.0.0-stub'
  getPath = (): string => stub.userData
}
export const app = new App()

export class FakeContents extends EventEmitter {
  openHandler: ((details: unknown) => unknown) | null = null
  url = 'app://inspector/'
  getURL = (): string => this.url
  reload = record('webContents.reload')
  setWindowOpenHandler(handler: (details: unknown) => unknown): void {
    this.openHandler = handler
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly created: BrowserWindow[] = []
  static focused: BrowserWindow | null = null
  static getFocusedWindow = (): BrowserWindow | null => BrowserWindow.focused
  static getAllWindows = (): BrowserWindow[] => BrowserWindow.created.filter((window) => !window.isGone)
  isGone = false
  readonly options: Record<string, unknown>
  readonly webContents = new FakeContents()
  loadURL = (url: string): Promise<void> => {
    calls.push({ name: 'window.loadURL', args: [url] })
    return Promise.resolve()
  }
  show = record('window.show')
  focus = record('window.focus')
  maximize = record('window.maximize')
  restore = record('window.restore')
  isMinimized = (): boolean => false
  isMaximized = (): boolean => false
  isFullScreen = (): boolean => false
  setFullScreen = record('window.setFullScreen')
  setBackgroundColor = record('window.setBackgroundColor')
  setOverlayIcon = record('window.setOverlayIcon')
  setRepresentedFilename = record('window.setRepresentedFilename')
  isDestroyed = (): boolean => this.isGone
  getNormalBounds = (): object => ({ x: 10, y: 20, width: 800, height: 600 })
  constructor(options: Record<string, unknown>) {
    super()
    this.options = options
    BrowserWindow.created.push(this)
  }
  close(): void {
    let isPrevented = false
    this.emit('close', { preventDefault: () => (isPrevented = true) })
    if (isPrevented) return
    this.isGone = true
    this.emit('closed')
  }
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = []
  static isSupported = (): boolean => stub.canNotify
  readonly options: unknown
  constructor(options: unknown) {
    super()
    this.options = options
  }
  show = (): void => void Notification.shown.push(this)
  close = record('notification.close')
}

export class FakePort extends EventEmitter {
  readonly sent: unknown[] = []
  start = record('port.start')
  close = (): void => void this.emit('close')
  postMessage(message: unknown): void {
    this.sent.push(message)
  }
}

export class MessageChannelMain {
  readonly port1 = new FakePort()
  readonly port2 = new FakePort()
}

export class FakeSession extends EventEmitter {
  handlers: Record<string, (...args: never[]) => unknown> = {}
  setPermissionCheckHandler = this.#keep('permissionCheck')
  setPermissionRequestHandler = this.#keep('permissionRequest')
  setDevicePermissionHandler = this.#keep('devicePermission')
  setDisplayMediaRequestHandler = record('session.setDisplayMediaRequestHandler')
  setSpellCheckerEnabled = record('session.setSpellCheckerEnabled')
  webRequest = { onBeforeRequest: this.#keep('beforeRequest') }
  #keep(name: string) {
    return (handler: (...args: never[]) => unknown): void => {
      this.handlers[name] = handler
    }
  }
}
export const session = { defaultSession: new FakeSession() }

export const protocol = {
  registerSchemesAsPrivileged: record('protocol.registerSchemesAsPrivileged'),
  handle: record('protocol.handle'),
}
export const ipcMain = new EventEmitter()
export const powerMonitor = new EventEmitter()
class NativeTheme extends EventEmitter {
  shouldUseDarkColors = true
  themeSource = 'system'
}
export const nativeTheme = new NativeTheme()
export const nativeImage = { createFromBitmap: (pixels: Buffer): object => ({ pixels }) }
export const shell = {
  openPath: record('shell.openPath'),
  showItemInFolder: record('shell.showItemInFolder'),
  openExternal: (url: string): Promise<void> => {
    calls.push({ name: 'shell.openExternal', args: [url] })
    return Promise.resolve()
  },
}
export const screen = {
  getAllDisplays: () => stub.displays.map(({ workArea }) => ({ workArea, size: workArea, scaleFactor: 1 })),
}
export const dialog = {
  showErrorBox: record('dialog.showErrorBox'),
  showMessageBox: (...args: unknown[]) => {
    calls.push({ name: 'dialog.showMessageBox', args })
    return Promise.resolve({ response: stub.pressed })
  },
  showOpenDialog: () =>
    Promise.resolve(
      stub.chosenFolder === null
        ? { canceled: true, filePaths: [] }
        : { canceled: false, filePaths: [stub.chosenFolder] },
    ),
}
export const Menu = {
  buildFromTemplate: (template: unknown): unknown => template,
  setApplicationMenu: record('Menu.setApplicationMenu'),
}
export const utilityProcess = { fork: record('utilityProcess.fork') }
