/**
 * Carries out planned moves, a batch at a time: journal first, then each file by one checked rename, then the journal again. What is no
 * more what was meant is skipped and told; the rest goes on. Between slices the thread serves others, and a cancel is heard.
 */
import type { Stamps } from '../../queue/act-names.ts'
import { errnoOrNull, FemtoQueueError, toQueueError } from '../../queue/errors.ts'
import { moveFile, removeFile } from '../../queue/state-moves.ts'
import type { FileMoveResult, FileSpot } from '../../queue/state-moves.ts'
import { toVisibleLine } from '../../contract/visible-text.ts'
import type { JobRecord } from './job-record.ts'
import type { PlannedMove, PlannedRun } from './planned-run.ts'
import { toStorageWords } from './storage-error.ts'
import type { Confirmation, JournalWriter } from './undo-journal.ts'
import type { Whereabouts } from './whereabouts.ts'

/** So many tasks are planned and journalled at once: a millisecond or so of work. */
const BATCH_TASKS = 128
/** Names tried for one task before it counts as failed. */
const MAX_NAMES_TRIED = 100
/** So many tasks in a row that the disk refuses end the job: it is not the tasks. */
const MAX_REFUSALS_IN_A_ROW = 20

const CHANGED = 'Another file lies under its name now, or it was changed after the click; it was left alone.'

/** The disk refuses all: the job ends, and what was not reached is untouched. */
export class StopWork extends Error {}

export interface MoveContext {
  readonly root: string
  readonly record: JobRecord
  readonly journal: JournalWriter | null
  readonly stamps: Stamps
  readonly whereabouts: Whereabouts
  /** Called with each move, in its turn. */
  onMoved(from: FileSpot, to: FileSpot): void
  /** Lets others have their turn where it is time. */
  pause(): Promise<void> | null
}

export async function carryOut(
  context: MoveContext,
  runs: AsyncIterable<PlannedRun> | Iterable<PlannedRun>,
): Promise<void> {
  const { record } = context
  let refusals = 0
  for await (const run of runs) {
    record.beginRun(run.node, run.names)
    for (let at = 0; at < run.names.length; at += BATCH_TASKS) {
      if (record.signal.aborted) return
      refusals = moveBatch(context, run, at, Math.min(run.names.length, at + BATCH_TASKS), refusals)
      const pause = context.pause()
      if (pause !== null) await pause
    }
  }
}

/** Moves the tasks from `start` to `end` of a run. @returns the refusals in a row so far. @throws StopWork */
function moveBatch(
  context: MoveContext,
  run: PlannedRun,
  start: number,
  end: number,
  refusalsBefore: number,
): number {
  let todo: number[] = []
  for (let index = start; index < end; index++) {
    const refusal = run.refusalOf(index)
    if (refusal === null) todo.push(index)
    else context.record.noteException(index, 'skipped', refusal)
  }
  let refusals = refusalsBefore
  for (let tries = 0; todo.length > 0; tries++) {
    const taken: number[] = []
    context.stamps.reserve(todo.length)
    const plans = run.toDir === null ? null : todo.map((index) => run.planOf(index, tries))
    if (plans !== null && run.toDir !== null) {
      const entries = plans.map(({ code }, at) => ({ name: run.names[todo[at] ?? 0] ?? '', code }))
      planInJournal(context.journal, run.dir, run.toDir, entries)
    }
    const inodes: Confirmation[] = []
    try {
      for (const [at, index] of todo.entries()) {
        const plan = plans?.[at] ?? null
        const result = moveOne(context, run, index, plan)
        inodes.push(result !== null && result.moved ? result.ino : null)
        if (result === null) {
          if (++refusals >= MAX_REFUSALS_IN_A_ROW)
            throw new StopWork(`The disk refused ${refusals} tasks in a row; the rest was not tried.`)
        } else {
          refusals = 0
          if (!result.moved && result.reason === 'taken') taken.push(index)
        }
      }
    } finally {
      if (plans !== null) confirmInJournal(context.journal, inodes)
    }
    todo = taken
    if (tries < MAX_NAMES_TRIED) continue
    for (const index of todo)
      context.record.noteException(index, 'failed', 'All names for it are in use there; it is where it was.')
    todo = []
  }
  return refusals
}

/** Writes down what is about to be done. @throws StopWork; then nothing of it may be done. */
export function planInJournal(
  journal: JournalWriter | null,
  fromDir: string,
  toDir: string,
  entries: readonly { readonly name: string; readonly code: string }[],
): void {
  try {
    journal?.plan(fromDir, toDir, entries)
  } catch (cause) {
    throw new StopWork(toJournalWords(cause), { cause })
  }
}

/** Writes down what became of the last plan. @throws StopWork; what was planned is in the journal, and undo judges it by what lies on disk. */
export function confirmInJournal(journal: JournalWriter | null, outcomes: readonly Confirmation[]): void {
  try {
    journal?.confirm(outcomes)
  } catch (cause) {
    throw new StopWork(toJournalWords(cause), { cause })
  }
}

function toJournalWords(cause: unknown): string {
  const why = errnoOrNull(cause) ?? String(cause)
  return `The journal for undo cannot be written (${why}), so the rest was left alone. Free some space where the inspector keeps its state, and act again on the rest.`
}

/** Null: the disk refused this task. @throws StopWork where it would refuse all. */
function moveOne(
  context: MoveContext,
  run: PlannedRun,
  index: number,
  plan: PlannedMove | null,
): FileMoveResult | null {
  const { root, record } = context
  const name = run.names[index] ?? ''
  const from = { dir: run.dir, name }
  try {
    const result =
      plan === null
        ? removeFile(root, from, run.checkOf(index))
        : moveFile(root, from, plan.target, run.checkOf(index))
    if (result.moved) {
      if (plan !== null) context.onMoved(from, plan.target)
      record.noteMoved(index, plan?.code ?? '=')
    } else if (result.reason === 'gone')
      record.noteException(index, 'skipped', context.whereabouts.find(name, run.dir))
    else if (result.reason === 'changed') record.noteException(index, 'skipped', CHANGED)
    return result
  } catch (error) {
    record.noteException(index, 'failed', toRefusalWords(error))
    return null
  }
}

/** The sentence for one task that the disk refused. @throws StopWork where the directory or the disk is at fault, not the task. */
function toRefusalWords(error: unknown): string {
  if (!(error instanceof FemtoQueueError) && errnoOrNull(error) === null) throw error
  const told = toQueueError(error, 'Moving the task')
  const words = toStorageWords(told)
  if (isAboutThePlace(told)) throw new StopWork(words, { cause: error })
  return toVisibleLine(words)
}

/** EPERM is about one file (immutable, or another user's in a sticky directory); EACCES is about a directory, but not on Windows. */
function isAboutThePlace(error: FemtoQueueError): boolean {
  const errno = errnoOrNull(error.cause)
  if (process.platform === 'win32' && error.code === 'no-permission') return false
  if (errno === 'EACCES' || errno === 'EXDEV') return true
  return ['disk-full', 'read-only', 'not-a-queue', 'too-many-files'].includes(error.code)
}
