import fs from 'node:fs'
import type { Clock } from './clock.ts'
import type { ProblemReporter } from './problems.ts'
import { listTasks } from './dir-listing.ts'
import { parseTaskName, type ParsedTaskName } from './task-id.ts'

const LOOK_EVERY_US = 1e6
/** Some file systems keep times in steps of up to two seconds: a change within the step does not show. */
const MTIME_GRAIN_MS = 2000

/** So many due tasks are moved by one pop(): it stays bounded in time. */
const MAX_MOVES = 1000

/** Finds the scheduled tasks whose time has come. Lists scheduled/ only when it changed or something is due. */
export class DueTasks {
  readonly #dir: string
  readonly #clock: Clock
  readonly #problems: ProblemReporter
  #nextLookUs = Number.NEGATIVE_INFINITY
  #listedMtimeMs = -1
  #nextDueUs = Number.POSITIVE_INFINITY

  constructor(dataDir: string, clock: Clock, problems: ProblemReporter) {
    this.#dir = `${dataDir}/scheduled`
    this.#clock = clock
    this.#problems = problems
  }

  /** Wall time of the earliest task seen that was not due yet, µs; Infinity when there is none. */
  get nextDueUs(): number {
    return this.#nextDueUs
  }

  /** Makes the next takeDue() look at once. */
  lookSoon(): void {
    this.#nextLookUs = Number.NEGATIVE_INFINITY
  }

  /** The due tasks in the order of their times, at most MAX_MOVES of them: the rest comes with the next call. */
  takeDue(): ParsedTaskName[] {
    const monotonicUs = this.#clock.monotonicUs()
    const wallUs = this.#clock.wallUs()
    const isSomethingDue = wallUs >= this.#nextDueUs
    if (!isSomethingDue && monotonicUs < this.#nextLookUs) return []
    this.#nextLookUs = monotonicUs + LOOK_EVERY_US
    const { mtimeMs } = fs.statSync(this.#dir)
    if (!isSomethingDue && mtimeMs === this.#listedMtimeMs) return []
    const { names, foreign } = listTasks(this.#dir)
    this.#problems.reportForeign(this.#dir, foreign)
    // The system's own time on both sides: an unchanged mtime proves nothing while it is younger than its grain.
    this.#listedMtimeMs = Math.abs(Date.now() - mtimeMs) < MTIME_GRAIN_MS ? -1 : mtimeMs
    const tasks = names.flatMap((name) => parseTaskName(name) ?? [])
    const firstLater = tasks.findIndex((task, index) => task.stampUs > wallUs || index === MAX_MOVES)
    this.#nextDueUs = tasks[firstLater]?.stampUs ?? Number.POSITIVE_INFINITY
    return firstLater === -1 ? tasks : tasks.slice(0, firstLater)
  }
}
