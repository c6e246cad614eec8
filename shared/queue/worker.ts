/** work() and tasks(): taking tasks as they come, with signs of life and without hot polling. */
import fs from 'node:fs'
import { FemtoQueueError } from './errors.ts'
import type { FemtoQueue } from './femto-queue.ts'
import type { FemtoTask } from './lease.ts'
import { checkWhole } from './options.ts'
import type { ProblemReporter } from './problems.ts'

export interface TasksOptions {
  /** Ends the waiting; what is in progress is finished first. */
  readonly signal?: AbortSignal
  /** The net under the watching of the directory, ms; the only means where the file system tells nothing (NFS). Default 1000. */
  readonly pollMs?: number
}

export interface WorkOptions extends TasksOptions {
  /** Tasks worked on at once, 1 to 10,000. Default 1. */
  readonly concurrency?: number
}

/** What the waiting needs of a queue instance beyond its public face. */
export interface WorkerHost {
  readonly queue: Pick<FemtoQueue, 'pop' | 'done' | 'fail' | 'extend' | 'moreToTry'>
  readonly problems: ProblemReporter
  readonly watchDirs: readonly string[]
  readonly heartbeatMs: number
  /** ms until housekeeping wants another pop(). */
  dueInMs(): number
  /** A directory changed: the next pop() must look for itself. */
  lookAgain(): void
  isHeld(task: FemtoTask): boolean
  isClosed(): boolean
}

const MAX_TIMER_MS = 2 ** 31 - 1

export async function runWorker(
  host: WorkerHost,
  handler: (task: FemtoTask) => unknown,
  options: WorkOptions,
): Promise<void> {
  if (typeof handler !== 'function') throw new TypeError(`work() expects a function, got ${typeof handler}`)
  const concurrency = checkWhole('concurrency', options.concurrency ?? 1, 1, 10_000)
  const running = new Set<Promise<void>>()
  const heartbeats = new Heartbeats(host)
  const waiter = new Waiter(host, options)
  try {
    while (!waiter.isStopped) {
      const task = running.size < concurrency ? popOrNull(host) : null
      if (task === null) {
        await waiter.wait(running.size === concurrency ? 'for-an-end' : 'for-tasks')
        continue
      }
      heartbeats.add(task)
      const run = runOne(host, handler, task).finally(() => {
        heartbeats.delete(task)
        running.delete(run)
        waiter.tellEnd()
      })
      running.add(run)
      // Handlers that never wait would keep timers, heartbeats and the signal from their turn.
      await new Promise(setImmediate)
    }
  } finally {
    waiter.stop()
    await Promise.allSettled(running)
    heartbeats.stop()
  }
}

export async function* iterateTasks(
  host: WorkerHost,
  options: TasksOptions,
): AsyncGenerator<FemtoTask, void, void> {
  const heartbeats = new Heartbeats(host)
  const waiter = new Waiter(host, options)
  try {
    while (!waiter.isStopped) {
      const task = popOrNull(host)
      if (task === null) {
        await waiter.wait('for-tasks')
      } else {
        heartbeats.add(task)
        yield task
      }
    }
  } finally {
    waiter.stop()
    heartbeats.stop()
  }
}

/** Runs the handler and tells its end. A lease that was lost meanwhile is nobody's failure: the task is in other hands. */
async function runOne(
  host: WorkerHost,
  handler: (task: FemtoTask) => unknown,
  task: FemtoTask,
): Promise<void> {
  let failure: { readonly reason: unknown } | null = null
  try {
    await handler(task)
  } catch (reason) {
    failure = { reason }
  }
  if (!host.isHeld(task)) return
  try {
    if (failure === null) host.queue.done(task)
    else host.queue.fail(task, failure.reason ?? 'The handler threw nothing')
  } catch (cause) {
    if (cause instanceof FemtoQueueError && cause.code === 'lease-lost') return
    const consequence = 'Its end was not recorded: it will be offered again.'
    host.problems.report({ kind: 'io-error', path: task.id, cause, consequence })
  }
}

