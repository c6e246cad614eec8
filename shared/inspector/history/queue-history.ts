/**
 * What is remembered of one queue: flow in steps of 10 s for an hour and of a minute for a day, and how long tasks waited and ran,
 * in histograms of ten minutes for a day. In memory; history-file.ts keeps it across restarts.
 */
import type { History, HistoryRange, SpanStats, Timings } from '../../contract/insight.ts'
import { FlowSlots, toNoFlow, TRANSITIONS } from './flow-slots.ts'
import type { CountsOfStates, FlowSlot, TransitionCounts } from './flow-slots.ts'
import { HISTOGRAM_ERROR } from './log-histogram.ts'
import { SpanSlots } from './span-slots.ts'
import type { SpanSlot } from './span-slots.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Glances come once a second; a longer silence was a sleep or a stop, and is a gap. */
const MAX_COVERED_MS = 3 * SECOND

export interface HistoryContent {
  readonly fine: readonly FlowSlot[]
  readonly coarse: readonly FlowSlot[]
  readonly spans: readonly SpanSlot[]
}

export interface Glance {
  /** Wall clock, ms since 1970. */
  readonly atMs: number
  /** A monotonic clock, ms. */
  readonly monotonicMs: number
  /** False while the directory is lost: nothing is seen, so nothing is known. */
  readonly isWatching: boolean
  /** Everything counted since the watch began. */
  readonly totals: Readonly<TransitionCounts>
  readonly oldestPendingMs: number | null
  readonly counts: CountsOfStates
}

export class QueueHistory {
  readonly #fine = new FlowSlots(10 * SECOND, 360)
  readonly #coarse = new FlowSlots(MINUTE, 1_440)
  readonly #spans = new SpanSlots(10 * MINUTE, 144)
  #before: Glance | null = null

  /** To be called once a second. */
  glance(glance: Glance): void {
    const before = this.#before
    this.#before = glance
    if (before === null || !before.isWatching || !glance.isWatching) return
    const silentMs = glance.monotonicMs - before.monotonicMs
    const flow = toNoFlow()
    for (const transition of TRANSITIONS)
      flow[transition] = glance.totals[transition] - before.totals[transition]
    const { atMs, oldestPendingMs, counts } = glance
    const seen = { atMs, coveredMs: Math.min(silentMs, MAX_COVERED_MS), flow, oldestPendingMs, counts }
    this.#fine.add(seen)
    this.#coarse.add(seen)
  }

  recordWait(atMs: number, spanMs: number, tasks: number, isExact: boolean): void {
    this.#spans.record('wait', atMs, spanMs, tasks, isExact)
  }

  recordRun(atMs: number, spanMs: number, tasks: number, isExact: boolean): void {
    this.#spans.record('run', atMs, spanMs, tasks, isExact)
  }

  content(nowMs: number): HistoryContent {
    return { fine: this.#fine.list(nowMs), coarse: this.#coarse.list(nowMs), spans: this.#spans.list(nowMs) }
  }

  /** Adds what an earlier run, or another inspector, has seen. */
  adopt({ fine, coarse, spans }: HistoryContent, nowMs: number): void {
    this.#fine.adopt(fine, nowMs)
    this.#coarse.adopt(coarse, nowMs)
    this.#spans.adopt(spans)
  }

  history(range: HistoryRange, nowMs: number, isKept: boolean): History {
    const slots = range === 'hour' ? this.#fine : this.#coarse
    const { stepMs, capacity } = slots
    const fromMs = slots.startOf(nowMs) - (capacity - 1) * stepMs
    const steps: (FlowSlot | undefined)[] = Array.from({ length: capacity })
    const totals = toNoFlow()
    for (const slot of slots.list(nowMs)) {
      steps[(slot.startMs - fromMs) / stepMs] = slot
      for (const transition of TRANSITIONS) totals[transition] += slot.flow[transition]
    }
    const each = (valueOf: (slot: FlowSlot) => number): (number | null)[] =>
      Array.from(steps, (slot) => (slot === undefined || slot.coveredMs === 0 ? null : valueOf(slot)))
    const rate = (of: keyof TransitionCounts) =>
      each(({ flow, coveredMs }) => (flow[of] * SECOND) / coveredMs)
    const count = (of: keyof CountsOfStates) => each(({ counts }) => counts[of])
    return {
      range,
      stepMs,
      fromMs,
      pushed: rate('pushed'),
      claimed: rate('claimed'),
      done: rate('done'),
      failed: rate('failed'),
      released: rate('released'),
      totals,
      oldestPendingMs: each(({ oldestPendingMs }) => oldestPendingMs ?? 0),
      counts: {
        pending: count('pending'),
        'in-progress': count('in-progress'),
        scheduled: count('scheduled'),
        failed: count('failed'),
        done: count('done'),
      },
      isKept,
    }
  }

  timings(range: HistoryRange, nowMs: number): Timings {
    const fromMs = nowMs - (range === 'hour' ? HOUR : 24 * HOUR)
    return {
      range,
      wait: this.#stats('wait', fromMs, nowMs),
      run: this.#stats('run', fromMs, nowMs),
      relativeError: HISTOGRAM_ERROR,
    }
  }

  #stats(of: 'wait' | 'run', fromMs: number, nowMs: number): SpanStats | null {
    const { histogram, rough } = this.#spans.sum(of, fromMs, nowMs)
    const p50Ms = histogram.percentileOrNull(0.5)
    const p95Ms = histogram.percentileOrNull(0.95)
    const p99Ms = histogram.percentileOrNull(0.99)
    if (p50Ms === null || p95Ms === null || p99Ms === null) return null
    return {
      tasks: Math.round(histogram.total),
      p50Ms,
      p95Ms,
      p99Ms,
      roughShare: Math.min(1, rough / histogram.total),
    }
  }
}
