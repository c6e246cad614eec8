/** A task in progress: the handle that done(), fail(), extend() and release() want. */
export interface FemtoTask {
  /** The original id, as push() returned it: the idempotency key. */
  readonly id: string
  readonly data: Uint8Array
  /** Which claim of this task this is, from 1. Claims by Python workers are not counted. */
  readonly attempt: number
  /** Fires when the lease is found to be lost: stop working, the task is somebody else's. */
  readonly signal: AbortSignal
}

/** A task that a queue instance holds. Only the queue sees more of it than FemtoTask. */
export class Lease implements FemtoTask {
  readonly id: string
  readonly data: Uint8Array
  readonly attempt: number
  /** Time in the original id and time of the file's birth: equal for all tasks but copies and scheduled ones. */
  readonly originalUs: number
  readonly birthtimeMs: number
  /** The file's name in the node's directory: this is the lease. */
  name: string
  /** Who holds it; null once it is finished or released. */
  holder: object | null
  /** Set when it was found to be in other hands. */
  lost: Error | null = null
  #abort: AbortController | null = null

  constructor(
    parts: Pick<Lease, 'id' | 'data' | 'attempt' | 'originalUs' | 'birthtimeMs' | 'name' | 'holder'>,
  ) {
    this.id = parts.id
    this.data = parts.data
    this.attempt = parts.attempt
    this.originalUs = parts.originalUs
    this.birthtimeMs = parts.birthtimeMs
    this.name = parts.name
    this.holder = parts.holder
  }

  /** Made when first asked for: an AbortController costs as much as a system call. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    return this.#abort.signal
  }

  lose(reason: Error): void {
    this.lost = reason
    this.#abort ??= new AbortController()
    this.#abort.abort(reason)
  }
}
