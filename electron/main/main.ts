/**
 * The desktop host, as a table of contents. What must come before `ready` is done in the first turn of the event loop:
 * a top-level await would make Electron wait for it for ever.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, powerMonitor, session } from 'electron'
import { DemoKeeper } from '../../shared/inspector/demo/demo-keeper.ts'
import { readPageFiles } from '../../shared/page/page-files.ts'
import { handOutPorts } from './ipc.ts'
import { setAppMenu } from './menu.ts'
import { toArgumentsOrEmpty, toOpenTarget, toOwnArguments, WELCOME } from './open-target.ts'
import type { OpenTarget } from './open-target.ts'
import { registerAppScheme, serveApp } from './protocol.ts'
import { restrictSession, restrictWebContents } from './session-policy.ts'
import { Settings } from './settings.ts'
import { startUtilityActor } from './start-actor.ts'
import { Windows } from './windows.ts'

const RENDERER_DIR = fileURLToPath(new URL('../renderer/', import.meta.url))

function main(): void {
  const args = toOwnArguments(process.argv, process.defaultApp)
  if (!app.requestSingleInstanceLock({ args })) {
    // The first instance opens what this one was asked for.
    app.quit()
    return
  }
  app.enableSandbox()
  registerAppScheme()
  restrictWebContents()
  let target = toOpenTarget(args, process.cwd())
  // macOS names a dropped folder before `ready` when the app is started by it, and later when it runs.
  let open = (wanted: OpenTarget): void => {
    target = wanted
  }
  app.on('open-file', (event, dir) => {
    event.preventDefault()
    open({ kind: 'queue', dir })
  })
  app
    .whenReady()
    .then(() => {
      open = run()
      open(target)
    })
    .catch(failToStart)
}

/** Answers what opens a window, or shows the one that is there. */
function run(): (target: OpenTarget) => void {
  restrictSession(session.defaultSession)
  serveApp(readPageFiles(RENDERER_DIR))
  const settings = new Settings(join(app.getPath('userData'), 'settings.json'))
  const demo = new DemoKeeper(startUtilityActor)
  const windows = new Windows({ settings, demo })
  const open = (wanted: OpenTarget): void => void windows.open(wanted).catch(failToStart)

  handOutPorts(windows)
  settings.onRecentChanged = () => setAppMenu({ settings, open })
  setAppMenu({ settings, open })
  app.on('second-instance', (_event, _argv, cwd, data) => open(toOpenTarget(toArgumentsOrEmpty(data), cwd)))
  app.on('activate', () => {
    if (windows.isEmpty()) open(WELCOME)
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  powerMonitor.on('resume', () => windows.rescan())
  quitAfter(async () => {
    await windows.close()
    await demo.close()
  })
  return open
}

/** Holds the end back until watchers, threads and the demo are gone. */
function quitAfter(cleanUp: () => Promise<void>): void {
  let isClean = false
  app.on('will-quit', (event) => {
    if (isClean) return
    event.preventDefault()
    void cleanUp()
      .catch((cause: unknown) => console.error('While quitting:', cause))
      .finally(() => {
        isClean = true
        app.quit()
      })
  })
}

function failToStart(cause: unknown): void {
  console.error(cause)
  app.exit(1)
}

main()
