import type { Transition } from '../flow.ts'

export const TRANSITIONS = [
  'pushed',
  'claimed',
  'done',
  'failed',
  'released',
] as const satisfies readonly Transition[]
type CountedState = 'pending' | 'in-progress' | 'scheduled' | 'failed' | 'done'

export type TransitionCounts = Record<Transition, number>
export type CountsOfStates = Record<CountedState, number>

/** What was seen within one step of time. Time that nobody watched is not covered, and is no zero. */
export interface FlowSlot {
  /** Multiple of the step, ms since 1970. */
  readonly startMs: number
  /** How much of the step the watch was alive, ms. */
  coveredMs: number
  readonly flow: TransitionCounts
  /** The greatest age of the oldest pending task; null: nothing waited. */
  oldestPendingMs: number | null
  /** As they were at the last look within the step. */
  counts: CountsOfStates
}

export interface FlowGlance {
  readonly atMs: number
  /** Time that was watched since the glance before, ms. */
  readonly coveredMs: number
  readonly flow: TransitionCounts
  readonly oldestPendingMs: number | null
  readonly counts: CountsOfStates
}

/** The latest `capacity` steps of `stepMs` each, by wall clock; steps that nobody watched are missing. */
export class FlowSlots {
  readonly stepMs: number
  readonly capacity: number
  readonly #slots = new Map<number, FlowSlot>()

  constructor(stepMs: number, capacity: number) {
    this.stepMs = stepMs
    this.capacity = capacity
  }

  add(glance: FlowGlance): void {
    const startMs = this.startOf(glance.atMs)
    let slot = this.#slots.get(startMs)
    if (slot === undefined) {
      slot = { startMs, coveredMs: 0, flow: toNoFlow(), oldestPendingMs: null, counts: glance.counts }
      this.#put(slot, glance.atMs)
    }
    slot.coveredMs = Math.min(this.stepMs, slot.coveredMs + glance.coveredMs)
    for (const transition of TRANSITIONS) slot.flow[transition] += glance.flow[transition]
    if (glance.oldestPendingMs !== null)
      slot.oldestPendingMs = Math.max(slot.oldestPendingMs ?? 0, glance.oldestPendingMs)
    slot.counts = glance.counts
  }

  /** Takes what another inspector of the same queue saw better: of two views of one step the longer one counts, never their sum. */
  adopt(others: readonly FlowSlot[], nowMs: number): void {
    for (const slot of others) {
      const own = this.#slots.get(slot.startMs)
      if (own === undefined || own.coveredMs < slot.coveredMs) this.#put(slot, nowMs)
    }
  }

  /** Oldest first; steps up to the present one. */
  list(nowMs: number): FlowSlot[] {
    const from = this.startOf(nowMs) - (this.capacity - 1) * this.stepMs
    return [...this.#slots.values()]
      .filter(({ startMs }) => startMs >= from && startMs <= nowMs)
      .toSorted((a, b) => a.startMs - b.startMs)
  }

  startOf(atMs: number): number {
    return Math.floor(atMs / this.stepMs) * this.stepMs
  }

  #put(slot: FlowSlot, nowMs: number): void {
    this.#slots.set(slot.startMs, slot)
    if (this.#slots.size <= this.capacity) return
    const from = this.startOf(nowMs) - (this.capacity - 1) * this.stepMs
    for (const startMs of this.#slots.keys())
      // A wall clock that was set back leaves steps in the future: they go as well.
      if (startMs < from || startMs > nowMs + this.stepMs) this.#slots.delete(startMs)
  }
}

export function toNoFlow(): TransitionCounts {
  return { pushed: 0, claimed: 0, done: 0, failed: 0, released: 0 }
}
