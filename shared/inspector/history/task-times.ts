/**
 * How long tasks wait and how long they run, from the transitions that the watch sees. A rename keeps a file's mtime and sets its
 * ctime, so one lstat tells exactly when a task was written and when it came where it lies. Only a few tasks of each look are
 * measured, and each stands for its share: at any load the cost stays the same.
 */
import { lstatSync } from 'node:fs'
import path from 'node:path'
import { errnoOrNull } from '../../queue/errors.ts'
import { parseTaskName } from '../../queue/index.ts'
import { isNodeDir } from '../queue-tracker.ts'
import type { SeenPlaces } from '../place-set.ts'
import type { DirDifference } from '../reconcile.ts'
import type { ObservedLook } from '../transitions.ts'

/** Tasks measured per look, on each side. */
const MEASURED_PER_LOOK = 16
/** Claims that are remembered until their end; the oldest are forgotten. */
const MAX_CLAIMS = 4_096
/** A stamp farther from the wall clock than this was made by a clock that was set on: it tells no time of day. */
const STAMP_TRUST_MS = 60_000
const NO_NAMES: readonly string[] = []

export interface TaskTimesSink {
  /** `isExact`: from the file system or a lease's stamp; else as of a look, up to a tenth of a second late. */
  onWait(spanMs: number, tasks: number, isExact: boolean): void
  onRun(spanMs: number, tasks: number, isExact: boolean): void
}

interface Claim {
  readonly claimedAtMs: number
  readonly isExact: boolean
  /** How many tasks this one stands for. */
  readonly weight: number
}

interface FileTimes {
  readonly mtimeMs: number
  readonly ctimeMs: number
}

export class TaskTimes {
  readonly #root: string
  readonly #sink: TaskTimesSink
  /** By original id, in the order of the claims. */
  readonly #claims = new Map<string, Claim>()

  constructor(root: string, sink: TaskTimesSink) {
    this.#root = root
    this.#sink = sink
  }

  /** @param nowMs Wall clock of the look. */
  observe({ differences, justGone, byPeople }: ObservedLook, nowMs: number): void {
    const nodes = [...differences].filter(([dir]) => isNodeDir(dir))
    const left = toLeftPending(nodes.length === 0 ? undefined : differences.get('pending'), justGone)
    for (const [dir, { arrived, passed }] of nodes) {
      const share = Math.max(1, Math.floor(MEASURED_PER_LOOK / nodes.length))
      const claimed = arrived.filter((name) => !byPeople.has(dir, name))
      for (const { name, weight } of sampleOf(claimed, share)) this.#onClaim(dir, name, weight, left, nowMs)
      const fresh = passed.filter((name) => !justGone.has(dir, name) && !byPeople.has(dir, name))
      for (const { name, weight } of sampleOf(fresh, share)) this.#onPassed(name, weight, left, nowMs)
    }
    for (const dir of ['done', 'failed']) {
      if (this.#claims.size === 0) break
      for (const name of differences.get(dir)?.arrived ?? NO_NAMES) this.#onEnd(dir, name, byPeople)
    }
  }

  #onClaim(node: string, name: string, weight: number, left: LeftPending, nowMs: number): void {
    const task = parseTaskName(name, 'node')
    // What did not leave pending just now is a heartbeat or a task that somebody moved by hand. The two hints of one move may come apart.
    if (task === null) return
    const hasLeft =
      left.has(task.originalId) || (left.hadLeft(task.originalId) && !this.#claims.has(task.originalId))
    if (!hasLeft) return
    const times = this.#readTimesOrNull(node, name)
    const claimedAtMs = times?.ctimeMs ?? nowMs
    this.#remember(task.originalId, { claimedAtMs, isExact: times !== null, weight })
    if (times === null) return
    const sinceMs = toWaitingSince(times, task.originalUs / 1000, left.stampMs(task.originalId))
    this.#sink.onWait(claimedAtMs - sinceMs, weight, true)
  }

  /** Claimed and finished between two looks: its file lies at its end by now, and only a lease's stamp tells of the claim. */
  #onPassed(name: string, weight: number, left: LeftPending, nowMs: number): void {
    const task = parseTaskName(name, 'node')
    if (task === null || !left.has(task.originalId)) return
    const stampMs = task.stampUs / 1000
    const isExact = task.stamped && Math.abs(stampMs - nowMs) < STAMP_TRUST_MS
    const claimedAtMs = isExact ? stampMs : nowMs
    this.#remember(task.originalId, { claimedAtMs, isExact, weight })
    const times =
      this.#readTimesOrNull('done', task.originalId) ?? this.#readTimesOrNull('failed', task.originalId)
    if (times === null) return
    const sinceMs = toWaitingSince(times, task.originalUs / 1000, left.stampMs(task.originalId))
    this.#sink.onWait(claimedAtMs - sinceMs, weight, isExact)
  }

