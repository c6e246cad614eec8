import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHash } from 'node:crypto'
import { onTestFinished } from 'vitest'

interface FixtureEntry {
  readonly path: string
  readonly base64?: string
  readonly mtimeUs?: number
}

const FIXTURE = new URL('../fixtures/python-femtoqueue.json', import.meta.url)

/** Names of the queues that were recorded from the Python library. */
export type RecordedQueue = 'every-state' | 'small-payloads'

/** Makes a temporary directory for one test; a failed test keeps it and prints its path. */
export function makeTempDir(label = 'fq'): string {
  const dir = mkdtempSync(path.join(tmpdir(), `${label}-`))
  onTestFinished(({ task }) => {
    if (task.result?.state === 'fail') console.error(`kept for a look: ${dir}`)
    else rmSync(dir, { recursive: true, force: true })
  })
  return dir
}

/** Recreates a recorded queue, byte for byte and with its modification times, in a new directory below `parent`. */
export function recreateRecordedQueue(parent: string, queue: RecordedQueue): string {
  const recorded = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
    queues: Record<RecordedQueue, FixtureEntry[]>
  }
  const dir = path.join(parent, queue)
  for (const entry of recorded.queues[queue]) {
    const full = path.join(dir, entry.path)
    if (entry.base64 === undefined) {
      mkdirSync(full, { recursive: true })
      continue
    }
    mkdirSync(path.dirname(full), { recursive: true })
    writeFileSync(full, Buffer.from(entry.base64, 'base64'))
    if (entry.mtimeUs !== undefined) utimesSync(full, entry.mtimeUs / 1e6, entry.mtimeUs / 1e6)
  }
  return dir
}

/** Makes an empty queue in a new directory below `parent`. */
export function makeEmptyQueue(parent: string, nodes: readonly string[] = []): string {
  const dir = path.join(parent, 'queue')
  for (const name of ['creating', 'pending', 'scheduled', 'done', 'failed', ...nodes]) {
    mkdirSync(path.join(dir, name), { recursive: true })
  }
  return dir
}

/** Writes a task file as the Python library does, straight into a directory. */
export function writeTask(queue: string, dir: string, name: string, payload: string | Uint8Array): void {
  const bytes = Buffer.from(payload)
  const header = Buffer.concat([
    Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]),
    createHash('md5').update(bytes).digest(),
  ])
  writeFileSync(path.join(queue, dir, name), Buffer.concat([header, bytes]))
}

/** Has a task arrive as workers and producers do it: whole, by one rename. */
export function arriveTask(queue: string, dir: string, name: string, payload: string | Uint8Array): void {
  writeTask(queue, 'creating', name, payload)
  renameSync(path.join(queue, 'creating', name), path.join(queue, dir, name))
}

/** Every entry below a directory with its kind, size, mtime and bytes: equal before and after means untouched. */
export function snapshotOf(dir: string): Record<string, string> {
  const entries: Record<string, string> = {}
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name)
    const stats = statSync(full, { throwIfNoEntry: false })
    const content = entry.isFile() ? createHash('sha256').update(readFileSync(full)).digest('hex') : 'dir'
    entries[path.relative(dir, full)] = `${stats?.ino} ${stats?.mtimeMs} ${stats?.ctimeMs} ${content}`
  }
  return entries
}
