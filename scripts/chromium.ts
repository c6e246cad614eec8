/** Finds a Chromium to drive, wherever it may come from; installs one where that is possible. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  join(process.env['PROGRAMFILES'] ?? '', 'Google/Chrome/Application/chrome.exe'),
  join(process.env['PROGRAMFILES(X86)'] ?? '', 'Microsoft/Edge/Application/msedge.exe'),
]
const INSTALL_LIMIT_MS = 5 * 60_000

/** The executable's path: `FQ_CHROMIUM`, Playwright's own, or an installed one. Null where there is none. */
export function findChromiumOrNull(): string | null {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((dir) => NAMES.map((name) => join(dir, name)))
  const candidates = [process.env['FQ_CHROMIUM'], chromium.executablePath(), ...onPath, ...PLACES]
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path)) ?? null
}

/** Playwright's own download first, then Debian's package where we may install it. Null where neither works. */
export function installChromiumOrNull(): string | null {
  const cli = join(import.meta.dirname, '../node_modules/playwright/cli.js')
  run(process.execPath, [cli, 'install', 'chromium'])
  const installed = findChromiumOrNull()
  if (installed !== null || !existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return installed
  run('apt-get', ['update', '-qq'])
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
  return findChromiumOrNull()
}

function run(command: string, args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: INSTALL_LIMIT_MS, env })
}
