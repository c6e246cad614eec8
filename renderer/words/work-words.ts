import { parseFilter } from '../../shared/contract/filter-expression.ts'
import { describeFilter } from '../../shared/contract/filter-help.ts'
import type { NodeSummary, TaskList } from '../../shared/contract/model.ts'
import { TASK_ACTIONS } from '../../shared/contract/task-actions.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import { MOVED_ON_WORDS } from '../../shared/contract/moved-on-words.ts'
import type { ActOutcome, FrozenSet, Job, Operation, WorkKind } from '../../shared/contract/work.ts'
import { countOf, formatCount } from '../components/format.ts'
import type { SetOrigin } from '../store/choice.ts'
import type { ExportView, PlacementKind } from '../store/inspector-state.ts'

interface WorkVerb {
  /** Under way: "Requeueing 214 tasks". */
  readonly doing: string
  /** Over: "Requeued 214 tasks". */
  readonly past: string
  /** The act itself: "requeue of 214 tasks". */
  readonly act: string
}

const WORK_VERBS: Readonly<Record<WorkKind, WorkVerb>> = {
  requeue: { doing: 'Requeueing', past: TASK_ACTIONS.requeue.past, act: 'Requeue' },
  release: { doing: 'Releasing', past: TASK_ACTIONS.release.past, act: 'Release' },
  'run-now': { doing: 'Making due', past: TASK_ACTIONS['run-now'].past, act: 'Run now' },
  reschedule: { doing: 'Rescheduling', past: TASK_ACTIONS.reschedule.past, act: 'Reschedule' },
  hold: { doing: 'Holding', past: TASK_ACTIONS.hold.past, act: 'Hold' },
  unhold: { doing: 'Resuming', past: TASK_ACTIONS.unhold.past, act: 'Resume' },
  fail: { doing: 'Failing', past: TASK_ACTIONS.fail.past, act: 'Fail' },
  'mark-done': { doing: 'Marking done', past: TASK_ACTIONS['mark-done'].past, act: 'Mark done' },
  delete: { doing: 'Deleting', past: TASK_ACTIONS.delete.past, act: 'Delete' },
  restore: { doing: 'Restoring', past: TASK_ACTIONS.restore.past, act: 'Restore' },
  purge: { doing: 'Deleting for good', past: TASK_ACTIONS.purge.past, act: 'Delete for good' },
  push: { doing: 'Pushing', past: 'Pushed', act: 'Push' },
  edit: { doing: 'Pushing the edited', past: 'Pushed the edited', act: 'Edit and requeue' },
  duplicate: { doing: 'Duplicating', past: 'Duplicated', act: 'Duplicate' },
  cure: { doing: 'Mending', past: 'Mended', act: 'Mend a problem' },
  undo: { doing: 'Moving back', past: 'Moved back', act: 'Undo' },
}

function countWords(count: number, isOf: WorkKind): string {
  return isOf === 'edit' && count === 1 ? 'task' : countOf(count, 'task')
}

/** What a job is about, under way or over: "Requeueing 100,000 tasks". */
export function toJobTitle(job: Job): string {
  const { doing } = WORK_VERBS[job.kind]
  if (job.phase === 'running') return `${doing} ${countWords(job.total, job.kind)}`
  return toJobMessage(job)
}

export function toJobMessage(job: Job): string {
  if (job.kind === 'undo' && job.moved === 0 && job.total > 0) {
    return job.undoes === 'undo' ? 'Nothing could be redone.' : 'Nothing could be undone.'
  }
  const { past } = WORK_VERBS[job.kind]
  const of = job.moved < job.total ? ` of ${formatCount(job.total)}` : ''
  return `${past} ${countWords(job.moved, job.kind)}${of}.`
}

/** What was not done, and why; null where all was. */
export function toTroubleMessageOrNull(job: Job): string | null {
  if (job.phase === 'failed' && job.error !== null) return job.error
  const left = job.skipped + job.failed
  if (left === 0) return null
  const [first] = job.reasons
  const verb = job.failed > 0 ? 'Not moved' : 'Left alone'
  const isUndo = job.kind === 'undo'
  if (!isUndo && job.reasons.length < 2) {
    return `${verb}: ${countOf(left, 'task')}. ${first?.reason ?? ''}`.trim()
  }
  const told = job.reasons.reduce((sum, { count }) => sum + count, 0)
  const parts = job.reasons.map(({ reason, count }) =>
    isUndo ? toWhereWords(reason, count) : `${formatCount(count)} ${toPhrase(reason)}`,
  )
  // Reasons are told for the commonest; the results have the rest.
  if (told < left) parts.push(`${formatCount(left - told)} for other reasons`)
  const words = parts.join(', ')
  return isUndo && job.moved === 0 ? `${toSentence(words)}.` : `${verb}: ${words}.`
}

