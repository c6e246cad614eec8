/** What every pop() does first, now and then: move the due and the abandoned into pending/. */
import type { Clock, SharedClock } from './clock.ts'
import { DueTasks } from './due.ts'
import type { ProblemReporter } from './problems.ts'
import { freeName, pendingName, renameIfThere } from './state-moves.ts'
import { Takeover } from './takeover.ts'
import { isOwnId } from './task-id.ts'

interface HousekeepingOptions {
  readonly dataDir: string
  readonly ownNode: string | null
  readonly timeoutStaleMs: number
  readonly clock: Clock
  readonly shared: SharedClock
  readonly problems: ProblemReporter
  /** Called about four times per timeout: a sign of life of the node itself. */
  readonly touchNode: () => void
}

export class Housekeeping {
  readonly #dataDir: string
  readonly #pendingDir: string
  readonly #shared: SharedClock
  readonly #clock: Clock
  readonly #touchNode: () => void
  #nextTouchUs = Number.NEGATIVE_INFINITY
  readonly #due: DueTasks
  readonly #takeover: Takeover

  constructor({ dataDir, ownNode, timeoutStaleMs, clock, shared, problems, touchNode }: HousekeepingOptions) {
    this.#dataDir = dataDir
    this.#pendingDir = `${dataDir}/pending`
    this.#shared = shared
    this.#clock = clock
    this.#touchNode = touchNode
    this.#due = new DueTasks(dataDir, clock, problems)
    this.#takeover = new Takeover({ dataDir, ownNode, timeoutStaleMs, clock, shared, problems })
  }

  /** ms until there may be something to do, for whoever waits. */
  get dueInMs(): number {
    return Math.max(
      0,
      Math.min(this.#takeover.lookEveryUs, this.#due.nextDueUs - this.#clock.wallUs()) / 1000,
    )
  }

  /** Makes the next run() look at scheduled/. */
  lookAtScheduledSoon(): void {
    this.#due.lookSoon()
  }

  /** A sign of life of the node, now and then: its leases alone tell it while it takes no tasks. */
  touchNode(): void {
    const monotonicUs = this.#clock.monotonicUs()
    if (monotonicUs < this.#nextTouchUs) return
    this.#nextTouchUs = monotonicUs + this.#takeover.lookEveryUs
    this.#touchNode()
  }

  /** True when a task was moved in front of others that wait: what was listed before is out of date. */
  run(): boolean {
    this.touchNode()
    let moved = false
    for (const task of this.#due.takeDue()) {
      // Our ids are nobody else's; a foreign name could be there already.
      const name = isOwnId(task.name)
        ? task.name
        : freeName(this.#pendingDir, task.name, () => this.#shared.nextUs())
      if (
        renameIfThere(
          `${this.#dataDir}/scheduled/${task.name}`,
          `${this.#pendingDir}/${name}`,
          this.#pendingDir,
        )
      )
        moved = true
    }
    for (const { node, task } of this.#takeover.findAbandoned()) {
      const name = pendingName(this.#dataDir, task, task.attempts, 'back', this.#shared)
      renameIfThere(`${this.#dataDir}/${node}/${task.name}`, `${this.#pendingDir}/${name}`, this.#pendingDir)
    }
    return moved
  }
}
