import type { Flow } from '../contract/model.ts'

export type Transition = 'pushed' | 'claimed' | 'done' | 'failed' | 'released'

const WINDOW_SECONDS = 5

/** Counts observed transitions in buckets of a second and tells rates over the last five whole seconds. */
export class FlowMeter {
  readonly #nowMs: () => number
  readonly #buckets = new Map<number, Record<Transition, number>>()
  /** Everything counted so far. */
  readonly totals: Readonly<Record<Transition, number>>
  readonly #totals: Record<Transition, number>

  /** @param nowMs A monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
    this.#totals = { pushed: 0, claimed: 0, done: 0, failed: 0, released: 0 }
    this.totals = this.#totals
  }

  count(transition: Transition, tasks: number): void {
    if (tasks === 0) return
    const second = Math.floor(this.#nowMs() / 1000)
    let bucket = this.#buckets.get(second)
    if (bucket === undefined) {
      bucket = { pushed: 0, claimed: 0, done: 0, failed: 0, released: 0 }
      this.#buckets.set(second, bucket)
    }
    bucket[transition] += tasks
    this.#totals[transition] += tasks
  }

  rates(): Flow {
    const second = Math.floor(this.#nowMs() / 1000)
    const sum = { pushed: 0, claimed: 0, done: 0, failed: 0, released: 0 }
    for (const [at, bucket] of this.#buckets) {
      if (at < second - WINDOW_SECONDS) this.#buckets.delete(at)
      else if (at < second) {
        sum.pushed += bucket.pushed
        sum.claimed += bucket.claimed
        sum.done += bucket.done
        sum.failed += bucket.failed
        sum.released += bucket.released
      }
    }
    return {
      pushedPerSecond: sum.pushed / WINDOW_SECONDS,
      claimedPerSecond: sum.claimed / WINDOW_SECONDS,
      donePerSecond: sum.done / WINDOW_SECONDS,
      failedPerSecond: sum.failed / WINDOW_SECONDS,
      releasedPerSecond: sum.released / WINDOW_SECONDS,
    }
  }

  /** True while a rate may still be other than 0: the numbers must go on to fall. */
  isMoving(): boolean {
    return this.#buckets.size > 0
  }
}
