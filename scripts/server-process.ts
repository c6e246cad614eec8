import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { REPO_DIR } from './built-app.ts'

const SERVER = join(REPO_DIR, 'dist/server/server.js')
const STATUS = join(REPO_DIR, 'dist/server/status.js')
const READY = /^Inspector at (\S+)$/

/**
 * Runs the built server until it ends and answers its exit code. Its one line is passed on to stdout; relative paths
 * count from where the person called npm. The channel tells the server when we are gone, however that came.
 */
export async function runServer(
  args: readonly string[],
  onReady: (url: string) => void = () => {},
): Promise<number> {
  const child = spawn(process.execPath, [SERVER, ...args], {
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill('SIGTERM'))
  }
  if (child.stdout === null) throw new TypeError('stdout was asked for as a pipe')
  createInterface({ input: child.stdout }).on('line', (line) => {
    process.stdout.write(`${line}\n`)
    const url = READY.exec(line)?.[1]
    if (url !== undefined) onReady(url)
  })
  return exitCodeOf(child)
}

/** Prints the status of a queue and answers the verdict as an exit code. */
export function runStatus(args: readonly string[]): Promise<number> {
  return exitCodeOf(spawn(process.execPath, [STATUS, ...args], { stdio: 'inherit' }))
}

/** 1 where the process was ended by a signal or could not be started. */
export function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1))
    child.once('error', () => resolve(1))
  })
}
