/** One piece of work that goes on after its call was answered, or for longer than a moment. */
export interface WorkTicket {
  /** Aborted when the person quits and does not want to wait. */
  readonly signal: AbortSignal
  /** To be called once the work has ended, however it did. More calls do nothing. */
  end(): void
}

/** The bulk work under way: whoever closes the app asks here first whether it would be cut off. */
export class ActiveWork {
  readonly #running = new Set<AbortController>()
  readonly #onChange: (count: number) => void

  constructor(onChange: (count: number) => void = () => {}) {
    this.#onChange = onChange
  }

  get count(): number {
    return this.#running.size
  }

  begin(): WorkTicket {
    const controller = new AbortController()
    this.#running.add(controller)
    this.#onChange(this.count)
    return {
      signal: controller.signal,
      end: () => {
        if (this.#running.delete(controller)) this.#onChange(this.count)
      },
    }
  }

  /** Asks all work to stop at its next whole step; each still ends itself. */
  cancelAll(): void {
    for (const controller of this.#running) controller.abort()
  }
}