  #onEnd(dir: string, name: string, byPeople: SeenPlaces): void {
    // Our core and Python both end a task under the name that it waited under, unless that was a stamped one.
    const id = this.#claims.has(name) ? name : parseStampedIdOrNull(name)
    const claim = id === null ? undefined : this.#claims.get(id)
    if (id === null || claim === undefined) return
    this.#claims.delete(id)
    // It ran until a person ended it: how long that took tells nothing.
    if (byPeople.has(dir, name)) return
    const times = this.#readTimesOrNull(dir, name)
    if (times === null) return
    this.#sink.onRun(times.ctimeMs - claim.claimedAtMs, claim.weight, claim.isExact)
  }

  #remember(id: string, claim: Claim): void {
    this.#claims.delete(id)
    this.#claims.set(id, claim)
    if (this.#claims.size <= MAX_CLAIMS) return
    const [oldest] = this.#claims.keys()
    if (oldest !== undefined) this.#claims.delete(oldest)
  }

  #readTimesOrNull(dir: string, name: string): FileTimes | null {
    try {
      return lstatSync(path.join(this.#root, dir, name), { throwIfNoEntry: false }) ?? null
    } catch (cause) {
      if (errnoOrNull(cause) === null) throw cause
      return null
    }
  }
}

interface LeftPending {
  has(id: string): boolean
  /** At the look before. */
  hadLeft(id: string): boolean
  /** The stamp that a requeued task waited under, ms; null where it waited under its own id. */
  stampMs(id: string): number | null
}

function toLeftPending(pending: DirDifference | undefined, justGone: SeenPlaces): LeftPending {
  const names = new Set(pending?.vanished)
  for (const name of pending?.passed ?? NO_NAMES) if (!justGone.has('pending', name)) names.add(name)
  let stamps: Map<string, number> | undefined
  const stampsById = (): Map<string, number> => {
    stamps ??= new Map(
      [...names].flatMap((name) => {
        const task = hasStamp(name) ? parseTaskName(name) : null
        return task?.stamped === true ? [[task.originalId, task.stampUs / 1000]] : []
      }),
    )
    return stamps
  }
  return {
    has: (id) => names.has(id) || stampsById().has(id),
    hadLeft: (id) => justGone.has('pending', id),
    stampMs: (id) => (names.has(id) ? null : (stampsById().get(id) ?? null)),
  }
}

/** A quick look before parsing: a stamped name has a second underscore. */
function hasStamp(name: string): boolean {
  return name.indexOf('_', name.indexOf('_') + 1) !== -1
}

function parseStampedIdOrNull(name: string): string | null {
  return hasStamp(name) ? (parseTaskName(name)?.originalId ?? null) : null
}

/**
 * When a task began to wait: it was written, it became due (its id's time), or it was put back (its stamp), whichever came last
 * before the claim. Python's ids are no times of day, and may lie in the past or the future.
 */
function toWaitingSince({ mtimeMs, ctimeMs }: FileTimes, idMs: number, stampMs: number | null): number {
  let sinceMs = mtimeMs
  for (const candidate of [idMs, stampMs]) {
    if (candidate !== null && candidate <= ctimeMs) sinceMs = Math.max(sinceMs, candidate)
  }
  return Math.min(sinceMs, ctimeMs)
}

/** At most `limit` names, evenly spread, each with the number of names that it stands for. */
function* sampleOf(names: readonly string[], limit: number): Generator<{ name: string; weight: number }> {
  const taken = Math.min(limit, names.length)
  const weight = names.length / taken
  for (let at = 0; at < taken; at++) {
    const name = names[Math.floor(at * weight)]
    if (name !== undefined) yield { name, weight }
  }
}
