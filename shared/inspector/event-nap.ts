import { isMainThread } from 'node:worker_threads'

/** So many events tell how fast they come. */
const SAMPLE_EVENTS = 32
/** Up to this many events a millisecond each is read as it comes: a thousand moves a second. */
const CALM_PER_MS = 3
const FAST_PER_MS = 12
const NAP_MS = 8
/** 20 ms are far from filling the kernel's queue of 16,384 events. */
const LONG_NAP_MS = 20

/**
 * Lets events gather while they come thick and fast. Each event that finds its reader waiting wakes it, and it is the
 * worker, inside its own rename(), who pays for the waking: a worker at full speed lost a third of its speed to being
 * watched. A reader that sleeps is not woken.
 *
 * Blocks its thread once per turn of the loop, after the events of that turn: does nothing in a main thread. (Never in the
 * event's own callback: libuv reads on while there are events, and would never return to the loop.)
 */
export class EventNap {
  readonly #never = new Int32Array(new SharedArrayBuffer(4))
  #events = 0
  #sinceMs = 0
  #isPlanned = false

  /** Call for each event. */
  count(): void {
    this.#events++
    if (isMainThread || this.#isPlanned) return
    this.#isPlanned = true
    setImmediate(() => {
      this.#isPlanned = false
      this.#nap()
    })
  }

  #nap(): void {
    if (this.#events < SAMPLE_EVENTS) return
    const perMs = this.#events / (performance.now() - this.#sinceMs)
    if (perMs > CALM_PER_MS) Atomics.wait(this.#never, 0, 0, perMs > FAST_PER_MS ? LONG_NAP_MS : NAP_MS)
    this.#events = 0
    this.#sinceMs = performance.now()
  }
}
