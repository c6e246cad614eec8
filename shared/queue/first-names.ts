import { sortTaskNames, stampOf } from './task-id.ts'

/**
 * Gathers the first `limit` of any number of task names, in the order in which they are offered. What lies behind them is dropped
 * on the way: a million waiting tasks must not become a million strings.
 */
export class FirstNames {
  readonly #limit: number
  #names: string[] = []
  /** Names with a larger stamp are none of the first. */
  #boundUs = Number.POSITIVE_INFINITY

  constructor(limit: number) {
    this.#limit = limit
  }

  add(name: string, stampUs: number): void {
    if (stampUs > this.#boundUs) return
    // Half as many again before the next cut: sorting at each name would be quadratic.
    if (this.#names.push(name) > this.#limit * 1.5) this.#cut()
  }

  /** The names, sorted; nothing may be added afterwards. */
  take(): string[] {
    this.#cut()
    return this.#names
  }

  #cut(): void {
    sortTaskNames(this.#names)
    if (this.#names.length <= this.#limit) return
    this.#names.length = this.#limit
    this.#boundUs = stampOf(this.#names.at(-1) ?? '')
  }
}