/** Where tasks are by now that an undo found no more: "164 are done", "32 have failed". */
function toWhereWords(reason: string, count: number): string {
  const n = formatCount(count)
  const are = count === 1 ? 'is' : 'are'
  switch (reason) {
    case MOVED_ON_WORDS.done:
      return `${n} ${are} done`
    case MOVED_ON_WORDS.failed:
      return `${n} ${count === 1 ? 'has' : 'have'} failed`
    case MOVED_ON_WORDS.pending:
      return `${n} ${are} pending`
    case MOVED_ON_WORDS.scheduled:
      return `${n} ${are} scheduled`
    case MOVED_ON_WORDS.held:
      return `${n} ${are} held`
    default:
      return `${n} ${toPhrase(reason)}`
  }
}

/** A sentence inside another. */
function toPhrase(reason: string): string {
  const words = reason.replace(/\.$/, '')
  return words.slice(0, 1).toLowerCase() + words.slice(1)
}

function toSentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** "3 skipped · 1 refused"; empty where all went well. */
export function toTroubleCounts({ skipped, failed }: Pick<Job, 'skipped' | 'failed'>): string {
  const parts = [
    skipped > 0 ? `${formatCount(skipped)} skipped` : '',
    failed > 0 ? `${formatCount(failed)} refused` : '',
  ]
  return parts.filter(Boolean).join(' · ')
}

/** One line of the history: "Requeue, 214 tasks". */
export function toOperationTitle({ kind, total }: Pick<Operation, 'kind' | 'total'>): string {
  return `${WORK_VERBS[kind].act}, ${countOf(total, 'task')}`
}

/** "1795434900000000_ab… and 189 more": which tasks, where nothing better is known. */
export function toOperationTasks({ firstTaskId, total }: Pick<Operation, 'firstTaskId' | 'total'>): string {
  if (firstTaskId === null) return ''
  return total > 1 ? `${firstTaskId} and ${formatCount(total - 1)} more` : firstTaskId
}

/** Done and Failed are states of a task: what came of a move has names of its own. */
export const RESULT_WORDS = { moved: 'Moved', skipped: 'Skipped', failed: 'Refused' } as const

/** What goes back from an act; an undo that is itself undone is no second Undo to a person. */
export function toUndoWord(kind: WorkKind): string {
  return kind === 'undo' ? WORK_WORDS.redo : WORK_WORDS.undo
}

/** What the next step does to an act of the history. */
export function toNextStepWord({ undo }: Pick<Operation, 'undo'>): string {
  return undo.turns % 2 === 1 ? WORK_WORDS.redo : WORK_WORDS.undo
}

export function toNewerWords(newer: number): string {
  return `Show ${formatCount(newer)} newer`
}

/** Of an act's tasks those in failed. */
export function toFailedWords({ states, hadFailed }: ActOutcome): string {
  return `${formatCount(states.failed)} ${hadFailed ? 'failed again' : 'failed'}`
}

const OUTCOME_WORDS = [
  ['done', 'done'],
  ['in-progress', 'in progress'],
  ['scheduled', 'scheduled'],
  ['held', 'held'],
  ['trash', 'in the trash'],
] as const

/** The rest of them: "164 done, 0 waiting". */
export function toOutcomeWords({ states, notFound }: ActOutcome): string {
  const parts = OUTCOME_WORDS.filter(([state]) => states[state] > 0 || state === 'done').map(
    ([state, words]) => `${formatCount(states[state])} ${words}`,
  )
  parts.push(`${formatCount(states.pending)} waiting`)
  if (notFound > 0) parts.push(`${formatCount(notFound)} not found`)
  return parts.join(', ')
}

/** That not all of a large act are followed. */
export function toOutcomeLimitWords({ looked, moved }: ActOutcome): string {
  return looked < moved ? ` (of the first ${formatCount(looked)})` : ''
}

/** How far an act is undone by now, or why it cannot be; empty where there is nothing to say. */
export function toUndoStateWords({ undo, moved }: Pick<Operation, 'undo' | 'moved'>): string {
  const { nextId, turns, back } = undo
  if (back === null) {
    if (nextId !== null) return ''
    return moved === 0 ? WORK_WORDS.nothingMoved : WORK_WORDS.noUndo
  }
  if (back === 0) return turns > 0 && turns % 2 === 0 ? WORK_WORDS.redone : WORK_WORDS.undoFoundNothing
  return back === moved ? WORK_WORDS.undone : `${formatCount(back)} of ${formatCount(moved)} moved back`
}

export const PHASE_WORDS = {
  running: 'Under way',
  done: '',
  cancelled: 'Cancelled',
  failed: 'Broke off',
} as const

interface PlacementWords {
  readonly label: string
  /** What it means when Python workers share the queue, one sentence. */
  readonly meaning: string
}

export const PLACEMENT_WORDS: Readonly<Record<PlacementKind, PlacementWords>> = {
  back: {
    label: 'Back',
    meaning: 'Waits behind all that is pending now: safe with every worker, Python’s too.',
  },
  front: {
    label: 'Front',
    meaning:
      'Is taken next, at its old place. Python workers read its age from that place: if it is older than their timeout, two of them run it at once.',
  },
  at: {
    label: 'At a time',
    meaning:
      'Waits in scheduled until then. Where Python workers share the queue, not safe for several: of all tasks that one of their looks (one a second at most) finds due, only the last survives.',
  },
}

