import { toErrorReport } from '../client/error-report.ts'
import type { OpenSource } from '../../shared/contract/contract.ts'
import type { QueueInfo, QueueUpdate } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import { INITIAL_STATE } from './inspector-state.ts'

/** Five minutes, one sample a second. */
const MAX_SAMPLES = 300

export interface QueueController {
  open(source: OpenSource): Promise<void>
  close(): void
  /** Opens the queue that was open before the connection broke: its handle died with the connection. */
  resume(): Promise<void>
  /** What opens the present queue again without asking anybody; null where none is open. */
  resumeSource(): OpenSource | null
  /** Remembers the flow as it is now; to be called once a second. */
  sample(): void
  loadProblems(): Promise<void>
}

export interface QueueEvents {
  onOpened(isResumed: boolean): void
  onClosed(): void
  onUpdate(update: QueueUpdate): void
  /** Once a second, and at once when the first update is there. */
  onTick(): void
}

export function createQueueController(context: ControllerContext, events: QueueEvents): QueueController {
  return new Queues(context, events)
}

class Queues implements QueueController {
  readonly #context: ControllerContext
  readonly #events: QueueEvents
  #following = new AbortController()
  #source: OpenSource | null = null
  #problemsSeen = -1

  constructor(context: ControllerContext, events: QueueEvents) {
    this.#context = context
    this.#events = events
  }

  async open(source: OpenSource): Promise<void> {
    const { store } = this.#context
    if (store.get().opening) return
    store.set({ opening: true, openError: null })
    try {
      const info = await this.#context.client().host.openQueue(source)
      if (info !== null) await this.#enter(info, source, false)
    } catch (error) {
      const openError = toErrorReport(error)
      if (store.get().queue !== null) this.#context.toastError(openError)
      else store.set({ openError })
    } finally {
      store.set({ opening: false })
    }
  }

  close(): void {
    this.#following.abort()
    this.#source = null
    const { host, connection, toasts } = this.#context.store.get()
    this.#context.store.set({ ...INITIAL_STATE, host, connection, toasts })
    this.#events.onClosed()
  }

  async resume(): Promise<void> {
    const { store } = this.#context
    const source = this.resumeSource()
    if (source === null) return
    try {
      const info = await this.#context.client().host.openQueue(source)
      if (info !== null) await this.#enter(info, source, true)
    } catch (error) {
      store.set({ queueError: toErrorReport(error) })
    }
  }

  resumeSource(): OpenSource | null {
    const { queue } = this.#context.store.get()
    return queue === null || this.#source === null ? null : this.#toResumeSource(queue, this.#source)
  }

  sample(): void {
    const { update, samples } = this.#context.store.get()
    if (update === null) return
    const next = [...samples.slice(-MAX_SAMPLES + 1), { atMs: Date.now(), flow: update.flow }]
    this.#context.store.set({ samples: next })
    this.#events.onTick()
  }

  async loadProblems(): Promise<void> {
    const { store } = this.#context
    this.#problemsSeen = store.get().update?.problems ?? -1
    try {
      const problems = await this.#context.client().queue.problems({ queueId: this.#context.queueId() })
      store.set({ problems: { phase: 'ready', problems, error: null } })
    } catch (error) {
      store.set({ problems: { phase: 'error', problems: [], error: toErrorReport(error) } })
    }
  }

  /** A folder chosen in a dialog is not asked for again: it is among the recent ones, or can be named by its path. */
  #toResumeSource(queue: QueueInfo, source: OpenSource): OpenSource {
    if (source.kind !== 'dialog') return source
    const recent = this.#context.store.get().host?.recentQueues.find(({ path }) => path === queue.path)
    return recent === undefined
      ? { kind: 'path', path: queue.path }
      : { kind: 'recent', recentId: recent.recentId }
  }

  async #enter(info: QueueInfo, source: OpenSource, isResumed: boolean): Promise<void> {
    const { store } = this.#context
    this.#following.abort()
    const following = new AbortController()
    this.#following = following
    this.#source = source
    // Asked for before the window is drawn, which takes its time: the first counts are on their way meanwhile.
    const { queueId } = info
    const updates = this.#context.client().queue.changes({ queueId }, { signal: following.signal })
    // Told by #follow; where the queue is left before that, to nobody.
    updates.catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve))
    if (following.signal.aborted) return
    if (!isResumed) {
      const { host, connection, toasts } = store.get()
      store.set({ ...INITIAL_STATE, host, connection, toasts })
    }
    store.set({ queue: info, queueError: null })
    void this.#follow(updates, following.signal)
    this.#events.onOpened(isResumed)
  }

  async #follow(updates: Promise<AsyncIterable<QueueUpdate>>, signal: AbortSignal): Promise<void> {
    const { store } = this.#context
    try {
      for await (const update of await updates) {
        if (signal.aborted) return
        const isFirst = store.get().update === null
        store.set({ update })
        this.#events.onUpdate(update)
        if (isFirst) this.#events.onTick()
        const { place, problems } = store.get()
        const isWatched = place.kind === 'problems' && problems.phase !== 'loading'
        if (isWatched && update.problems !== this.#problemsSeen) void this.loadProblems()
      }
    } catch (error) {
      const { connection } = store.get()
      if (!signal.aborted && connection === 'ready') store.set({ queueError: toErrorReport(error) })
    }
  }
}
