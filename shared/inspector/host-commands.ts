import type { HostCommand } from '../contract/model.ts'

/** Commands that came while no page listened (it loads, or comes back after a crash) are kept for it, the latest ones. */
const MAX_KEPT = 16

/** What the host asks of its page, on its way there. */
export class HostCommands {
  readonly #followers = new Set<(command: HostCommand) => void>()
  #kept: HostCommand[] = []

  send(command: HostCommand): void {
    if (this.#followers.size === 0) this.#kept = [...this.#kept, command].slice(-MAX_KEPT)
    for (const take of this.#followers) take(command)
  }

  /** Every command from now on, and those kept for the first who asks. Ends with `signal`. */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<HostCommand, void, void> {
    const waiting = this.#kept.splice(0)
    let wake = (): void => {}
    const take = (command: HostCommand): void => {
      waiting.push(command)
      wake()
    }
    const onAbort = (): void => wake()
    signal?.addEventListener('abort', onAbort)
    this.#followers.add(take)
    try {
      while (signal?.aborted !== true) {
        const next = waiting.shift()
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        } else {
          yield next
        }
      }
    } finally {
      this.#followers.delete(take)
      signal?.removeEventListener('abort', onAbort)
    }
  }
}