/** What an action does to several tasks; for one, TASK_ACTIONS tells. */
export const EFFECT_ON_MANY: Readonly<Record<TaskActionId, string>> = {
  requeue: 'Moves each to pending. Each keeps its id.',
  release: 'Returns each to pending, where any worker may take it.',
  'run-now': 'Moves each to the back of pending. Each keeps its id.',
  reschedule: 'Gives each another time; each keeps its id.',
  hold: 'Parks each out of every worker’s reach, until it is resumed.',
  unhold: 'Returns each to the back of pending.',
  fail: 'Gives each up: they move to failed, and no worker runs them.',
  'mark-done': 'Counts each as finished without running it.',
  delete: 'Moves each to the trash, from where it can be restored.',
  restore: 'Brings each back to the state that it was deleted from.',
  purge: 'Removes their files from the disk. Nothing can bring them back.',
}

/** Said below every question about a set that was frozen. */
export const LEFT_ALONE = 'What a worker takes meanwhile is left alone and reported.'

/** What an action would do to a task that its worker still runs. */
export const WHILE_HELD_WORDS: Readonly<Partial<Record<TaskActionId, { dead: string; alive: string }>>> = {
  release: {
    dead: 'It will not finish the task itself.',
    alive: 'If it still works on the task, the task runs twice.',
  },
  fail: {
    dead: 'It will not finish the task itself.',
    alive: 'If it still works on the task, it goes on, and its result is refused or lost.',
  },
  'mark-done': {
    dead: 'It will not finish the task itself.',
    alive: 'If it still works on the task, it goes on, and the task may be done twice over.',
  },
  delete: {
    dead: 'It will not finish the task itself.',
    alive: 'A task that its worker still runs is not deleted, but skipped.',
  },
}

/** Which tasks a question is about: all of a list, what a filter found in it, or the rows between two of them. */
export function toMeantWords({ list, total }: FrozenSet, origin: SetOrigin, atTime: string): string {
  const { found, isRange } = origin
  if (found === null && !isRange) {
    return `${countOf(total, 'task')}: exactly those that were in ${toPlaceWords(list)} at ${atTime}`
  }
  const some = `${countOf(total, 'task')} in ${toPlaceWords(list)}`
  if (found === null) return `${some}: those that were chosen, as they were at ${atTime}`
  const how = isRange ? 'chosen among those found' : 'found'
  return found === ''
    ? `${some}, ${how} by a filter at ${atTime}`
    : `${some}, ${how} by this filter at ${atTime}: ${toFilterWords(found)}`
}

function toPlaceWords({ state, node }: TaskList): string {
  const place = state === 'in-progress' ? 'progress' : state
  return node === null ? place : `${place} of ${node}`
}

/** What an expression looks for, in words. */
export function toFilterWords(expression: string): string {
  const parsed = parseFilter(expression, Date.now())
  return parsed.kind === 'ok' ? describeFilter(parsed.terms).join(' · ') : expression
}

/** Acts after which tasks wait for a worker. */
const TO_PENDING: ReadonlySet<TaskActionId> = new Set(['requeue', 'release', 'run-now', 'unhold'])

/** That nobody may run them; null where a worker is seen at work, or none is needed. A quiet worker may be idle. */
export function toNoWorkerWordsOrNull(
  action: TaskActionId,
  count: number,
  nodes: readonly Pick<NodeSummary, 'liveness'>[],
): string | null {
  const isSeen = nodes.some(({ liveness }) => liveness === 'alive' || liveness === 'active')
  if (!TO_PENDING.has(action) || isSeen) return null
  const them = count === 1 ? 'it' : 'them'
  return nodes.some(({ liveness }) => liveness === 'quiet')
    ? `No worker shows life now: unless one is idle, nobody will run ${them} until one starts.`
    : `No live worker is known: nobody will run ${them} until one starts.`
}

export const WORK_WORDS = {
  undo: 'Undo',
  redo: 'Redo',
  follow: 'Follow',
  results: 'Results',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  close: 'Close',
  left: 'left',
  undone: 'Undone',
  redone: 'Redone',
  showFailed: 'Show them',
  undoFoundNothing: 'Undo found nothing to move back',
  nothingMoved: 'Nothing was moved',
  noUndo: 'Cannot be undone',
  historyTitle: 'History',
  historyEmpty: 'Nothing was done to this queue from here yet.',
  historyHint:
    'Kept outside the queue’s directory, across restarts. Undo moves back what workers have left in its place.',
} as const

const EXPORT_VERBS = {
  jsonl: ['Exporting as JSON Lines', 'Exported as JSON Lines'],
  csv: ['Exporting as CSV', 'Exported as CSV'],
  raw: ['Exporting payloads', 'Exported payloads'],
  payload: ['Saving the payload', 'Saved the payload'],
} as const

export function toExportTitle({ format, phase }: Pick<ExportView, 'format' | 'phase'>): string {
  const [doing, past] = EXPORT_VERBS[format]
  return phase === 'running' ? doing : phase === 'done' ? past : doing
}
