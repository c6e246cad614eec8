import { LogHistogram } from './log-histogram.ts'

export type SpanKind = 'wait' | 'run'

export interface Spans {
  readonly histogram: LogHistogram
  /** Tasks whose span is known to about 100 ms only. */
  rough: number
}

export interface SpanSlot extends Readonly<Record<SpanKind, Spans>> {
  /** Multiple of the step, ms since 1970. */
  readonly startMs: number
}

/** Histograms of spans per step of time: added up, they give the percentiles of any range of steps. */
export class SpanSlots {
  readonly #stepMs: number
  readonly #capacity: number
  #slots = new Map<number, SpanSlot>()

  constructor(stepMs: number, capacity: number) {
    this.#stepMs = stepMs
    this.#capacity = capacity
  }

  record(kind: SpanKind, atMs: number, spanMs: number, tasks: number, isExact: boolean): void {
    const startMs = Math.floor(atMs / this.#stepMs) * this.#stepMs
    let slot = this.#slots.get(startMs)
    if (slot === undefined) {
      slot = toEmptySlot(startMs)
      this.#slots.set(startMs, slot)
      this.#prune()
    }
    slot[kind].histogram.record(spanMs, tasks)
    if (!isExact) slot[kind].rough += tasks
  }

  /** Of two views of one step the richer one counts, never their sum: both inspectors saw the same tasks. */
  adopt(others: readonly SpanSlot[]): void {
    for (const slot of others) {
      const own = this.#slots.get(slot.startMs)
      if (own === undefined || totalOf(own) < totalOf(slot)) this.#slots.set(slot.startMs, slot)
    }
    this.#prune()
  }

  list(nowMs: number): SpanSlot[] {
    const fromMs = nowMs - this.#capacity * this.#stepMs
    return [...this.#slots.values()].filter(({ startMs }) => startMs > fromMs && startMs <= nowMs)
  }

  /** All steps that touch the range. */
  sum(kind: SpanKind, fromMs: number, toMs: number): Spans {
    const sum: Spans = { histogram: new LogHistogram(), rough: 0 }
    for (const slot of this.#slots.values()) {
      if (slot.startMs + this.#stepMs <= fromMs || slot.startMs > toMs) continue
      sum.histogram.merge(slot[kind].histogram)
      sum.rough += slot[kind].rough
    }
    return sum
  }

  #prune(): void {
    if (this.#slots.size <= this.#capacity) return
    const latest = [...this.#slots.values()].toSorted((a, b) => b.startMs - a.startMs)
    this.#slots = new Map(latest.slice(0, this.#capacity).map((slot) => [slot.startMs, slot]))
  }
}

export function toEmptySlot(startMs: number): SpanSlot {
  return {
    startMs,
    wait: { histogram: new LogHistogram(), rough: 0 },
    run: { histogram: new LogHistogram(), rough: 0 },
  }
}

function totalOf(slot: SpanSlot): number {
  return slot.wait.histogram.total + slot.run.histogram.total
}
