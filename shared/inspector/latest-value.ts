/**
 * A value that many readers follow. A slow reader misses values in between, never the last one, and nothing is buffered.
 */
export class LatestValue<T> {
  #value: T
  #version = 0
  #isClosed = false
  readonly #waiting = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  set(value: T): void {
    this.#value = value
    this.#version++
    this.#wake()
  }

  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** The present value, then each newer one, until `signal` or `close`. */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
    let seen = -1
    while (!this.#isClosed && signal?.aborted !== true) {
      if (seen === this.#version) await this.#changed(signal)
      else {
        seen = this.#version
        yield this.#value
      }
    }
  }

  #changed(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#waiting.delete(settle)
        signal?.removeEventListener('abort', settle)
        resolve()
      }
      this.#waiting.add(settle)
      signal?.addEventListener('abort', settle)
    })
  }

  #wake(): void {
    for (const settle of this.#waiting) settle()
  }
}
