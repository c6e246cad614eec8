import { toErrorReport } from '../client/error-report.ts'
import type { Job } from '../../shared/contract/work.ts'
import { toJobMessage, toTroubleMessageOrNull } from '../words/work-words.ts'
import type { Choice } from './choice.ts'
import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'
import { isSettled, toFollowedOrNull } from './outcome.ts'
import type { Toast } from './inspector-state.ts'

/** How long the tray shows what ended well. */
const SHOWN_AFTER_END_MS = 10_000
const RETRY_MS = 1_000

export interface JobsController {
  /** Follows the jobs of the open queue until `stop`. */
  start(): void
  stop(): void
  /** Remembers a job that this window began: its end is told, and can be undone by one key. */
  track(job: Job, choice: Choice | null): void
  cancel(jobId: string): Promise<void>
  /** Takes an ended job out of the tray; the host keeps its results for others. */
  hide(jobId: string): void
  /** @param actId The act whose history it belongs to, where that is another: what is offered for it elsewhere is over. */
  undo(operationId: string, actId?: string): Promise<void>
  /** Undoes the latest act of this window. @returns False where there is none. */
  undoLatest(): boolean
}

export interface JobEvents {
  /** A job of this window has ended: what it moved is no longer where it was. */
  onEnded(job: Job, choice: Choice | null): void
}

export function createJobsController(context: ControllerContext, events: JobEvents): JobsController {
  return new Jobs(context, events)
}

class Jobs implements JobsController {
  readonly #context: ControllerContext
  readonly #events: JobEvents
  /** Jobs of this window that have not ended yet, and what they act on. */
  readonly #own = new Map<string, Choice | null>()
  /** Jobs that were seen running: their ends are shown, whoever began them. */
  readonly #seen = new Set<string>()
  /** Operations of this window that can be undone, the latest last. */
  #undoable: string[] = []
  #following = new AbortController()

  constructor(context: ControllerContext, events: JobEvents) {
    this.#context = context
    this.#events = events
  }

  start(): void {
    this.stop()
    this.#following = new AbortController()
    void this.#follow(this.#context.queueId(), this.#following.signal)
  }

  stop(): void {
    this.#following.abort()
  }

  track(job: Job, choice: Choice | null): void {
    this.#own.set(job.jobId, choice)
    this.#show(job)
    this.#merge(job)
    if (job.phase !== 'running') this.#end(job)
  }

  async cancel(jobId: string): Promise<void> {
    try {
      const queueId = this.#context.queueId()
      this.#merge(await this.#context.client().jobs.cancel({ queueId, jobId }))
    } catch (error) {
      this.#context.toastError(toErrorReport(error))
    }
  }

  hide(jobId: string): void {
    const { store } = this.#context
    store.set({ tray: store.get().tray.filter((id) => id !== jobId) })
  }

  async undo(operationId: string, actId = operationId): Promise<void> {
    const undoable = this.#undoable
    // At once: the same key once more undoes the act before it.
    this.#undoable = undoable.filter((id) => id !== operationId && id !== actId)
    try {
      const queueId = this.#context.queueId()
      const job = await this.#context.client().actions.undo({ queueId, operationId })
      const undone = this.#context.store.get().jobs.find((one) => one.operationId === operationId)
      if (undone !== undefined) this.hide(undone.jobId)
      this.#dropOffers(operationId)
      this.track(job, null)
    } catch (error) {
      // Nothing was undone: the way back stays.
      if (undoable.includes(operationId)) this.#undoable.push(operationId)
      this.#context.toastError(toErrorReport(error))
    }
  }

  undoLatest(): boolean {
    const latest = this.#undoable.at(-1)
    if (latest !== undefined) void this.undo(latest)
    return latest !== undefined
  }

