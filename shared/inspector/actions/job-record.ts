import type { ActionOutcome, Job, WorkKind } from '../../contract/work.ts'
import { originalIdOf } from '../../queue/index.ts'
import { decodeNewName } from './move-code.ts'

const MAX_REASONS = 8
const MAX_PUSHED_IDS = 500
/** A rate is told over the last second or so. */
const RATE_MS = 1_000

export interface JobStart {
  readonly jobId: string
  readonly kind: WorkKind
  readonly undoes: WorkKind | null
  readonly total: number
}

interface NamedRun {
  readonly node: string | null
  readonly names: readonly string[]
  /** Number of tasks in the runs before. */
  readonly start: number
}

type Exception = { readonly result: 'skipped' | 'failed'; readonly reason: string }

/**
 * One act under way or ended, and what came of each task. A moved task costs a short code for its new name; only what was skipped or
 * failed is kept at length, its sentence once for all that share it.
 */
export class JobRecord {
  readonly jobId: string
  readonly kind: WorkKind
  readonly undoes: WorkKind | null
  readonly startedAtMs = Date.now()
  total: number
  phase: Job['phase'] = 'running'
  error: string | null = null
  endedAtMs: number | null = null
  operationId: string | null = null
  noUndoReason: string | null = null
  readonly pushedIds: string[] = []
  #moved = 0
  #skipped = 0
  #failed = 0
  #perSecond = 0
  readonly #runs: NamedRun[] = []
  #startOfRun = 0
  /** By number of the task; holes are exceptions. */
  readonly #codes: (string | undefined)[] = []
  readonly #exceptions = new Map<number, Exception>()
  readonly #reasons = new Map<string, number>()
  #rateFrom: { atMs: number; processed: number } = { atMs: performance.now(), processed: 0 }
  readonly #stop = new AbortController()

  constructor({ jobId, kind, undoes, total }: JobStart) {
    this.jobId = jobId
    this.kind = kind
    this.undoes = undoes
    this.total = total
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get processed(): number {
    return this.#moved + this.#skipped + this.#failed
  }

  /** Number of the first task of the run that was begun last. */
  get startOfRun(): number {
    return this.#startOfRun
  }

  /** Asks it to stop at its next whole step. */
  cancel(): void {
    this.#stop.abort()
  }

  /** What is noted from here on counts from this run's first name. `names` may still grow. */
  beginRun(node: string | null, names: readonly string[]): void {
    const last = this.#runs.at(-1)
    this.#startOfRun = last === undefined ? 0 : last.start + last.names.length
    this.#runs.push({ node, names, start: this.#startOfRun })
  }

  /** @param index Within the run. */
  noteMoved(index: number, code: string): void {
    this.#codes[this.#startOfRun + index] = code
    this.#moved++
  }

  noteException(index: number, result: Exception['result'], reason: string): void {
    this.#exceptions.set(this.#startOfRun + index, { result, reason })
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
    if (result === 'skipped') this.#skipped++
    else this.#failed++
  }

  notePushed(id: string): void {
    if (this.pushedIds.length < MAX_PUSHED_IDS) this.pushedIds.push(id)
  }

  end(phase: 'done' | 'cancelled' | 'failed', error: string | null): void {
    this.phase = phase
    this.error = error
    this.endedAtMs = Date.now()
    this.#perSecond = 0
  }

  counts(): { moved: number; skipped: number; failed: number } {
    return { moved: this.#moved, skipped: this.#skipped, failed: this.#failed }
  }

  toJob(): Job {
    return {
      jobId: this.jobId,
      kind: this.kind,
      undoes: this.undoes,
      phase: this.phase,
      error: this.error,
      total: this.total,
      ...this.counts(),
      startedAtMs: this.startedAtMs,
      endedAtMs: this.endedAtMs,
      perSecond: this.#readRate(),
      operationId: this.operationId,
      noUndoReason: this.noUndoReason,
      reasons: [...this.#reasons]
        .map(([reason, count]) => ({ reason, count }))
        .toSorted((a, b) => b.count - a.count)
        .slice(0, MAX_REASONS),
      pushedIds: [...this.pushedIds],
    }
  }

  #readRate(): number {
    if (this.phase !== 'running') return 0
    const nowMs = performance.now()
    const { atMs, processed } = this.#rateFrom
    if (nowMs - atMs >= RATE_MS || this.#perSecond === 0)
      this.#perSecond = ((this.processed - processed) * 1000) / Math.max(1, nowMs - atMs)
    if (nowMs - atMs >= RATE_MS) this.#rateFrom = { atMs: nowMs, processed: this.processed }
    return this.#perSecond
  }

  /** The outcomes so far, in the order of the tasks; of one kind where `result` is given. */
  outcomes(
    result: ActionOutcome['result'] | null,
    offset: number,
    limit: number,
  ): { total: number; outcomes: ActionOutcome[] } {
    const indexes: number[] = []
    let at = 0
    const take = (index: number): void => {
      if (at >= offset && indexes.length < limit) indexes.push(index)
      at++
    }
    if (result === null || result === 'moved') {
      const end = Math.max(this.#codes.length, ...this.#lastException())
      for (let index = 0; index < end; index++) {
        const isMoved = this.#codes[index] !== undefined
        if (isMoved || (result === null && this.#exceptions.has(index))) take(index)
      }
    } else {
      const sorted = [...this.#exceptions].toSorted(([a], [b]) => a - b)
      for (const [index, exception] of sorted) if (exception.result === result) take(index)
    }
    return { total: at, outcomes: indexes.map((index) => this.#outcomeOf(index)) }
  }

  #lastException(): number[] {
    let last = -1
    for (const index of this.#exceptions.keys()) last = Math.max(last, index)
    return [last + 1]
  }

  #outcomeOf(index: number): ActionOutcome {
    const run = this.#runs.findLast(({ start }) => start <= index)
    const name = run?.names[index - (run?.start ?? 0)] ?? ''
    const code = this.#codes[index]
    const exception = this.#exceptions.get(index)
    return {
      name,
      node: run?.node ?? null,
      taskId: originalIdOf(name),
      result: code === undefined ? (exception?.result ?? 'failed') : 'moved',
      newName: code === undefined ? null : decodeNewName(name, code),
      reason: exception?.reason ?? null,
    }
  }
}
