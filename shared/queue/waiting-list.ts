/**
 * The waiting tasks as last listed, and how several consumers share them. All walk the same sorted list, so what lies in front of
 * one has mostly been taken by the others. Whoever meets a taken name gallops: looks at +1, +3, +7 … until a name is still there,
 * then halves back to the first one. Two that are at the same name at the same time would still lose every other claim to each other, so each tosses a coin
 * for the first or the second of the names that are there. That keeps the order nearly whole and costs a few looks instead of a lost claim
 * per task.
 * A jump may pass over a task that is still there; the list is read anew before long, so nothing is passed over for ever.
 */
import fs from 'node:fs'

/** Claims after a lost race during which we look before we try: a look costs a third of a lost claim. */
const WARY_CLAIMS = 32

export class WaitingList {
  readonly #dir: string
  #names: string[] = []
  #at = 0
  #wary = 0

  constructor(dir: string) {
    this.#dir = dir
  }

  /** Takes a new listing, in order, for its own. */
  load(names: string[]): void {
    this.#names = names
    this.#at = 0
  }

  /** The next name to try to claim, or null at the end of the listing. */
  nextOrNull(): string | null {
    if (this.#wary > 0 && this.#at < this.#names.length) {
      this.#wary--
      if (!this.#isThere(this.#at)) this.#gallop()
      if (Math.random() < 0.5) this.#preferSecond()
    }
    return this.#names[this.#at++] ?? null
  }

  /** Tells that the name given last had been taken by somebody else. */
  wasTaken(): void {
    this.#wary = WARY_CLAIMS
  }

  /** From a position whose name is gone to the first one after it that seems to be there. */
  #gallop(): void {
    this.#wary = WARY_CLAIMS
    let gone = this.#at
    let step = 1
    while (gone + step < this.#names.length && !this.#isThere(gone + step)) {
      gone += step
      step *= 2
    }
    let there = Math.min(gone + step, this.#names.length)
    while (there - gone > 1) {
      const middle = (gone + there) >>> 1
      if (this.#isThere(middle)) there = middle
      else gone = middle
    }
    this.#at = there
  }

  /** Lets the first name wait for one turn, for us or for whoever comes to it. */
  #preferSecond(): void {
    const [first, second] = [this.#names[this.#at], this.#names[this.#at + 1]]
    if (first === undefined || second === undefined || !this.#isThere(this.#at + 1)) return
    this.#names[this.#at] = second
    this.#names[this.#at + 1] = first
  }

  #isThere(index: number): boolean {
    return fs.existsSync(`${this.#dir}/${this.#names[index]}`)
  }
}
