import { compareTaskNames } from './task-id.ts'

const FIRST_CAPACITY = 1024
/** Room for a name of our own; longer ones make the buffer grow. */
const BYTES_PER_NAME = 64
/** The longest that UTF-8 makes of one unit of a string's length. */
const MAX_BYTES_PER_UNIT = 3

/**
 * The first `limit` of any number of task names, in the order in which they are offered. What lies behind them is dropped on the
 * way, and names are kept as bytes in one buffer that is used again: a million waiting tasks must not become a million strings.
 */
export class FirstNames {
  readonly #limit: number
  #bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY * BYTES_PER_NAME)
  /** Where each name begins, and where the last one ends. */
  #starts = new Uint32Array(FIRST_CAPACITY + 1)
  #stamps = new Float64Array(FIRST_CAPACITY)
  #count = 0
  /** Positions in order -> index of the name. */
  #order: number[] = []
  /** Names with a larger stamp are none of the first. */
  #boundUs = Number.POSITIVE_INFINITY

  constructor(limit: number) {
    this.#limit = limit
  }

  /** How many there are, once sorted. */
  get length(): number {
    return this.#order.length
  }

  clear(): void {
    this.#count = 0
    this.#order = []
    this.#boundUs = Number.POSITIVE_INFINITY
  }

  add(name: string, stampUs: number): void {
    if (stampUs > this.#boundUs) return
    // Half as many again before the next cut: sorting at each name would be quadratic.
    if (this.#count >= this.#limit * 1.5) this.#cut()
    const start = this.#starts[this.#count] ?? 0
    if (this.#count === this.#stamps.length || start + name.length * MAX_BYTES_PER_UNIT > this.#bytes.length)
      this.#grow()
    this.#stamps[this.#count] = stampUs
    this.#starts[++this.#count] = start + this.#bytes.write(name, start)
  }

  /** Ends the adding: from now on the names can be read by their positions. */
  sort(): void {
    if (this.#count > this.#limit) this.#cut()
    for (let index = 0; index < this.#count; index++) this.#order.push(index)
    this.#order.sort(
      (a, b) => this.#stampOf(a) - this.#stampOf(b) || compareTaskNames(this.#read(a), this.#read(b)),
    )
  }

  /** The name at a position, or null behind the last one. */
  at(position: number): string | null {
    const index = this.#order[position]
    return index === undefined ? null : this.#read(index)
  }

  /** The number in front of the name at a position, µs. */
  stampAt(position: number): number {
    return this.#stampOf(this.#order[position] ?? 0)
  }

  /** Exchanges the names at a position and at the next one. */
  swap(position: number): void {
    const [first = 0, second = 0] = this.#order.slice(position, position + 2)
    this.#order[position] = second
    this.#order[position + 1] = first
  }

  #stampOf(index: number): number {
    return this.#stamps[index] ?? 0
  }

  #read(index: number): string {
    return this.#bytes.toString('utf8', this.#starts[index], this.#starts[index + 1])
  }

  /** Keeps `limit` names with the smallest stamps; which ones of those with the very last stamp is left to chance. */
  #cut(): void {
    const sorted = this.#stamps.subarray(0, this.#count).toSorted()
    const boundUs = sorted[this.#limit - 1] ?? Number.POSITIVE_INFINITY
    let lastOnes = this.#limit - sorted.indexOf(boundUs)
    const count = this.#count
    this.#count = 0
    // Names move towards the front, each behind the one before it: none is overwritten before it was moved.
    for (let index = 0; index < count; index++) {
      const stampUs = this.#stampOf(index)
      if (stampUs > boundUs || (stampUs === boundUs && lastOnes-- <= 0)) continue
      const [from, to] = [this.#starts[index] ?? 0, this.#starts[index + 1] ?? 0]
      const start = this.#starts[this.#count] ?? 0
      this.#bytes.copyWithin(start, from, to)
      this.#stamps[this.#count] = stampUs
      this.#starts[++this.#count] = start + to - from
    }
    this.#boundUs = boundUs
  }

  #grow(): void {
    const bytes = Buffer.allocUnsafeSlow(this.#bytes.length * 2)
    this.#bytes.copy(bytes)
    const [starts, stamps] = [
      new Uint32Array(this.#stamps.length * 2 + 1),
      new Float64Array(this.#stamps.length * 2),
    ]
    starts.set(this.#starts)
    stamps.set(this.#stamps)
    this.#bytes = bytes
    this.#starts = starts
    this.#stamps = stamps
  }
}
