/**
 * What went wrong, kept for "Copy diagnostics" and bug reports. Never payloads: only what the main process itself says.
 * A private file; one older one is kept.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'

const MAX_BYTES = 512 * 1024
const MAX_LINE_CHARS = 4_000

let file: string | null = null
let errors = 0

/** From now on errors are kept in `dir` too. Before, they go to stderr only. */
export function startLog(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    file = join(dir, 'main.log')
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(file, `${file}.old`)
  } catch (cause) {
    console.error('No log can be kept:', cause)
  }
}

/** Never throws: a full disk must not make an error of an error. */
export function logError(what: string, cause: unknown): void {
  errors++
  console.error(what, cause)
  if (file === null) return
  const line = `${new Date().toISOString()} ${what} ${inspect(cause)}`.slice(0, MAX_LINE_CHARS)
  try {
    appendFileSync(file, `${line}\n`, { mode: 0o600 })
  } catch {
    // It was told on stderr.
  }
}

/** How many were logged since the start. */
export function errorCount(): number {
  return errors
}

/** An exception that nobody caught is logged and the app goes on: a window with a queue is worth more than a clean exit. */
export function logUncaught(): void {
  process.on('uncaughtException', (cause) => logError('Uncaught:', cause))
  process.on('unhandledRejection', (cause) => logError('Unhandled rejection:', cause))
}