/** The next task, if there is one. Errors that may pass (no descriptors, no space) are reported and waited out. */
function popOrNull(host: WorkerHost): FemtoTask | null {
  try {
    return host.queue.pop()
  } catch (cause) {
    if (!(cause instanceof FemtoQueueError) || cause.code === 'closed' || cause.code === 'not-a-queue')
      throw cause
    host.problems.report({
      kind: 'io-error',
      path: cause.path ?? '',
      cause,
      consequence: 'Tried again at the next look.',
    })
    return null
  }
}

/** Extends the tasks that are being worked on, four times per timeout. */
class Heartbeats {
  readonly #host: WorkerHost
  readonly #tasks = new Set<FemtoTask>()
  readonly #timer: NodeJS.Timeout

  constructor(host: WorkerHost) {
    this.#host = host
    this.#timer = setInterval(() => this.#beat(), Math.min(Math.max(1, host.heartbeatMs), MAX_TIMER_MS))
  }

  add(task: FemtoTask): void {
    this.#tasks.add(task)
  }

  delete(task: FemtoTask): void {
    this.#tasks.delete(task)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #beat(): void {
    if (this.#host.isClosed()) return
    for (const task of this.#tasks) {
      if (!this.#host.isHeld(task)) {
        this.#tasks.delete(task)
        continue
      }
      try {
        this.#host.queue.extend(task)
      } catch (cause) {
        // A lost lease has aborted the task's signal by now. Anything else may pass until the next beat.
        if (cause instanceof FemtoQueueError && cause.code === 'lease-lost') continue
        this.#host.problems.report({
          kind: 'io-error',
          path: task.id,
          cause,
          consequence: 'A sign of life was not given.',
        })
      }
    }
  }
}

/** Waits until there may be something to pop: the directory changed, something falls due, the slow poll, or the end. */
class Waiter {
  readonly #host: WorkerHost
  readonly #pollMs: number
  readonly #signal: AbortSignal | null
  readonly #watchers: fs.FSWatcher[] = []
  #stopped = false
  #changed = false
  #ended = false
  #wake: () => void = () => {}

  constructor(host: WorkerHost, options: TasksOptions) {
    this.#host = host
    this.#pollMs = checkWhole('pollMs', options.pollMs ?? 1000, 1, MAX_TIMER_MS)
    this.#signal = options.signal ?? null
    if (this.#signal?.aborted === true) this.#stopped = true
    else for (const dir of host.watchDirs) this.#watch(dir)
    this.#signal?.addEventListener('abort', this.stop)
  }

  get isStopped(): boolean {
    return this.#stopped
  }

  readonly stop = (): void => {
    this.#stopped = true
    this.#signal?.removeEventListener('abort', this.stop)
    for (const watcher of this.#watchers.splice(0)) watcher.close()
    this.#wake()
  }

  /** One of the tasks that were worked on has ended. */
  tellEnd(): void {
    this.#ended = true
    this.#wake()
  }

  /** Waits `for-an-end` while all hands are full, else `for-tasks` or an end. */
  async wait(what: 'for-tasks' | 'for-an-end'): Promise<void> {
    if (this.#host.isClosed()) throw new FemtoQueueError('closed', 'This queue was closed')
    const isReady = (): boolean => {
      const hasTasks = what === 'for-tasks' && (this.#changed || this.#host.queue.moreToTry)
      return this.#stopped || this.#ended || hasTasks
    }
    if (isReady()) await new Promise(setImmediate)
    else
      await this.#sleep(
        what === 'for-tasks' ? Math.min(this.#pollMs, this.#host.dueInMs()) : MAX_TIMER_MS,
        isReady,
      )
    this.#ended = false
    if (what === 'for-tasks') this.#changed = false
  }

  async #sleep(ms: number, isReady: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, ms))
      this.#wake = () => {
        if (!isReady()) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = () => {}
  }

  #watch(dir: string): void {
    try {
      const watcher = fs.watch(dir, () => {
        this.#changed = true
        if (dir.endsWith('scheduled')) this.#host.lookAgain()
        this.#wake()
      })
      watcher.on('error', (cause) => this.#reportDeaf(dir, cause))
      this.#watchers.push(watcher)
    } catch (cause) {
      this.#reportDeaf(dir, cause)
    }
  }

  #reportDeaf(dir: string, cause: unknown): void {
    this.#host.problems.reportOnce({
      kind: 'io-error',
      path: dir,
      cause,
      consequence: 'It is polled instead of watched.',
    })
  }
}
