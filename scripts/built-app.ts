/** Builds what is missing or older than its sources. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const REPO_DIR = join(import.meta.dirname, '..')

const SOURCES = [
  'shared',
  'server',
  'electron',
  'renderer',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
]
const OUTPUTS = [
  'dist/renderer/index.html',
  'dist/main/main.js',
  'dist/preload/preload.cjs',
  'dist/server/server.js',
  'dist/server/status.js',
  'dist/queue/index.js',
]

/**
 * Afterwards dist/ is as new as its sources. The build's output goes to stderr: stdout is the caller's. With
 * `FQ_NO_BUILD` in the environment it is taken as it is: tests that run side by side must not build.
 * @throws Error where the build fails.
 */
export function ensureBuilt(): void {
  if (process.env['FQ_NO_BUILD'] !== undefined || isUpToDate()) return
  process.stderr.write('Building ...\n')
  runNode([join(REPO_DIR, 'node_modules/vite/bin/vite.js'), 'build', '--app', '--logLevel', 'warn'])
  runNode([join(REPO_DIR, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.queue-build.json'])
}

/** For tests: they run side by side and must not build. @throws Error that says what to do. */
export function assertBuilt(): void {
  const missing = OUTPUTS.filter((path) => !existsSync(join(REPO_DIR, path)))
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')} not built: run \`npm run build\` or \`npm test\``)
}

function isUpToDate(): boolean {
  const oldestOutputMs = Math.min(...OUTPUTS.map((path) => mtimeMsOrZero(join(REPO_DIR, path))))
  return SOURCES.every((path) => newestMtimeMs(join(REPO_DIR, path)) < oldestOutputMs)
}

/** Of a file, or of a directory and all in it: a directory's own time tells of files that were removed. */
function newestMtimeMs(path: string): number {
  let newest = mtimeMsOrZero(path)
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return newest
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    newest = Math.max(newest, mtimeMsOrZero(join(entry.parentPath, entry.name)))
  }
  return newest
}

function mtimeMsOrZero(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function runNode(args: readonly string[]): void {
  const { status, error } = spawnSync(process.execPath, args, { cwd: REPO_DIR, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('The build failed: see the lines above', { cause: error })
}
