/** What every pop() does first, now and then: move the due and the abandoned into pending/. */
import { DueTasks } from './due.ts'
import { isOneFilesFault } from './errors.ts'
import type { QueueContext } from './queue-context.ts'
import { renameIfThere } from './rename.ts'
import { freeName, pendingName } from './state-moves.ts'
import { Takeover } from './takeover.ts'
import { parseTaskName } from './task-id.ts'

export class Housekeeping {
  readonly #context: QueueContext
  readonly #touchNode: () => void
  #nextTouchUs = Number.NEGATIVE_INFINITY
  readonly #due: DueTasks
  readonly #takeover: Takeover

  /** @param touchNode A sign of life of the node itself: its leases alone tell it while it takes no tasks. */
  constructor(context: QueueContext, touchNode: () => void) {
    this.#context = context
    this.#touchNode = touchNode
    this.#due = new DueTasks(context)
    this.#takeover = new Takeover(context)
  }

  /** ms until there may be something to do, for whoever waits. */
  get dueInMs(): number {
    const untilDueUs = this.#due.nextDueUs - this.#context.clock.wallUs()
    return Math.max(0, Math.min(this.#takeover.lookEveryUs, untilDueUs) / 1000)
  }

  /** Makes the next run() look at scheduled/. */
  lookAtScheduledSoon(): void {
    this.#due.lookSoon()
  }

  /** Gives the node's sign of life when it is time, about four times per timeout. */
  touchNode(monotonicUs: number): void {
    if (monotonicUs < this.#nextTouchUs) return
    this.#nextTouchUs = monotonicUs + this.#takeover.lookEveryUs
    this.#touchNode()
  }

  /** True when a task was moved in front of others that wait: what was listed before is out of date. */
  run(monotonicUs: number): boolean {
    this.touchNode(monotonicUs)
    const { dataDir, pendingDir, shared } = this.#context
    let moved = false
    for (const name of this.#due.takeDue(monotonicUs)) {
      // Python's names repeat, and people copy files: what waits under this name is not replaced.
      if (this.#moveToPending('scheduled', name, () => freeName(pendingDir, name, () => shared.nextUs())))
        moved = true
    }
    for (const { node, task } of this.#takeover.findAbandoned(monotonicUs)) {
      this.#moveToPending(node, task.name, () => pendingName(dataDir, task, task.attempts, 'back', shared))
    }
    return moved
  }

  /** What cannot be moved for a fault of its own is reported and left: it must not keep the others from their turn. */
  #moveToPending(dir: string, name: string, toName: () => string): boolean {
    const { dataDir, pendingDir, problems } = this.#context
    const path = `${dataDir}/${dir}/${name}`
    try {
      return renameIfThere(path, `${pendingDir}/${toName()}`, pendingDir)
    } catch (cause) {
      if (!isOneFilesFault(cause)) throw cause
      const taskId = parseTaskName(name)?.originalId ?? name
      const consequence = 'It is left where it is.'
      problems.reportOnce({ kind: 'unreadable-task', path, taskId, cause, consequence })
      return false
    }
  }
}
