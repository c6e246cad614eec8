/**
 * The names of the tasks of one directory, in the order in which workers take them. In memory, no IO.
 *
 * Blocks of at most 1024 sorted names behind a table of their cumulative sizes: membership and position are two binary
 * searches, a change shifts one block, and 1,000,000 names cost little more than their characters.
 *
 * To walk a list that changes meanwhile, take `namesAfter(last, limit)` again and again and let the loop turn in between:
 * no name is met twice, and none is missed that was there all the time.
 */
import { compareTaskNames, parseTaskName, sortTaskNames, STAMP_DIGITS } from '../queue/task-id.ts'

const BLOCK_NAMES = 512
/** Where more than one in so many goes, one pass over all is cheaper than a search for each. */
const BULK_SHARE = 8
/** Longest number in front of a name that a file system's 255 bytes leave room for. */
const MAX_DIGITS = 253
/** Sorts after every suffix that begins alike. */
const LAST = '\uffff'.repeat(4)

/** Positions in a list, `end` excluded. Good until the list changes. */
export interface NameRange {
  readonly start: number
  readonly end: number
}

export class NameList {
  #blocks: string[][] = []
  /** `#starts[b]`: number of names before block b; rebuilt lazily from `#dirtyFrom` on. */
  #starts: number[] = []
  #dirtyFrom = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Replaces everything. `names` is sorted in place and may be kept. */
  replaceAll(names: string[]): void {
    sortTaskNames(names)
    this.#blocks = []
    for (let at = 0; at < names.length; at += BLOCK_NAMES)
      this.#blocks.push(names.slice(at, at + BLOCK_NAMES))
    this.#size = names.length
    this.#dirtyFrom = 0
  }

  has(name: string): boolean {
    const block = this.#blocks[this.#blockFor(name)]
    return block !== undefined && block[lowerBound(block, name)] === name
  }

