import { isNodeDir } from '../queue-tracker.ts'
import { countRestamped } from '../transitions.ts'
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
      const restamped = countRestamped(difference)
      const byWorkers = (name: string): boolean => !byPeople.has(dir, name)
      const passed = difference.passed.filter((name) => !justGone.has(dir, name) && byWorkers(name)).length
      const left = [...difference.vanished].filter((name) => gone.has(dir, name) && byWorkers(name)).length
      const claimed = Math.max(0, difference.arrived.filter(byWorkers).length + passed - restamped)
      const ended = Math.max(0, left + passed - restamped)
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
