import { isMainThread } from 'node:worker_threads'

/** More events than this within the window: they come thick and fast, from 500 a second on. */
const BUSY_EVENTS = 32
const WINDOW_MS = 64
const NAP_MS = 10

/**
 * Lets events gather while they come thick and fast. Each event that finds its reader waiting wakes it, and it is the
 * worker, inside its own rename(), who pays for the waking: a worker at full speed lost a quarter of its speed to being
 * watched. A reader that sleeps is not woken; 10 ms are far from filling the kernel's queue of 16,384 events.
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
    const nowMs = performance.now()
    if (nowMs - this.#sinceMs > WINDOW_MS) {
      this.#events = 0
      this.#sinceMs = nowMs
    } else if (this.#events > BUSY_EVENTS) {
      this.#events = 0
      this.#sinceMs = nowMs
      Atomics.wait(this.#never, 0, 0, NAP_MS)
    }
  }
}
