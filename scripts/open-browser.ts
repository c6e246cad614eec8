import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** False on a Linux machine without a display; elsewhere there is one. */
export function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY'])
}

/**
 * Opens the page in the person's browser, if there is one. The URL holds the token and must not stand in an argument
 * list, which every user of the machine can read: the browser is given a private file that leads there.
 *
 * @returns Removes that file.
 */
export function openBrowser(url: string): () => void {
  const opener = findOpenerOrNull()
  if (opener === null) return () => {}
  const dir = mkdtempSync(join(tmpdir(), 'femtoqueue-open-'))
  const file = join(dir, 'open.html')
  const page = `<!doctype html><meta http-equiv="refresh" content="0;url=${url}"><title>FemtoQueue Inspector</title>\n`
  writeFileSync(file, page, { mode: 0o600 })
  const [command, ...args] = opener
  const child = spawn(command, [...args, pathToFileURL(file).href], { stdio: 'ignore', detached: true })
  // The printed URL is still there.
  child.once('error', () => {})
  child.unref()
  return () => rmSync(dir, { recursive: true, force: true })
}

function findOpenerOrNull(): [string, ...string[]] | null {
  if (!hasDisplay()) return null
  if (process.platform === 'darwin') return ['open']
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  const isInstalled = (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((dir) => existsSync(join(dir, 'xdg-open')))
  return isInstalled ? ['xdg-open'] : null
}
