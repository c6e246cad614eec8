/**
 * The names of the tasks of one directory, in the order in which workers take them. In memory, no IO.
 *
 * Blocks of at most 1024 sorted names behind a table of their cumulative sizes: membership and position are two binary
 * searches, a change shifts one block, and 1,000,000 names cost little more than their characters.
 */
import { compareTaskNames, sortTaskNames, STAMP_DIGITS } from '../queue/task-id.ts'

const BLOCK_NAMES = 512

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
