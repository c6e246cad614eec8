import { setImmediate as turn } from 'node:timers/promises'

/** Long work goes on in slices of this length; between them the thread answers windows and streams. */
const SLICE_MS = 8

export class TimeSlice {
  #endsAtMs = performance.now() + SLICE_MS

  get isOver(): boolean {
    return performance.now() >= this.#endsAtMs
  }

  /** Lets the event loop turn, and begins a new slice. */
  async next(): Promise<void> {
    await turn()
    this.#endsAtMs = performance.now() + SLICE_MS
  }
}
