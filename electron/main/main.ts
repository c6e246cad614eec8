/**
 * The desktop host, as a table of contents. What must come before `ready` is done in the first turn of the event loop:
 * a top-level await would make Electron wait for it for ever.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, nativeTheme, powerMonitor, session, shell } from 'electron'
import { isHelpRun } from '../../shared/inspector/command-help.ts'
import { DemoKeeper } from '../../shared/inspector/demo/demo-keeper.ts'
import { runStatusCommand } from '../../shared/inspector/status/status-command.ts'
import { readPageFiles } from '../../shared/page/page-files.ts'
import { Badge } from './badge.ts'
import {
  HELP,
  isStatusRun,
  toOpenTargets,
  toOwnArguments,
  toQueueTarget,
  toTargetsOfHandover,
  USAGE,
  UsageError,
} from './command-line.ts'
import type { Handover, OpenTarget } from './command-line.ts'
import { createAppServices } from './app-services.ts'
import { handOutPorts } from './ipc.ts'
import { setIconMenus } from './jump-list.ts'
import { logError, logUncaught, startLog } from './log.ts'
import { setAppMenu } from './menu.ts'
import type { MenuActions } from './menu.ts'
import { registerAppScheme, serveApp } from './protocol.ts'
import { restrictSession, restrictWebContents } from './session-policy.ts'
import { Settings } from './settings.ts'
import { startUtilityActor } from './start-actor.ts'
import { Windows } from './windows.ts'

const RENDERER_DIR = fileURLToPath(new URL('../renderer/', import.meta.url))
/** As in electron-builder.yml: Windows files notifications and the jump list under it. */
const APP_ID = 'org.femtoqueue.inspector'

function main(ownArguments: string[]): void {
  let targets: readonly OpenTarget[]
  try {
    targets = toOpenTargets(ownArguments, process.cwd())
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause
    process.stderr.write(`${cause.message}. ${USAGE}\n`)
    app.exit(2)
    return
  }
  const handover: Handover = { args: ownArguments, cwd: process.cwd() }
  if (!app.requestSingleInstanceLock({ ...handover })) {
    // The first instance opens what this one was asked for.
    app.quit()
    return
  }
  logUncaught()
  app.enableSandbox()
  registerAppScheme()
  restrictWebContents()
  // macOS names a dropped folder before `ready` when the app is started by it, and later when it runs.
  const early: OpenTarget[] = []
  let open = (wanted: OpenTarget): void => void early.push(wanted)
  app.on('open-file', (event, dir) => {
    event.preventDefault()
    open(toQueueTarget(dir))
  })
  app
    .whenReady()
    .then(() => {
      open = run()
      for (const target of early.length > 0 ? early : targets) open(target)
    })
    .catch(failToStart)
}

/** Answers what opens a window, or shows the one that is there. */
function run(): (target: OpenTarget) => void {
  startLog(app.getPath('logs'))
  if (process.platform === 'win32') app.setAppUserModelId(APP_ID)
  app.setAboutPanelOptions({
    applicationName: 'FemtoQueue Inspector',
    applicationVersion: app.getVersion(),
    version: `Electron ${process.versions.electron}`,
    copyright: 'Apache License 2.0',
  })
  restrictSession(session.defaultSession)
  serveApp(readPageFiles(RENDERER_DIR))
  const settings = new Settings(join(app.getPath('userData'), 'settings.json'))
  // Before the first window: its background, its page and the native dialogs follow.
  nativeTheme.themeSource = settings.choices.theme
  const demo = new DemoKeeper(startUtilityActor)
  const open = (wanted: OpenTarget): void =>
    void windows.open(wanted).catch((cause: unknown) => logError('A window could not be opened:', cause))
  const services = createAppServices({ settings, demo, open })
  const windows = new Windows({ ...services, badge: new Badge() })

  handOutPorts(windows)
  const actions: MenuActions = {
    settings,
    open,
    run: (command) => void windows.commandFocused({ kind: 'run', command }),
    showReleases: services.showReleases === null ? null : () => void services.showReleases?.(),
    showLicences: app.isPackaged
      ? () => void shell.openPath(join(process.resourcesPath, 'LICENSES.txt'))
      : null,
  }
  settings.onRecentChanged = () => {
    setAppMenu(actions)
    setIconMenus(actions)
  }
  settings.onRecentChanged()
  followApp(windows, open)
  quitAfter(async () => {
    await windows.close()
    await demo.close()
  })
  return open
}

function followApp(windows: Windows, open: (target: OpenTarget) => void): void {
  app.on('second-instance', (_event, _argv, _cwd, handover) => {
    for (const target of toTargetsOfHandover(handover)) open(target)
  })
  app.on('activate', () => {
    if (windows.isEmpty()) open({ kind: 'welcome' })
  })
  app.on('before-quit', () => windows.beginQuit())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('child-process-gone', (_event, { type, reason }) => {
    if (reason !== 'clean-exit' && reason !== 'killed')
      logError('A process of the app ended:', `${type}: ${reason}`)
  })
  nativeTheme.on('updated', () => windows.followTheme())
  powerMonitor.on('resume', () => windows.rescan())
}

/** Holds the end back until watchers, threads and the demo are gone. */
function quitAfter(cleanUp: () => Promise<void>): void {
  let isClean = false
  app.on('will-quit', (event) => {
    if (isClean) return
    event.preventDefault()
    void cleanUp()
      .catch((cause: unknown) => logError('While quitting:', cause))
      .finally(() => {
        isClean = true
        app.quit()
      })
  })
}

function failToStart(cause: unknown): void {
  logError('The app could not start:', cause)
  app.exit(1)
}

const ownArguments = toOwnArguments(process.argv, process.defaultApp)
if (isHelpRun(ownArguments)) {
  process.stdout.write(HELP)
  app.exit(0)
} else if (isStatusRun(ownArguments)) {
  // Electron is not ready, and opens no display, before this module is loaded whole. Nothing here waits for it in turn.
  app.exit(
    await runStatusCommand(ownArguments, process.cwd(), {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
    }),
  )
} else {
  main(ownArguments)
}