  async #follow(queueId: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#context.store.get().connection === 'ready') {
      try {
        const stream = await this.#context.client().jobs.follow({ queueId }, { signal })
        for await (const jobs of stream) {
          if (signal.aborted) return
          this.#onJobs(jobs)
        }
      } catch {
        // The stream of the queue itself tells what is wrong with the connection.
      }
      await wait(RETRY_MS)
    }
  }

  #onJobs(jobs: readonly Job[]): void {
    this.#context.store.set({ jobs })
    for (const job of jobs) {
      if (job.phase === 'running') this.#show(job)
      else this.#end(job)
    }
  }

  /** Tells of an end once: by a message for one task, by the tray for many. */
  #end(job: Job): void {
    if (this.#own.has(job.jobId)) this.#show(job)
    if (this.#seen.delete(job.jobId) && isClean(job)) this.#hideLater(job.jobId)
    const choice = this.#own.get(job.jobId)
    if (choice === undefined) return
    this.#own.delete(job.jobId)
    const { operationId } = job
    const canUndo = operationId !== null && job.moved > 0 && job.kind !== 'undo'
    if (canUndo) this.#undoable.push(operationId)
    if (operationId !== null && choice?.kind === 'set') this.#noteFound(operationId, choice.origin.found)
    if (job.total <= 1) this.#tell(job, canUndo ? operationId : null)
    this.#events.onEnded(job, choice)
  }

  #noteFound(operationId: string, found: string | null): void {
    if (found === null || found === '') return
    const { store } = this.#context
    store.set({ foundBy: new Map([...store.get().foundBy, [operationId, found]]) })
  }

  #tell(job: Job, operationId: string | null): void {
    const offer = toOfferOrNull(job, operationId)
    if (job.moved > 0) this.#context.toast('good', toJobMessage(job), null, offer)
    const trouble = toTroubleMessageOrNull(job)
    const tone = job.failed > 0 || job.phase === 'failed' ? 'bad' : 'plain'
    if (trouble === null) return
    const isVain = job.kind === 'undo' && job.moved === 0
    this.#context.toast(tone, isVain ? `${toJobMessage(job)} ${trouble}` : trouble)
  }

  /** A message that offers to undo what is undone by now would lie. */
  #dropOffers(operationId: string): void {
    const { store } = this.#context
    const isOffer = ({ offer }: Toast): boolean => offer?.kind === 'undo' && offer.operationId === operationId
    store.set({ toasts: store.get().toasts.filter((toast) => !isOffer(toast)) })
  }

  /** Acts on one task are told by a message alone, however long they take. */
  #show({ jobId, total }: Job): void {
    if (total <= 1 || this.#seen.has(jobId)) return
    this.#seen.add(jobId)
    const { tray } = this.#context.store.get()
    if (!tray.includes(jobId)) this.#context.store.set({ tray: [...tray, jobId] })
  }

  #hideLater(jobId: string): void {
    setTimeout(() => {
      if (this.#isOpenEnded(jobId)) this.#hideLater(jobId)
      else this.hide(jobId)
    }, SHOWN_AFTER_END_MS)
  }

  /** Workers still have tasks of the latest act, or some failed: that is what its card is for. It can be dismissed. */
  #isOpenEnded(jobId: string): boolean {
    const { jobs, outcomes, tray } = this.#context.store.get()
    if (tray.at(-1) !== jobId) return false
    const job = jobs.find((one) => one.jobId === jobId)
    const followed = job === undefined ? null : toFollowedOrNull(job)
    const outcome = followed === null ? undefined : outcomes.get(followed)
    return outcome !== undefined && (!isSettled(outcome) || outcome.states.failed > 0)
  }

  #merge(job: Job): void {
    const { store } = this.#context
    const others = store.get().jobs.filter(({ jobId }) => jobId !== job.jobId)
    store.set({ jobs: [job, ...others] })
  }
}

function toOfferOrNull(job: Job, operationId: string | null): Parameters<ControllerContext['toast']>[3] {
  if (job.pushedIds.length > 0) return { kind: 'follow', taskIds: job.pushedIds }
  return operationId === null ? null : { kind: 'undo', operationId }
}

function isClean(job: Job): boolean {
  return job.phase === 'done' && job.skipped === 0 && job.failed === 0
}
