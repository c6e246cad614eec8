import type { Job } from '../../contract/work.ts'
import type { ActiveWork } from '../active-work.ts'
import { InspectorError } from '../inspector-error.ts'
import { LatestValue } from '../latest-value.ts'
import { StopWork } from './carry-out.ts'
import type { JobRecord } from './job-record.ts'
import { TimeSlice } from './time-slice.ts'

const TELL_MS = 100
/** Ended jobs are kept as long as these bounds allow, the newest in any case. */
const MAX_JOBS = 50
const MAX_KEPT_TASKS = 2_000_000

/** Lets others have their turn where it is time; null where it is not. */
export type Pause = () => Promise<void> | null

/** The jobs of one queue, newest first. */
export class JobList {
  readonly #work: ActiveWork
  readonly #keepOpen: () => () => void
  readonly #jobs: JobRecord[] = []
  readonly #told = new LatestValue<Job[]>([])
  readonly #running = new Set<Promise<void>>()
  #toldAtMs = -Infinity
  #tellTimer: NodeJS.Timeout | undefined

  /** @param keepOpen Keeps the queue open until the returned function is called. */
  constructor(work: ActiveWork, keepOpen: () => () => void) {
    this.#work = work
    this.#keepOpen = keepOpen
  }

  /**
   * Runs a job. Resolves when it has ended, however it did.
   * @param onSlice Called between slices of time.
   * @param onEnd Called last, before the end is told.
   */
  start(
    record: JobRecord,
    run: (pause: Pause) => Promise<void>,
    { onSlice, onEnd }: { onSlice?: () => void; onEnd: () => void },
  ): Promise<void> {
    const ticket = this.#work.begin()
    const release = this.#keepOpen()
    ticket.signal.addEventListener('abort', () => record.cancel())
    this.#jobs.unshift(record)
    this.tellSoon()
    const slice = new TimeSlice()
    const pause: Pause = () => {
      if (!slice.isOver) return null
      onSlice?.()
      this.tellSoon()
      return slice.next()
    }
    const ended = toEnd(record, run(pause)).finally(() => {
      onEnd()
      release()
      ticket.end()
      this.#running.delete(ended)
      this.#forgetOld()
      this.tellSoon()
    })
    this.#running.add(ended)
    return ended
  }

  /** Tells how all jobs stand: at once, or where it was told a moment ago, after that moment. */
  tellSoon(): void {
    if (this.#tellTimer !== undefined) return
    const waitMs = this.#toldAtMs + TELL_MS - performance.now()
    if (waitMs <= 0) this.#tell()
    else this.#tellTimer = setTimeout(() => this.#tell(), waitMs)
  }

  follow(signal: AbortSignal | undefined): AsyncGenerator<Job[], void, void> {
    return this.#told.follow(signal)
  }

  /** @throws {InspectorError} UNKNOWN_HANDLE */
  get(jobId: string): JobRecord {
    const job = this.#jobs.find((record) => record.jobId === jobId)
    if (job === undefined)
      throw new InspectorError('UNKNOWN_HANDLE', 'This job is not kept any more; the audit has its counts.')
    return job
  }

  isRunning(jobId: string): boolean {
    return this.#jobs.some((record) => record.jobId === jobId && record.phase === 'running')
  }

  /** @throws {InspectorError} UNKNOWN_HANDLE, BAD_REQUEST while it runs */
  dismiss(jobId: string): void {
    const job = this.get(jobId)
    if (job.phase === 'running')
      throw new InspectorError('BAD_REQUEST', 'This job is still running. Cancel it first.')
    this.#jobs.splice(this.#jobs.indexOf(job), 1)
    this.tellSoon()
  }

  /** Cancels what runs, and resolves when all has ended. */
  async close(): Promise<void> {
    for (const job of this.#jobs) job.cancel()
    await Promise.all(this.#running)
    clearTimeout(this.#tellTimer)
    this.#told.close()
  }

  #tell(): void {
    clearTimeout(this.#tellTimer)
    this.#tellTimer = undefined
    this.#toldAtMs = performance.now()
    this.#told.set(this.#jobs.map((record) => record.toJob()))
  }

  #forgetOld(): void {
    let tasks = 0
    for (const [at, job] of [...this.#jobs].entries()) {
      tasks += job.total
      if (at === 0 || job.phase === 'running' || (at < MAX_JOBS && tasks <= MAX_KEPT_TASKS)) continue
      this.#jobs.splice(this.#jobs.indexOf(job), 1)
    }
  }
}

async function toEnd(record: JobRecord, work: Promise<void>): Promise<void> {
  try {
    await work
    if (record.signal.aborted && record.processed < record.total) record.end('cancelled', null)
    else record.end('done', null)
  } catch (error) {
    const isTold = error instanceof StopWork || error instanceof InspectorError
    if (!isTold) console.error(error) // a defect of ours
    const defect = 'The work failed by a defect of the inspector. What was moved so far is in the counts.'
    record.end('failed', isTold ? error.message : defect)
  }
}
