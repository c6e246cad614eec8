import type { Job, WorkKind } from '../../contract/work.ts'
import { makeParkedDir } from '../../queue/act-names.ts'
import { FemtoQueueError } from '../../queue/errors.ts'
import { NewTasks } from '../../queue/new-tasks.ts'
import type { QueueSession } from '../queue-session.ts'
import type { MoveContext } from './carry-out.ts'
import { JobRecord } from './job-record.ts'
import type { JobList, Pause } from './job-list.ts'
import type { Operations } from './operations.ts'
import { toStorageError } from './storage-error.ts'
import type { FollowedTasks } from './followed.ts'
import type { JournalWriter } from './undo-journal.ts'
import type { Whereabouts } from './whereabouts.ts'

/** How far a job came is written into the audit this often. */
const COUNT_EVERY_MS = 2_000
/** From so many tasks on the watch rests while they are moved. */
const LARGE_TASKS = 2_000
/** Calls answer with a running job after this time. */
const ANSWER_AFTER_MS = 150

/** What the acts on one queue share. */
export interface ActContext {
  readonly session: QueueSession
  readonly jobs: JobList
  readonly operations: Operations
  readonly whereabouts: Whereabouts
  readonly followed: FollowedTasks
  readonly pushLimitBytes: number
}

export interface WorkPlan {
  readonly kind: WorkKind
  readonly undoes?: { readonly operationId: string; readonly kind: WorkKind }
  readonly total: number
  readonly firstTaskId: string | null
  /** Closes what the work holds open; called once, whatever happens. */
  readonly close: () => void
  readonly run: (record: JobRecord, journal: JournalWriter | null, pause: Pause) => Promise<void>
}

/**
 * Writes down that an act begins, and starts it as a job.
 * @throws {InspectorError} STORAGE_FAILED where it cannot be written down; then nothing was begun.
 */
export function startWork(context: ActContext, plan: WorkPlan): { record: JobRecord; ended: Promise<void> } {
  const { operations, jobs } = context
  try {
    const { operationId, journal, noUndoReason } = operations.begin(
      plan.kind,
      plan.total,
      plan.firstTaskId,
      plan.undoes?.operationId,
    )
    const record = new JobRecord({
      jobId: operationId,
      kind: plan.kind,
      undoes: plan.undoes?.kind ?? null,
      total: plan.total,
    })
    record.noUndoReason = noUndoReason
    const endLargeAct = plan.total >= LARGE_TASKS ? context.session.beginLargeAct() : null
    let countedAtMs = performance.now()
    const ended = jobs.start(record, (pause) => plan.run(record, journal, pause), {
      onSlice: () => {
        if (performance.now() - countedAtMs < COUNT_EVERY_MS) return
        countedAtMs = performance.now()
        operations.count(operationId, record.counts(), false)
      },
      onEnd: () => {
        endLargeAct?.()
        plan.close()
        journal?.close()
        operations.count(operationId, record.counts(), true)
        if (journal?.hasMoves === true) record.operationId = operationId
        else operations.forgetJournal(operationId)
      },
    })
    return { record, ended }
  } catch (cause) {
    plan.close()
    throw cause
  }
}

/** What carrying out moves needs of an act. */
export function toMoveContext(
  { session, whereabouts }: ActContext,
  work: Pick<MoveContext, 'record' | 'journal' | 'stamps' | 'pause'>,
): MoveContext {
  return {
    ...work,
    root: session.path,
    whereabouts,
    onMoved: (from, to) => session.noteMove(from, to),
  }
}

/** The job once it has ended, or running after a moment. */
export async function toAnswer({ record, ended }: { record: JobRecord; ended: Promise<void> }): Promise<Job> {
  let timer: NodeJS.Timeout | undefined
  const moment = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ANSWER_AFTER_MS)
  })
  await Promise.race([ended, moment])
  clearTimeout(timer)
  return record.toJob()
}

/**
 * Opens the queue for new tasks and fresh stamps: the first thing of an act that writes. Where it fails, nothing was done.
 * @throws {InspectorError} STORAGE_FAILED
 */
export function openForWriting(session: QueueSession, outcome: string): NewTasks {
  try {
    return new NewTasks(session.path, session.lastPending(1)[0] ?? null)
  } catch (cause) {
    if (cause instanceof FemtoQueueError) throw toStorageError(cause, outcome)
    throw cause
  }
}

/**
 * Makes the directories inside failed/ that moves lead to, and has them watched.
 * @throws {InspectorError} STORAGE_FAILED; then nothing was moved.
 */
export function makeParkedDirs(session: QueueSession, dirs: readonly string[]): void {
  const parked = dirs.filter((dir) => dir.includes('/'))
  if (parked.length === 0) return
  try {
    for (const dir of new Set(parked)) makeParkedDir(session.path, dir)
  } catch (cause) {
    throw toStorageError(cause, 'Nothing was moved.')
  }
  session.hintParkedDirs()
}
