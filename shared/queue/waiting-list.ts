/**
 * The waiting tasks as last listed: where pop() takes its names from, and how several consumers share them.
 *
 * All walk the same sorted list, so what lies in front of one has mostly been taken by the others. Whoever meets a taken name
 * gallops: looks at +1, +3, +7 … until a name is still there, then halves back to the first one. Two that are at the same name at
 * the same time would still lose every other claim to each other, so who lost a race takes the second of the names that are there
 * from then on, and at the next loss the first again: two that run side by side agree without a word. A name passed over is taken at
 * the next turn, if it is still there. That keeps the order nearly whole and costs a few looks instead of a lost claim per task. A
 * jump may pass over a task that is still there; the list is read anew before long, so nothing is passed over for ever.
 */
import fs from 'node:fs'
import { visitTasks } from './dir-listing.ts'
import { FirstNames } from './first-names.ts'
import type { QueueContext } from './queue-context.ts'

/** Names kept of one listing, at most 35 MB of memory; what lies behind them is listed when they are used up. */
const KEPT_NAMES = 250_000
/** A listing is used for this many times as long as it took to make, and at least for MIN_LISTING_AGE_US. */
const LISTING_AGE_FACTOR = 50
const MIN_LISTING_AGE_US = 250_000
/** The same once only ids that are absurdly far ahead are left of it: everything pushed meanwhile goes before them. */
const AHEAD_AGE_FACTOR = 10
/** Claims after a lost race during which we look before we try: a look costs a third of a lost claim. */
const WARY_CLAIMS = 32

export class WaitingList {
  readonly #context: QueueContext
  readonly #dir: string
  readonly #names = new FirstNames(KEPT_NAMES)
  #at = 0
  #wary = 0
  /** True while the second name that is there is ours, the first being another's. */
  #takesSecond = false
  /** Names before this position were passed over once, and not again. */
  #passedTo = 0
  /** How many of the names new ids follow; those behind them are absurdly far ahead. */
  #followed = 0
  #listAgainUs = Number.NEGATIVE_INFINITY
  #listAgainForAheadUs = Number.NEGATIVE_INFINITY

  constructor(context: QueueContext) {
    this.#context = context
    this.#dir = context.pendingDir
  }

  /** Makes the next refresh() list. */
  listAgain(): void {
    this.#listAgainUs = Number.NEGATIVE_INFINITY
    this.#listAgainForAheadUs = Number.NEGATIVE_INFINITY
  }

  /** Lists if the last listing is too old. True when it has listed. */
  refresh(monotonicUs: number): boolean {
    if (monotonicUs < (this.#at < this.#followed ? this.#listAgainUs : this.#listAgainForAheadUs))
      return false
    this.list()
    return true
  }

  /** Lists anew. @throws the system's errors; then there is nothing to offer until the next listing. */
  list(): void {
    const { clock } = this.#context
    const startUs = clock.monotonicUs()
    this.#names.clear()
    const latestUs = followWaiting(this.#context, (name, stampUs) => this.#names.add(name, stampUs))
    this.#names.sort()
    this.#at = 0
    this.#passedTo = 0
    this.#followed = this.#names.length
    while (this.#followed > 0 && this.#names.stampAt(this.#followed - 1) > latestUs) this.#followed--
    const endUs = clock.monotonicUs()
    this.#listAgainForAheadUs = endUs + AHEAD_AGE_FACTOR * (endUs - startUs)
    this.#listAgainUs = endUs + Math.max(MIN_LISTING_AGE_US, LISTING_AGE_FACTOR * (endUs - startUs))
  }

  /** The next name to try to claim, or null at the end of the listing. */
  nextOrNull(): string | null {
    if (this.#wary > 0 && this.#at < this.#names.length) {
      this.#wary--
      if (!this.#isThere(this.#at)) this.#gallop()
      if (this.#takesSecond) this.#passOver()
    }
    return this.#names.at(this.#at++)
  }

  /** Tells that the name given last had been taken by somebody else. */
  wasTaken(): void {
    this.#wary = WARY_CLAIMS
    this.#takesSecond = !this.#takesSecond
  }

  /** Leaves the first name to others for one turn, if there is a second. */
  #passOver(): void {
    const next = this.#at + 1
    if (this.#at < this.#passedTo || next >= this.#names.length || !this.#isThere(next)) return
    this.#names.swap(this.#at)
    this.#passedTo = next + 1
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

  #isThere(position: number): boolean {
    return fs.existsSync(`${this.#dir}/${this.#names.at(position)}`)
  }
}

/**
 * Gives the waiting tasks to `onTask`, in no order, and sets the shared clock on so that new ids lie above them, but for ids that are
 * absurdly far ahead. Reports those, and what is no task. Returns the latest time that it follows, µs.
 */
export function followWaiting(
  { pendingDir, clock, shared, problems }: QueueContext,
  onTask: (name: string, stampUs: number) => void = () => {},
): number {
  const latestUs = shared.latestFollowedUs()
  let highestUs = 0
  const foreign = visitTasks(pendingDir, (name, stampUs) => {
    if (stampUs <= latestUs) highestUs = Math.max(highestUs, stampUs)
    else
      problems.reportOnce({
        kind: 'clock-ahead',
        path: `${pendingDir}/${name}`,
        aheadUs: stampUs - clock.wallUs(),
        consequence: 'It is offered in its order; new tasks go before it.',
      })
    onTask(name, stampUs)
  })
  shared.raiseAbove(highestUs)
  problems.reportForeign(pendingDir, foreign)
  return latestUs
}
