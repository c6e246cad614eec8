/**
 * Makes new tasks for somebody who is no worker: in numbers, under names that are known before anything is written, and from files
 * that are copied. FemtoQueue.push() lists pending/ when it is opened; here whoever watches the queue says what waits.
 */
import fs from 'node:fs'
import { createHash } from 'node:crypto'
import { Stamps } from './act-names.ts'
import { SharedClock } from './clock.ts'
import { errnoOrNull, FemtoQueueError, toQueueError } from './errors.ts'
import { randomHex } from './random-hex.ts'
import { prepareStateDirs } from './state-dirs.ts'
import { isMeant, type FileCheck } from './state-moves.ts'
import { HEADER_BYTES, parseHeader } from './task-file.ts'
import { compareTaskNames, toStamp } from './task-id.ts'
import { TaskStore } from './task-store.ts'

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = fs.constants
const READ_SAFELY = O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0)
const COPY_BYTES = 1024 * 1024

export type NewTaskState = 'pending' | 'scheduled'

export type CopyResult =
  | { readonly copied: true }
  /** Nothing was stored. `gone`, `changed`: not the file that is meant any more; the rest: it is no whole task. */
  | {
      readonly copied: false
      readonly reason: 'gone' | 'changed' | 'too-short' | 'bad-version' | 'bad-checksum' | 'unreadable'
    }

export class NewTasks {
  readonly #dataDir: string
  readonly #clock: SharedClock
  readonly #store: TaskStore

  /** @param lastPending The last name that waits, as far as known: new ids sort behind it. @throws FemtoQueueError, as new FemtoQueue(). */
  constructor(dataDir: string, lastPending: string | null) {
    this.#dataDir = prepareStateDirs(dataDir, { create: false, syncAfterWrite: false })
    this.#store = new TaskStore(this.#dataDir, false)
    try {
      this.#clock = new SharedClock(this.#dataDir)
    } catch (error) {
      throw toQueueError(error, 'Opening the queue', { path: dataDir })
    }
    try {
      if (lastPending !== null) this.#clock.raiseAbove(Number(lastPending.slice(0, lastPending.indexOf('_'))))
    } catch (error) {
      this.#clock.close()
      throw toQueueError(error, 'Opening the queue', { path: dataDir })
    }
  }

  /** Stamps from the same clock, for what is put back. */
  toStamps(): Stamps {
    return new Stamps(this.#clock)
  }

  /** An id behind all that waits, or at a time, µs since 1970. Nothing is written yet. */
  nextId(atUs: number | null = null): string {
    return `${toStamp(atUs ?? this.#clock.nextUs())}_${randomHex()}`
  }

  /** The name for an id that is to be offered before `first`, the first name that waits. */
  frontName(id: string, first: string | null): string {
    if (first === null || compareTaskNames(id, first) < 0) return id
    const firstUs = Number(first.slice(0, first.indexOf('_')))
    return `${toStamp(Math.max(0, firstUs - 1))}_${id}`
  }

  /** Stores a task. @throws FemtoQueueError; then nothing was stored. */
  store(state: NewTaskState, name: string, payload: Uint8Array): void {
    this.#store.publish(state, name, payload)
  }

  /**
   * Stores a copy of a task file under a new name: bytes, header and checksum as they are, if the checksum fits. Gives its turn away
   * after each MiB.
   * @throws FemtoQueueError; then nothing was stored.
   */
  async copy(
    source: string,
    check: FileCheck,
    state: NewTaskState,
    name: string,
    pause: () => Promise<void> | null,
  ): Promise<CopyResult> {
    const temporary = `${this.#dataDir}/creating/${name}`
    let from: number
    try {
      from = fs.openSync(source, READ_SAFELY)
    } catch (error) {
      const code = errnoOrNull(error)
      if (code === null) throw error
      return { copied: false, reason: code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unreadable' }
    }
    try {
      if (!isMeant(fs.fstatSync(from, { bigint: true }), check)) return { copied: false, reason: 'changed' }
      const fault = await copyChecked(from, temporary, pause)
      if (fault === null) {
        fs.renameSync(temporary, `${this.#dataDir}/${state}/${name}`)
        return { copied: true }
      }
      fs.unlinkSync(temporary)
      return { copied: false, reason: fault }
    } catch (error) {
      fs.rmSync(temporary, { force: true })
      if (errnoOrNull(error) === null && !(error instanceof FemtoQueueError)) throw error
      throw toQueueError(error, 'Storing the copy', { path: temporary, state: 'absent' })
    } finally {
      fs.closeSync(from)
    }
  }

  close(): void {
    this.#clock.close()
  }
}

/** Copies a whole task file into a new one. @returns what is wrong with it, or null. @throws the system's errors. */
async function copyChecked(
  from: number,
  target: string,
  pause: () => Promise<void> | null,
): Promise<'too-short' | 'bad-version' | 'bad-checksum' | null> {
  const to = fs.openSync(target, O_WRONLY | O_CREAT | O_EXCL, 0o666)
  try {
    const head = Buffer.allocUnsafe(HEADER_BYTES)
    const header = parseHeader(head.subarray(0, fs.readSync(from, head, 0, HEADER_BYTES, 0)))
    if (header.kind !== 'ok') return header.kind
    fs.writeSync(to, head)
    const digest = await copyRest(from, to, pause)
    return digest.equals(header.md5) ? null : 'bad-checksum'
  } finally {
    fs.closeSync(to)
  }
}

/** Copies what follows the header and gives its MD5. */
async function copyRest(from: number, to: number, pause: () => Promise<void> | null): Promise<Buffer> {
  const md5 = createHash('md5')
  const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, Math.max(1, fs.fstatSync(from).size - HEADER_BYTES)))
  for (let at = HEADER_BYTES; ;) {
    const count = fs.readSync(from, buffer, 0, buffer.length, at)
    if (count === 0) return md5.digest()
    at += count
    const chunk = buffer.subarray(0, count)
    md5.update(chunk)
    for (let written = 0; written < count;) written += fs.writeSync(to, chunk, written, count - written)
    const turn = pause()
    if (turn !== null) await turn
  }
}
