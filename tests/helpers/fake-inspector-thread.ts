import type { Host } from '../../shared/inspector/host.ts'

export interface StartedThread {
  readonly host: Host
  readonly crash: (cause: unknown) => void
  isClosed: boolean
  closedConnections: number
  activeWork: number
  cancelled: number
  readonly commands: unknown[]
}

/** The threads that were started instead of real ones: those are tested in tests/contract. */
export const threads: StartedThread[] = []

/** Stands in for the module's own class where a test replaces the module by this one. */
export class InspectorThread {
  readonly #started: StartedThread

  constructor(host: Host, _script: URL, crash: (cause: unknown) => void) {
    this.#started = {
      host,
      crash,
      isClosed: false,
      closedConnections: 0,
      activeWork: 0,
      cancelled: 0,
      commands: [],
    }
    threads.push(this.#started)
  }

  connect(send: (frame: string) => void): object {
    return {
      receive: (frame: string) => send(`answer to ${frame}`),
      close: () => this.#started.closedConnections++,
    }
  }

  get activeWork(): number {
    return this.#started.activeWork
  }

  cancelWork(): void {
    this.#started.cancelled++
  }

  command(command: unknown): void {
    this.#started.commands.push(command)
  }

  close(): Promise<void> {
    this.#started.isClosed = true
    return Promise.resolve()
  }
}
