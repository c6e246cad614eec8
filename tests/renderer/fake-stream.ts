/** A stream of whole states: whoever follows gets the latest at once, then each that is sent. */
export class FakeStream<State> {
  latest: State
  readonly #listeners = new Set<(state: State) => void>()

  constructor(first: State) {
    this.latest = first
  }

  send(state: State): void {
    this.latest = state
    for (const listener of this.#listeners) listener(state)
  }

  async *follow(signal: AbortSignal | undefined): AsyncGenerator<State> {
    const waiting: State[] = [this.latest]
    let wake = (): void => undefined
    const listener = (state: State): void => {
      waiting.push(state)
      wake()
    }
    this.#listeners.add(listener)
    signal?.addEventListener('abort', () => wake(), { once: true })
    try {
      while (signal?.aborted !== true) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      this.#listeners.delete(listener)
    }
  }
}
