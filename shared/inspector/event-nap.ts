import { isMainThread } from 'node:worker_threads'

const EVENTS = 32
/** From 2,000 events a second on. */
const BUSY_MS = 16
const NAP_MS = 10

/**
 * Lets events gather while they come thick and fast. Each event that finds its reader waiting wakes it, and it is the
 * worker, inside its own rename(), who pays for the waking: a worker at full speed lost a quarter of its speed to being
 * watched. A reader that sleeps is not woken; 10 ms are far from filling the kernel's queue of 16,384 events.
 *
 * Blocks its thread: does nothing in a main thread.
 */
export class EventNap {
  readonly #never = new Int32Array(new SharedArrayBuffer(4))
  #events = 0
  #sinceMs = 0

  /** Call for each event. */
  count(): void {
    if (isMainThread || ++this.#events < EVENTS) return
    const nowMs = performance.now()
    const isBusy = nowMs - this.#sinceMs < BUSY_MS + NAP_MS
    if (isBusy) Atomics.wait(this.#never, 0, 0, NAP_MS)
    this.#events = 0
    this.#sinceMs = nowMs
  }
}
