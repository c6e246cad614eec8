import fs from 'node:fs'
import { visitTasks } from './dir-listing.ts'
import { FirstNames } from './first-names.ts'
import type { QueueContext } from './queue-context.ts'

const LOOK_EVERY_US = 1e6
/** Some file systems keep times in steps of up to two seconds: a change within the step does not show. */
const MTIME_GRAIN_MS = 2000
/** So many due tasks are moved by one pop(): it stays bounded in time. */
const MAX_MOVES = 1000
/** So many due tasks are remembered from one listing. */
const MAX_DUE = 50_000

/** Finds the scheduled tasks whose time has come. Lists scheduled/ only when it changed or something is due. */
export class DueTasks {
  readonly #dir: string
  readonly #context: QueueContext
  #nextLookUs = Number.NEGATIVE_INFINITY
  #listedMtimeMs = -1
  #nextDueUs = Number.POSITIVE_INFINITY
  readonly #due = new FirstNames(MAX_DUE)
  /** Position of the first due task that was not taken yet. */
  #at = 0

  constructor(context: QueueContext) {
    this.#context = context
    this.#dir = `${context.dataDir}/scheduled`
  }

  /** Wall time of the earliest task that was not taken yet, µs; Infinity when there is none. */
  get nextDueUs(): number {
    return this.#at < this.#due.length ? 0 : this.#nextDueUs
  }

  /** Makes the next takeDue() look at once. */
  lookSoon(): void {
    this.#nextLookUs = Number.NEGATIVE_INFINITY
  }

  /** Names of due tasks in the order of their times, at most MAX_MOVES of them: the rest comes with the next call. */
  takeDue(monotonicUs: number): string[] {
    const isSomethingDue =
      this.#nextDueUs !== Number.POSITIVE_INFINITY && this.#context.clock.wallUs() >= this.#nextDueUs
    if (this.#at === this.#due.length && (isSomethingDue || monotonicUs >= this.#nextLookUs)) {
      this.#nextLookUs = monotonicUs + LOOK_EVERY_US
      const { mtimeMs } = fs.statSync(this.#dir)
      if (isSomethingDue || mtimeMs !== this.#listedMtimeMs) this.#list(mtimeMs)
    }
    const names: string[] = []
    while (this.#at < this.#due.length && names.length < MAX_MOVES) names.push(this.#due.at(this.#at++) ?? '')
    return names
  }

  #list(mtimeMs: number): void {
    const wallUs = this.#context.clock.wallUs()
    this.#due.clear()
    this.#at = 0
    let nextDueUs = Number.POSITIVE_INFINITY
    const foreign = visitTasks(this.#dir, (name, stampUs) => {
      if (stampUs <= wallUs) this.#due.add(name, stampUs)
      else nextDueUs = Math.min(nextDueUs, stampUs)
    })
    this.#context.problems.reportForeign(this.#dir, foreign)
    this.#due.sort()
    // More may be due than are remembered: then the listing is not the last one.
    this.#nextDueUs = this.#due.length < MAX_DUE ? nextDueUs : wallUs
    // The system's own time on both sides: an unchanged mtime proves nothing while it is younger than its grain.
    this.#listedMtimeMs = Math.abs(Date.now() - mtimeMs) < MTIME_GRAIN_MS ? -1 : mtimeMs
  }
}