  /** False where it was there already. */
  add(name: string): boolean {
    if (this.#blocks.length === 0) this.#blocks.push([])
    const at = Math.min(this.#blockFor(name), this.#blocks.length - 1)
    const block = this.#blocks[at]
    if (block === undefined) return false
    const position = lowerBound(block, name)
    if (block[position] === name) return false
    block.splice(position, 0, name)
    this.#size++
    this.#markDirty(at)
    if (block.length > BLOCK_NAMES * 2) this.#blocks.splice(at + 1, 0, block.splice(BLOCK_NAMES))
    return true
  }

  /** False where it was not there. */
  delete(name: string): boolean {
    const at = this.#blockFor(name)
    const block = this.#blocks[at]
    if (block === undefined) return false
    const position = lowerBound(block, name)
    if (block[position] !== name) return false
    block.splice(position, 1)
    this.#size--
    this.#markDirty(at)
    if (block.length === 0) this.#blocks.splice(at, 1)
    return true
  }

  /** Takes all of these names off. @returns those that were there. */
  deleteAll(names: ReadonlySet<string>): string[] {
    if (names.size * BULK_SHARE < this.#size) return [...names].filter((name) => this.delete(name))
    const deleted: string[] = []
    const isKept = (name: string): boolean => !names.has(name) || deleted.push(name) === 0
    this.#blocks = this.#blocks.map((block) => block.filter(isKept)).filter((block) => block.length > 0)
    this.#size -= deleted.length
    this.#dirtyFrom = 0
    return deleted
  }

  /** At most `limit` names from position `offset` on. */
  window(offset: number, limit: number): string[] {
    const names: string[] = []
    if (offset >= this.#size || limit <= 0) return names
    const starts = this.#freshStarts()
    let at = upperBound(starts, offset) - 1
    let inBlock = offset - (starts[at] ?? 0)
    while (names.length < limit && at < this.#blocks.length) {
      const block = this.#blocks[at] ?? []
      for (; inBlock < block.length && names.length < limit; inBlock++) names.push(block[inBlock] ?? '')
      inBlock = 0
      at++
    }
    return names
  }

  /** Position of the first name that does not sort before `name`: where it is, or where it would be. */
  positionOf(name: string): number {
    if (this.#size === 0) return 0
    const at = this.#blockFor(name)
    const block = this.#blocks[at]
    if (block === undefined) return this.#size
    return (this.#freshStarts()[at] ?? 0) + lowerBound(block, name)
  }

  first(): string | null {
    return this.#blocks[0]?.[0] ?? null
  }

  /** At most `limit` names that sort after `name`, whether it is (still) there or not; null: from the beginning. */
  namesAfter(name: string | null, limit: number): string[] {
    if (name === null) return this.window(0, limit)
    const at = this.positionOf(name)
    return this.window(this.window(at, 1)[0] === name ? at + 1 : at, limit)
  }

  /** The last `limit` names, in order, that sort before `name`; null: those at the end. */
  namesBefore(name: string | null, limit: number): string[] {
    const end = name === null ? this.#size : this.positionOf(name)
    const start = Math.max(0, end - limit)
    return this.window(start, end - start)
  }

  /** Names from position `start` to `end` in order, in slices. The list must not change until the last one is taken. */
  *chunks({ start, end }: NameRange = { start: 0, end: this.#size }): Generator<readonly string[]> {
    for (let at = start; at < end; at += BLOCK_NAMES) yield this.window(at, Math.min(BLOCK_NAMES, end - at))
  }

  /** Position of the first task whose number is at least `us` (µs since 1970, decimal digits): where that time begins. */
  positionOfTime(us: string): number {
    // Zeros in front do not count as a number and sort first among names of the same one.
    return this.positionOf(`${us.padStart(MAX_DIGITS, '0')}_`)
  }

  /** Tasks with a number from `fromUs` up to, not including, `toUs`. */
  rangeOfTime(fromUs: string, toUs: string): NameRange {
    const start = this.positionOfTime(fromUs)
    return { start, end: Math.max(start, this.positionOfTime(toUs)) }
  }

  /**
   * The ranges, ascending and apart, in which every name with this prefix lies. They hold others only where numbers have
   * zeros in front. Numbers of several lengths make several ranges: `17` begins 17, 171 and 1795416245206308.
   */
  rangesOfPrefix(prefix: string): NameRange[] {
    if (prefix === '') return [{ start: 0, end: this.#size }]
    if (!/^\d+(_|$)/.test(prefix)) return []
    if (prefix.includes('_'))
      return toRanges([{ start: this.positionOf(prefix), end: this.positionOf(prefix + LAST) }])
    const ranges: NameRange[] = []
    for (let rest = 0; prefix.length + rest <= MAX_DIGITS; rest++) {
      const start = this.positionOfTime(prefix + '0'.repeat(rest))
      if (start === this.#size) break
      ranges.push({ start, end: this.positionOf(`${prefix}${'9'.repeat(rest)}_${LAST}`) })
    }
    return toRanges(ranges)
  }

  /** The names that begin with `prefix`, in order. The list must not change until the last one is taken. */
  *withPrefix(prefix: string): Generator<string> {
    for (const range of this.rangesOfPrefix(prefix))
      for (const names of this.chunks(range))
        for (const name of names) if (name.startsWith(prefix)) yield name
  }

  /**
   * The file name that the task with this original id bears here, or null. O(log n) where that is the id itself; a name with
   * a stamp in front is looked for through the whole list (1,000,000: 20 ms).
   */
  nameOfId(id: string): string | null {
    if (this.has(id)) return id
    for (const block of this.#blocks) {
      for (const name of block) {
        if (name.length > id.length && name.includes(id) && parseTaskName(name)?.originalId === id)
          return name
      }
    }
    return null
  }

  *[Symbol.iterator](): Generator<string> {
    for (const block of this.#blocks) yield* block
  }

  /** The first block whose last name does not sort before `name`. */
  #blockFor(name: string): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const last = this.#blocks[middle]?.at(-1)
      if (last !== undefined && compareNames(last, name) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #markDirty(block: number): void {
    this.#dirtyFrom = Math.min(this.#dirtyFrom, block)
  }

  #freshStarts(): number[] {
    if (this.#dirtyFrom < this.#blocks.length || this.#starts.length !== this.#blocks.length) {
      let total = this.#dirtyFrom === 0 ? 0 : (this.#starts[this.#dirtyFrom] ?? 0)
      this.#starts.length = this.#blocks.length
      for (let at = this.#dirtyFrom; at < this.#blocks.length; at++) {
        this.#starts[at] = total
        total += this.#blocks[at]?.length ?? 0
      }
      this.#dirtyFrom = this.#blocks.length
    }
    return this.#starts
  }
}

/** Without empty ones; those that touch are one. */
function toRanges(ascending: readonly NameRange[]): NameRange[] {
  const ranges: { start: number; end: number }[] = []
  for (const { start, end } of ascending) {
    const last = ranges.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else if (start < end) ranges.push({ start, end })
  }
  return ranges
}

/** `compareTaskNames`; plain string order is the same, and much faster, where both numbers have the usual length. */
function compareNames(a: string, b: string): number {
  if (a.indexOf('_') !== STAMP_DIGITS || b.indexOf('_') !== STAMP_DIGITS) return compareTaskNames(a, b)
  if (a === b) return 0
  return a < b ? -1 : 1
}

function lowerBound(sorted: readonly string[], name: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const candidate = sorted[middle]
    if (candidate !== undefined && compareNames(candidate, name) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Number of values that are at most `limit`. */
function upperBound(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
