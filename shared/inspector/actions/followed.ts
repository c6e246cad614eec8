import { lstatSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import type { FollowedTask } from '../../contract/work.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import { parseTaskName } from '../../queue/index.ts'
import { isNodeDir } from '../queue-tracker.ts'
import type { QueueSession } from '../queue-session.ts'
import { tasksElsewhere } from './elsewhere.ts'

/** The oldest go first beyond these. */
const MAX_FOLLOWED = 5_000
/** Nobody asked for so long: nobody watches any more. */
const FORGET_AFTER_MS = 600_000
const STATES = ['pending', 'scheduled', 'done', 'failed'] as const

interface SeenTimes {
  pushedAtMs: number
  claimedAtMs: number | null
  endedAtMs: number | null
}

interface Place {
  readonly state: string
  readonly node: string | null
  readonly file: string
}

/**
 * Pushed tasks that somebody watches: where they are, and when they got there. Times come from the files (ctime), from our workers'
 * lease stamps, and from what the index sees pass by; what happened between two looks without a trace is not known.
 */
export class FollowedTasks {
  readonly #session: QueueSession
  readonly #seen = new Map<string, SeenTimes>()
  #usedAtMs = performance.now()

  constructor(session: QueueSession) {
    this.#session = session
  }

  notePushed(id: string): void {
    this.#usedAtMs = performance.now()
    this.#seen.set(id, { pushedAtMs: Date.now(), claimedAtMs: null, endedAtMs: null })
    if (this.#seen.size <= MAX_FOLLOWED) return
    for (const oldest of this.#seen.keys()) {
      this.#seen.delete(oldest)
      return
    }
  }

  /** What the index saw arrive, or pass through. */
  noteSeen(dir: string, names: readonly string[]): void {
    if (this.#seen.size === 0 || dir.includes('/')) return
    if (performance.now() - this.#usedAtMs > FORGET_AFTER_MS) this.#seen.clear()
    const isNode = isNodeDir(dir)
    if (!isNode && dir !== 'done' && dir !== 'failed') return
    for (const name of names) {
      const task = parseTaskName(name, 'node')
      const times = task === null ? undefined : this.#seen.get(task.originalId)
      if (task === null || times === undefined) continue
      const nowMs = Date.now()
      if (isNode) times.claimedAtMs ??= toClaimMs(task.stamped ? task.stampUs / 1000 : nowMs, times, nowMs)
      else times.endedAtMs ??= nowMs
    }
  }

  read(taskIds: readonly string[]): FollowedTask[] {
    this.#usedAtMs = performance.now()
    const elsewhere = this.#findElsewhere(new Set(taskIds))
    return taskIds.map((taskId) => this.#readOne(taskId, elsewhere))
  }

  #readOne(taskId: string, elsewhere: ReadonlyMap<string, Place>): FollowedTask {
    const times = this.#seen.get(taskId)
    const byName = STATES.map((state) => ({ state, node: null, file: `${state}/${taskId}` }))
    const held = elsewhere.get(taskId)
    for (const place of held === undefined ? byName : [held, ...byName]) {
      const stats = this.#statsOrNull(place.file)
      if (stats === null) continue
      const enteredAtMs = Number(stats.ctimeNs / 1_000_000n)
      if (times !== undefined) {
        if (place.state === 'in-progress') times.claimedAtMs ??= enteredAtMs
        if (place.state === 'done' || place.state === 'failed') times.endedAtMs = enteredAtMs
      }
      return {
        taskId,
        state: place.state,
        node: place.node,
        pushedAtMs: times?.pushedAtMs ?? Number(stats.mtimeNs / 1_000_000n),
        claimedAtMs: times?.claimedAtMs ?? (place.state === 'in-progress' ? enteredAtMs : null),
        endedAtMs: place.state === 'done' || place.state === 'failed' ? enteredAtMs : null,
      }
    }
    const { pushedAtMs = null, claimedAtMs = null, endedAtMs = null } = times ?? {}
    return { taskId, state: null, node: null, pushedAtMs, claimedAtMs, endedAtMs }
  }

  /** Tasks under other names than their id: at nodes, and put back. */
  #findElsewhere(wanted: ReadonlySet<string>): Map<string, Place> {
    const found = new Map<string, Place>()
    for (const [id, place] of tasksElsewhere(this.#session)) if (wanted.has(id)) found.set(id, place)
    return found
  }

  #statsOrNull(file: string): BigIntStats | null {
    try {
      return lstatSync(`${this.#session.path}/${file}`, { bigint: true, throwIfNoEntry: false }) ?? null
    } catch (cause) {
      if (errnoOrNull(cause) === null) throw cause
      return null
    }
  }
}

/** A lease's stamp where it can be one; the moment of seeing it otherwise. */
function toClaimMs(stampMs: number, { pushedAtMs }: SeenTimes, nowMs: number): number {
  return stampMs >= pushedAtMs && stampMs <= nowMs ? Math.round(stampMs) : nowMs
}
