/**
 * The threads that read payloads for searches, so that neither many files nor a regular expression without end hold up what the
 * inspector does besides. A file that takes longer than a second is given up: its thread is ended and another one goes on behind it.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FilterTerm } from '../../contract/filter-expression.ts'
import type { TaskState } from '../../contract/list-states.ts'
import { VERDICT } from './verdict.ts'
import { CONTROL } from './worker-messages.ts'
import type { SharedBatch, WorkerBatch, WorkerDone } from './worker-messages.ts'

export const BATCH_NAMES = 512
const WATCH_EVERY_MS = 200
/** Looks at a thread that find it at the same file, until it is given up: about a second, and longer where the machine is so busy that looks come late. */
const SLOW_FILE_LOOKS = 5
/** Threads are kept for the next search, but not for ever. */
const IDLE_MS = 60_000
const WARM_AFTER_MS = 250
/** Room for the largest payload that is searched, parsed as JSON; a payload that needs more ends its thread, not the inspector. */
const HEAP_MB = 512
/** Beside its sources where Node runs TypeScript, beside the bundle where it was built (vite.config.ts). */
const SCRIPT = new URL(`./query-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

/** Tasks of one directory to be looked at. */
export interface PoolBatch {
  readonly program: number
  readonly root: string
  readonly list: TaskState
  readonly node: string | null
  readonly dir: string
  readonly terms: readonly FilterTerm[]
  readonly names: readonly string[]
  /** Called for each task that took too long and was given up. */
  readonly onSlow: () => void
}

interface Waiting {
  readonly batch: PoolBatch
  readonly joined: string
  readonly shared: SharedBatch
  readonly signal: AbortSignal
  readonly resolve: () => void
  /** Index of the first name that was not looked at. */
  from: number
}

interface Thread {
  readonly worker: Worker
  /** Under way and sent ahead, so that the thread need not wait for us between two batches. */
  readonly sent: Map<number, Waiting>
  /** What was under way at the last looks, and how many they were. */
  seen: { readonly batch: number; readonly current: number; looks: number } | null
}

/** Batches that a thread has at once. */
const SENT_AHEAD = 2

export class QueryPool {
  readonly #threads = new Set<Thread>()
  readonly #waiting: Waiting[] = []
  #nextBatch = 1
  #watchTimer: NodeJS.Timeout | undefined
  #idleTimer: NodeJS.Timeout | undefined
  #warmTimer: NodeJS.Timeout | undefined
  #isClosed = false

  get size(): number {
    return Math.min(2, availableParallelism())
  }

  /**
   * Looks at all of a batch. Resolves with a verdict for each; where `signal` is aborted, with those that there are.
   * Never rejects: what cannot be read has a verdict that says so.
   */
  run(batch: PoolBatch, signal: AbortSignal): Promise<SharedBatch> {
    const shared: SharedBatch = {
      verdicts: new Uint8Array(new SharedArrayBuffer(batch.names.length)),
      turnsAtMs: new Float64Array(new SharedArrayBuffer(batch.names.length * 8)),
      control: new Int32Array(new SharedArrayBuffer(8)),
    }
    if (signal.aborted || this.#isClosed || batch.names.length === 0) return Promise.resolve(shared)
    return new Promise((resolve) => {
      const cancel = (): void => {
        Atomics.store(shared.control, CONTROL.cancelled, 1)
        const at = this.#waiting.indexOf(waiting)
        if (at !== -1) this.#waiting.splice(at, 1)
        resolve(shared)
      }
      const waiting: Waiting = {
        batch,
        joined: batch.names.join('/'),
        shared,
        signal,
        resolve: () => {
          signal.removeEventListener('abort', cancel)
          resolve(shared)
        },
        from: 0,
      }
      signal.addEventListener('abort', cancel, { once: true })
      this.#waiting.push(waiting)
      this.#dispatch()
    })
  }

  /** Has a thread ready for the search that may follow, a moment later: what is asked for now goes first. */
  warm(): void {
    if (this.#isClosed || this.#threads.size > 0) return
    this.#warmTimer ??= setTimeout(() => {
      this.#warmTimer = undefined
      if (this.#isClosed || this.#threads.size > 0) return
      this.#start()
      this.#rest()
    }, WARM_AFTER_MS).unref()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#warmTimer)
    clearTimeout(this.#idleTimer)
    clearInterval(this.#watchTimer)
    const threads = [...this.#threads]
    this.#threads.clear()
    for (const { sent } of threads) for (const { resolve } of sent.values()) resolve()
    for (const { resolve } of this.#waiting.splice(0)) resolve()
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }

  #dispatch(): void {
    clearTimeout(this.#idleTimer)
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const thread = this.#freestOrNull()
      if (thread === null) return
      const next = this.#waiting.shift()
      if (next === undefined || next.signal.aborted) continue
      this.#send(thread, next)
    }
    if ([...this.#threads].every(({ sent }) => sent.size === 0)) this.#rest()
  }

  #freestOrNull(): Thread | null {
    let freest: Thread | null = null
    for (const thread of this.#threads)
      if (freest === null || thread.sent.size < freest.sent.size) freest = thread
    if ((freest === null || freest.sent.size > 0) && this.#threads.size < this.size) return this.#start()
    return freest !== null && freest.sent.size < SENT_AHEAD ? freest : null
  }

  #start(): Thread {
    const worker = new Worker(SCRIPT, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } })
    const thread: Thread = { worker, sent: new Map(), seen: null }
    worker.on('message', ({ batch }: WorkerDone) => {
      const done = thread.sent.get(batch)
      thread.sent.delete(batch)
      done?.resolve()
      this.#dispatch()
    })
    worker.on('error', (cause: Error & { code?: string }) => {
      // Out of memory is the payload's doing; anything else is a defect of ours.
      if (cause.code !== 'ERR_WORKER_OUT_OF_MEMORY') console.error(cause)
      void this.#giveUp(thread, VERDICT.unreadable)
    })
    // The watch below ends what hangs: a thread alone keeps no process alive.
    worker.unref()
    this.#threads.add(thread)
    this.#watchTimer ??= setInterval(() => {
      this.#watch()
    }, WATCH_EVERY_MS).unref()
    return thread
  }

  #send(thread: Thread, next: Waiting): void {
    const batch = this.#nextBatch++
    thread.sent.set(batch, next)
    const { program, root, list, node, dir, terms } = next.batch
    const { joined: names, from, shared } = next
    const message: WorkerBatch = { batch, program, root, list, node, dir, terms, names, from, shared }
    thread.worker.postMessage(message)
  }

  #watch(): void {
    for (const thread of this.#threads) {
      const under = thread.sent.entries().next().value
      if (under === undefined) {
        thread.seen = null
        continue
      }
      const [batch, { shared }] = under
      const current = Atomics.load(shared.control, CONTROL.current)
      const { seen } = thread
      if (seen?.batch !== batch || seen.current !== current) thread.seen = { batch, current, looks: 0 }
      else if (current > 0 && ++seen.looks > SLOW_FILE_LOOKS) void this.#giveUp(thread, VERDICT.slow)
    }
  }

  /** Ends a thread that hangs or has died, notes its verdict on the task that it was at, and has the rest done by another. */
  async #giveUp(thread: Thread, verdict: typeof VERDICT.slow | typeof VERDICT.unreadable): Promise<void> {
    if (!this.#threads.delete(thread)) return
    // Until it has ended it goes on writing into memory that the next one shall use.
    await thread.worker.terminate()
    const unfinished: Waiting[] = []
    for (const [batch, waiting] of thread.sent) {
      const isUnderWay = unfinished.length === 0 && (verdict !== VERDICT.slow || thread.seen?.batch === batch)
      if (isUnderWay && noteVerdict(waiting, verdict, thread.seen?.current ?? 0)) waiting.batch.onSlow()
      const isEnded = this.#isClosed || waiting.signal.aborted
      if (isEnded || waiting.from >= waiting.batch.names.length) waiting.resolve()
      else unfinished.push(waiting)
    }
    this.#waiting.unshift(...unfinished)
    this.#dispatch()
  }

  #rest(): void {
    if (this.#threads.size === 0) return
    this.#idleTimer = setTimeout(() => {
      clearInterval(this.#watchTimer)
      this.#watchTimer = undefined
      for (const { worker } of this.#threads) void worker.terminate()
      this.#threads.clear()
    }, IDLE_MS)
    this.#idleTimer.unref()
  }
}

/**
 * Has the batch go on behind the task that the thread was at, whose verdict this is. A thread that could not even begin would not do so
 * the next time.
 * @param seen What it was at when it was given up: where it came further before it ended, nothing is held against the task after that.
 * @returns true where a task was given up as too slow.
 */
function noteVerdict(
  waiting: Waiting,
  verdict: typeof VERDICT.slow | typeof VERDICT.unreadable,
  seen: number,
): boolean {
  const { verdicts, control } = waiting.shared
  const current = Atomics.load(control, CONTROL.current)
  Atomics.store(control, CONTROL.current, 0)
  if (current === 0) {
    if (verdict === VERDICT.unreadable) verdicts.fill(verdict, waiting.from)
    waiting.from = verdict === VERDICT.unreadable ? verdicts.length : waiting.from
    return false
  }
  const isAtIt =
    verdicts[current - 1] === VERDICT.none && (verdict === VERDICT.unreadable || current === seen)
  if (isAtIt) verdicts[current - 1] = verdict
  waiting.from = verdicts[current - 1] === VERDICT.none ? current - 1 : current
  return isAtIt && verdict === VERDICT.slow
}
