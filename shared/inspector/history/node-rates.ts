import { originalIdOf } from '../../queue/index.ts'
import { isNodeDir } from '../queue-tracker.ts'
import type { ObservedLook } from '../transitions.ts'

const BUCKET_MS = 5_000
const WINDOW_MS = 60_000

interface Bucket {
  readonly startMs: number
  claimed: number
  ended: number
}

export interface NodeRate {
  /** Tasks claimed within the last minute. */
  readonly claimedLastMinute: number
  /** Tasks that left the node within the last minute: done, failed or released. */
  readonly endedLastMinute: number
}

/** Counts what each node did within the last minute. What people gave it or took from it is not its work. */
export class NodeRates {
  readonly #nowMs: () => number
  readonly #buckets = new Map<string, Bucket[]>()

  /** @param nowMs A monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  observe({ differences, justGone, gone, byPeople }: ObservedLook): void {
    for (const [dir, difference] of differences) {
      if (!isNodeDir(dir)) continue
      const ofWorkers = (names: Iterable<string>): string[] =>
        [...names].filter((name) => !byPeople.has(dir, name))
      const passed = ofWorkers(difference.passed).filter((name) => !justGone.has(dir, name))
      const left = ofWorkers(difference.vanished).filter((name) => gone.has(dir, name))
      // A heartbeat gives a task a new name where it lies: by their ids, those came that were not there, and those ended that are not.
      const claimed = countOthers([...ofWorkers(difference.arrived), ...passed], difference.vanished)
      const ended = countOthers([...left, ...passed], difference.arrived)
      if (claimed > 0 || ended > 0) this.#count(dir, claimed, ended)
    }
  }

  rateOf(node: string): NodeRate {
    const fromMs = this.#nowMs() - WINDOW_MS
    const recent = (this.#buckets.get(node) ?? []).filter(({ startMs }) => startMs >= fromMs)
    return {
      claimedLastMinute: recent.reduce((sum, { claimed }) => sum + claimed, 0),
      endedLastMinute: recent.reduce((sum, { ended }) => sum + ended, 0),
    }
  }

  #count(node: string, claimed: number, ended: number): void {
    const nowMs = this.#nowMs()
    const startMs = Math.floor(nowMs / BUCKET_MS) * BUCKET_MS
    const buckets = this.#buckets.get(node) ?? []
    if (buckets.at(-1)?.startMs !== startMs) {
      buckets.push({ startMs, claimed: 0, ended: 0 })
      this.#buckets.set(
        node,
        buckets.filter((bucket) => bucket.startMs > nowMs - WINDOW_MS - BUCKET_MS),
      )
    }
    const last = this.#buckets.get(node)?.at(-1)
    if (last === undefined) return
    last.claimed += claimed
    last.ended += ended
  }
}

/** Tasks of `names`, each once, that are not among `others`. */
function countOthers(names: readonly string[], others: Iterable<string>): number {
  const ids = new Set(names.map(originalIdOf))
  for (const name of others) ids.delete(originalIdOf(name))
  return ids.size
}
