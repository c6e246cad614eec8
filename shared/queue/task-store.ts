/** Writing a new task file and reading a claimed one: the bytes' way to and from the disk. */
import fs from 'node:fs'
import { errnoOrNull, FemtoQueueError, toQueueError } from './errors.ts'
import { rename } from './rename.ts'
import { syncDir } from './state-dirs.ts'
import { decodeTask, encodeTask, encodeTaskInto, HEADER_BYTES, type TaskFileFault } from './task-file.ts'

const { O_WRONLY, O_CREAT, O_EXCL, O_RDONLY } = fs.constants
const CREATE_NEW = O_WRONLY | O_CREAT | O_EXCL
// Neither follow a link nor wait for a writer: what lies there may have been exchanged since it was listed. Windows has neither.
const READ_SAFELY = O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0)
/** What opening a link (not followed), a socket or a device says. */
const NOT_REGULAR = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'ENODEV'])
const REUSED_BUFFER_BYTES = 64 * 1024

export type ReadTask =
  | { readonly kind: 'ok'; readonly payload: Uint8Array; readonly birthtimeMs: number }
  | { readonly kind: TaskFileFault | 'not-regular' }
  | { readonly kind: 'too-large'; readonly bytes: number }

export class TaskStore {
  readonly #dataDir: string
  readonly #sync: boolean
  readonly #buffer = Buffer.allocUnsafe(REUSED_BUFFER_BYTES)

  constructor(dataDir: string, syncAfterWrite: boolean) {
    this.#dataDir = dataDir
    this.#sync = syncAfterWrite
  }

  /**
   * Stores a task as `<state>/<id>`: written in creating/, [fsync], renamed, [fsync of the directory]. The id is unique by its random
   * part, so the rename overwrites nothing.
   */
  publish(state: 'pending' | 'scheduled', id: string, payload: Uint8Array): void {
    const temporary = `${this.#dataDir}/creating/${id}`
    const target = `${this.#dataDir}/${state}/${id}`
    let fd: number
    try {
      fd = fs.openSync(temporary, CREATE_NEW, 0o666)
    } catch (error) {
      throw toQueueError(error, 'Storing the task', { path: temporary, taskId: id, state: 'absent' })
    }
    try {
      try {
        this.#write(fd, payload)
        if (this.#sync) fs.fsyncSync(fd)
      } finally {
        fs.closeSync(fd)
      }
      rename(temporary, target, 'unique')
    } catch (error) {
      removeIfThere(temporary)
      throw toQueueError(error, 'Storing the task', { path: temporary, taskId: id, state: 'absent' })
    }
    if (this.#sync) this.syncState(state, id)
  }

  /** Makes a rename into `dir` last. @throws FemtoQueueError `state-unknown`; an fsync that failed must never be tried again. */
  syncState(dir: string, taskId: string): void {
    try {
      syncDir(`${this.#dataDir}/${dir}`)
    } catch (error) {
      throw new FemtoQueueError(
        'state-unknown',
        `The task ${taskId} was moved to ${dir}, but whether that survives a power cut is unknown`,
        {
          cause: error,
          path: `${this.#dataDir}/${dir}`,
          taskId,
          state: 'unknown',
        },
      )
    }
  }

  /** Reads and checks a task file, at most `maxBytes` of payload. @throws the system's errors. */
  read(path: string, maxBytes: number): ReadTask {
    let fd: number
    try {
      fd = fs.openSync(path, READ_SAFELY)
    } catch (error) {
      if (NOT_REGULAR.has(errnoOrNull(error) ?? '')) return { kind: 'not-regular' }
      throw error
    }
    try {
      const stat = fs.fstatSync(fd)
      if (!stat.isFile()) return { kind: 'not-regular' }
      if (stat.size - HEADER_BYTES > maxBytes) return { kind: 'too-large', bytes: stat.size }
      const bytes = Buffer.allocUnsafe(stat.size)
      const length = readFully(fd, bytes)
      const decoded = decodeTask(length === bytes.length ? bytes : bytes.subarray(0, length))
      if (decoded.kind !== 'ok') return decoded
      return { kind: 'ok', payload: decoded.payload, birthtimeMs: stat.birthtimeMs }
    } finally {
      fs.closeSync(fd)
    }
  }

  #write(fd: number, payload: Uint8Array): void {
    const fits = payload.length <= REUSED_BUFFER_BYTES - HEADER_BYTES
    const bytes = fits ? this.#buffer : encodeTask(payload)
    const length = fits ? encodeTaskInto(bytes, payload) : bytes.length
    for (let written = 0; written < length;) written += fs.writeSync(fd, bytes, written, length - written)
  }
}

function readFully(fd: number, bytes: Buffer): number {
  let length = 0
  while (length < bytes.length) {
    const count = fs.readSync(fd, bytes, length, bytes.length - length, null)
    if (count === 0) break
    length += count
  }
  return length
}

function removeIfThere(path: string): void {
  try {
    fs.unlinkSync(path)
  } catch {
    // The first error is the one to report; a rest in creating/ is never read by anybody.
  }
}
