/**
 * Looks at one task file after the other for a search, in a worker thread: synchronously, into one reused buffer, never following
 * links, never waiting for the writer of a FIFO, and never more of a file than LIMITS.searchedBytes.
 */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import type { Stats } from 'node:fs'
import { LIMITS } from '../../contract/limits.ts'
import type { TaskState } from '../../contract/list-states.ts'
import { HEADER_BYTES, parseHeader, parseTaskName, readFailureRecordOrNull } from '../../queue/index.ts'
import type { FailedAttempt } from '../../queue/index.ts'
import { openRegularSync } from '../open-regular.ts'
import type { Needle } from './text-needle.ts'

const CHUNK_BYTES = 64 * 1024

export interface ProbedPlace {
  readonly root: string
  readonly list: TaskState
  readonly node: string | null
  /** The directory of the tasks, absolute. */
  readonly dir: string
}

/** What a name tells; enough for the terms that need no look at the file. */
export interface ProbedName {
  readonly list: TaskState
  readonly node: string | null
  readonly name: string
  readonly taskId: string
  /** Claims so far, where the name tells. */
  readonly attempts: number | null
}

export function toProbedName(list: TaskState, node: string | null, name: string): ProbedName {
  const parsed = parseTaskName(name, list === 'in-progress' ? 'node' : 'waiting')
  const attempts = parsed?.stamped === true ? parsed.attempts : null
  return { list, node, name, taskId: parsed?.originalId ?? name, attempts }
}

export class TaskProbe {
  readonly #place: ProbedPlace
  readonly #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  #large: Buffer | null = null
  #file = ''
  #name: ProbedName = { list: 'pending', node: null, name: '', taskId: '', attempts: null }
  #fd = -1
  #stats: Stats | null = null
  /** Bytes of the file in the buffer, from its beginning on; -1: not read yet. */
  #filled = -1
  #record: FailedAttempt | null | undefined
  #whole: Buffer | null | undefined
  #json: { readonly value: unknown; readonly text: string } | null | undefined

  constructor(place: ProbedPlace) {
    this.#place = place
  }

  get name(): ProbedName {
    return this.#name
  }

  get node(): string | null {
    return this.#place.node
  }

  /** Begins with another task. Opens nothing yet. */
  begin(name: string): void {
    this.end()
    this.#name = toProbedName(this.#place.list, this.#place.node, name)
    this.#file = `${this.#place.dir}/${name}`
    this.#stats = null
    this.#filled = -1
    this.#record = undefined
    this.#whole = undefined
    this.#json = undefined
  }

  /** Closes what is open. */
  end(): void {
    if (this.#fd === -1) return
    fs.closeSync(this.#fd)
    this.#fd = -1
  }

  /** @throws the system's errors; ENOENT where the task has moved on. */
  stats(): Stats {
    this.#stats ??= fs.lstatSync(this.#file)
    return this.#stats
  }

  /** The latest kept reason. */
  record(): FailedAttempt | null {
    if (this.#record === undefined)
      this.#record = readFailureRecordOrNull(this.#place.root, this.#name.taskId)?.attempts.at(-1) ?? null
    return this.#record
  }

  /** The first bytes of the payload, up to 4 KiB, and whether that is all of it. */
  head(): { readonly bytes: Buffer; readonly isWhole: boolean } {
    this.#readFirst()
    const end = Math.min(this.#filled, LIMITS.searchedHeadBytes)
    return { bytes: this.#payload(end), isWhole: this.stats().size <= end }
  }

  /** Null where it is not in the part that is searched, but the payload goes on behind that. */
  contains(needle: Needle): boolean | null {
    this.#readFirst()
    if (needle.isIn(this.#payload(this.#filled))) return true
    const size = this.stats().size
    if (size <= this.#filled) return false
    return this.#containsBehind(needle, size)
  }

  #containsBehind(needle: Needle, size: number): boolean | null {
    const end = Math.min(size, HEADER_BYTES + LIMITS.searchedBytes)
    // The first chunk lies in the buffer already, and stays there for the next term.
    const chunk = (this.#large ??= Buffer.allocUnsafeSlow(CHUNK_BYTES * 4))
    const overlap = Math.min(needle.overlapBytes, chunk.length >>> 1)
    let from = Math.max(HEADER_BYTES, this.#filled - overlap)
    for (;;) {
      const length = this.#read(chunk, from, Math.min(chunk.length, end - from))
      if (needle.isIn(chunk.subarray(0, length))) return true
      if (length === 0 || from + length >= end) break
      from += length - overlap
    }
    return size > end ? null : false
  }

  /** All of the payload; null where it is larger than what is searched. */
  whole(): Buffer | null {
    if (this.#whole !== undefined) return this.#whole
    this.#readFirst()
    const size = this.stats().size
    if (size <= this.#filled) this.#whole = this.#payload(this.#filled)
    else if (size > HEADER_BYTES + LIMITS.searchedBytes) this.#whole = null
    else {
      const bytes = Buffer.allocUnsafeSlow(size - HEADER_BYTES)
      this.#whole = bytes.subarray(0, this.#read(bytes, HEADER_BYTES, bytes.length))
    }
    return this.#whole
  }

  /** The payload as JSON: undefined where it is none, null where it is too large to tell. */
  json(): { readonly value: unknown; readonly text: string } | null | undefined {
    if (this.#json !== undefined) return this.#json
    const bytes = this.whole()
    if (bytes === null) return null
    if (bytes.length === 0 || !isUtf8(bytes)) return undefined
    const text = bytes.toString()
    try {
      this.#json = { value: JSON.parse(text), text }
    } catch (cause) {
      // RangeError: nested deeper than the stack; no program that wrote it could read it either.
      if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause
      return undefined
    }
    return this.#json
  }

  /** True where header or checksum are wrong; null where the file is too large to tell unasked. */
  isCorrupt(): boolean | null {
    this.#readFirst()
    const header = parseHeader(this.#buffer.subarray(0, this.#filled))
    if (header.kind !== 'ok') return true
    const stored = Buffer.from(header.md5)
    const bytes = this.whole()
    return bytes === null ? null : !createHash('md5').update(bytes).digest().equals(stored)
  }

  #payload(end: number): Buffer {
    return this.#buffer.subarray(Math.min(HEADER_BYTES, end), end)
  }

  #readFirst(): void {
    if (this.#filled !== -1) return
    this.#open()
    this.#filled = this.#read(this.#buffer, 0, this.#buffer.length)
  }

  #open(): void {
    if (this.#fd !== -1) return
    const { fd, stats } = openRegularSync(this.#file)
    this.#fd = fd
    this.#stats = stats
  }

  #read(into: Buffer, from: number, length: number): number {
    this.#open()
    let filled = 0
    while (filled < length) {
      const read = fs.readSync(this.#fd, into, filled, length - filled, from + filled)
      filled += read
      // A file that ends at what was asked for needs no second call to know it.
      if (read === 0 || from + filled >= this.stats().size) break
    }
    return filled
  }
}
