import fs from 'node:fs'
import type { Clock } from './clock.ts'
import { listTasks } from './dir-listing.ts'
import { compareTaskNames, parseTaskName, type ParsedTaskName } from './task-id.ts'

const LOOK_EVERY_US = 1e6
/** Directory times have the grain of the kernel's clock tick: a listing this young may have missed its last change. */
const MTIME_GRAIN_US = 50_000

/** Finds the scheduled tasks whose time has come. Lists scheduled/ only when it changed or something is due. */
export class DueTasks {
  readonly #dir: string
  readonly #clock: Clock
  #nextLookUs = Number.NEGATIVE_INFINITY
  #listedMtimeMs = -1
  #nextDueUs = Number.POSITIVE_INFINITY

  constructor(dataDir: string, clock: Clock) {
    this.#dir = `${dataDir}/scheduled`
    this.#clock = clock
  }

  /** Wall time of the earliest task seen that is not due yet, µs; Infinity when there is none. */
  get nextDueUs(): number {
    return this.#nextDueUs
  }

  /** Makes the next findDue() look at once. */
  lookSoon(): void {
    this.#nextLookUs = Number.NEGATIVE_INFINITY
  }

  /** The due tasks in the order of their times. */
  findDue(): ParsedTaskName[] {
    const monotonicUs = this.#clock.monotonicUs()
    const wallUs = this.#clock.wallUs()
    if (monotonicUs < this.#nextLookUs && wallUs < this.#nextDueUs) return []
    this.#nextLookUs = monotonicUs + LOOK_EVERY_US
    const mtimeMs = fs.statSync(this.#dir).mtimeMs
    if (mtimeMs === this.#listedMtimeMs && wallUs < this.#nextDueUs) return []
    // An unchanged mtime proves nothing while it is younger than its grain.
    this.#listedMtimeMs = Date.now() - mtimeMs < MTIME_GRAIN_US / 1000 ? -1 : mtimeMs
    this.#nextDueUs = Number.POSITIVE_INFINITY
    const due: ParsedTaskName[] = []
    for (const name of listTasks(this.#dir).names) {
      const task = parseTaskName(name)
      if (task === null) continue
      if (task.stampUs <= wallUs) due.push(task)
      else this.#nextDueUs = Math.min(this.#nextDueUs, task.stampUs)
    }
    return due.sort((a, b) => compareTaskNames(a.name, b.name))
  }
}
