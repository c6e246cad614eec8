/**
 * Finds and fetches Electron's binary without ever importing the package `electron`: outside Electron that starts a
 * download and throws.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const DEFAULT_NAMES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** The executable's path, or null where it is not there. */
export function findElectronOrNull(): string | null {
  const packageDir = electronDirOrNull()
  if (packageDir === null) return null
  const nameFile = join(packageDir, 'path.txt')
  const name = existsSync(nameFile) ? readFileSync(nameFile, 'utf8').trim() : defaultName()
  const binary = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageDir, 'dist'), name)
  return existsSync(binary) ? binary : null
}

/** Tries to download the binary; null where that fails or takes too long. The installer checks what it got by hash. */
export async function fetchElectronOrNull(timeLimitMs: number): Promise<string | null> {
  const packageDir = electronDirOrNull()
  if (packageDir === null) return null
  const installer = spawn(process.execPath, [join(packageDir, 'install.js')], { stdio: 'ignore' })
  await new Promise<void>((resolve) => {
    const limit = setTimeout(() => installer.kill('SIGKILL'), timeLimitMs)
    const end = (): void => {
      clearTimeout(limit)
      resolve()
    }
    installer.once('exit', end)
    installer.once('error', end)
  })
  return findElectronOrNull()
}

function defaultName(): string {
  return DEFAULT_NAMES[process.platform] ?? 'electron'
}

function electronDirOrNull(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return null
  }
}
