/**
 * `npm start [-- DIR | --demo]`: the desktop app, or the same inspector on loopback where the app cannot run. Whoever
 * starts it sits at this machine: actions are allowed in both.
 */
import { spawn } from 'node:child_process'
import { HELP } from '../electron/main/command-line.ts'
import { isHelpRun } from '../shared/inspector/command-help.ts'
import { ensureBuilt, REPO_DIR } from './built-app.ts'
import { fetchElectronOrNull, findElectronOrNull } from './electron-binary.ts'
import { hasDisplay, openBrowser } from './open-browser.ts'
import { exitCodeOf, runServer, runStatus } from './server-process.ts'

const FETCH_LIMIT_MS = 60_000
/** A crash this soon after the start is the system's refusal (sandbox, libraries), not a fault of the session. */
const EARLY_CRASH_MS = 10_000

const args = process.argv.slice(2)
// A status needs no window, and no display.
process.exitCode = await run()

async function run(): Promise<number> {
  if (isHelpRun(args)) {
    process.stdout.write(HELP)
    return 0
  }
  ensureBuilt()
  return args.includes('--json') ? runStatus(args) : start()
}

async function start(): Promise<number> {
  const obstacle = obstacleOrNull()
  if (obstacle !== null) return serveInstead(obstacle)
  const binary = findElectronOrNull() ?? (await fetchElectron())
  if (binary === null) return serveInstead("Electron's binary is missing and could not be downloaded")
  const startedAtMs = performance.now()
  const exitCode = await runElectron(binary)
  if (exitCode === 0 || performance.now() - startedAtMs > EARLY_CRASH_MS) return exitCode
  return serveInstead('Electron does not start here (see the lines above)')
}

/** Why the desktop app cannot run on this machine, before anything is tried. */
function obstacleOrNull(): string | null {
  if (!hasDisplay()) return 'There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)'
  if (process.platform === 'linux' && process.getuid?.() === 0)
    return "Electron's sandbox does not run as root"
  return null
}

async function fetchElectron(): Promise<string | null> {
  process.stderr.write(`Fetching Electron's binary (at most ${FETCH_LIMIT_MS / 1_000} s) ...\n`)
  return fetchElectronOrNull(FETCH_LIMIT_MS)
}

async function runElectron(binary: string): Promise<number> {
  const child = spawn(binary, [REPO_DIR, ...args], {
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => child.kill('SIGTERM'))
  return exitCodeOf(child)
}

function serveInstead(reason: string): Promise<number> {
  process.stderr.write(`${reason}: the inspector is served on loopback instead.\n`)
  let forgetBrowser = (): void => {}
  process.once('exit', () => forgetBrowser())
  return runServer(['--write', ...args], (url) => {
    forgetBrowser = openBrowser(url)
  })
}
