import type { TaskState } from '../../contract/model.ts'
import type { TaskActionId } from '../../contract/task-actions.ts'
import type { Placement } from '../../contract/work.ts'
import { HELD_DIR, toActTarget, toWaitingForm, TRASH_DIR } from '../../queue/act-names.ts'
import type { ActMove, Stamps } from '../../queue/act-names.ts'
import { parseTaskName } from '../../queue/index.ts'
import { assertNever } from '../../queue/states.ts'
import type { MoveTarget } from '../../queue/state-moves.ts'
import { InspectorError } from '../inspector-error.ts'
import { encodeNewName } from './move-code.ts'
import type { TaskRun } from './move-unit.ts'

export interface PlannedMove {
  readonly target: MoveTarget
  /** The new name, for journal and results. */
  readonly code: string
}

/** A run and where each of its tasks is to go. */
export interface PlannedRun extends TaskRun {
  /** Null: the files are removed for good. */
  readonly toDir: string | null
  /** Why this task is to be left alone, one sentence; null: it may be moved. */
  refusalOf(index: number): string | null
  /** @param tries How many names were found taken before. */
  planOf(index: number, tries: number): PlannedMove
}

/**
 * Plans an action for a run.
 * @param refusal Why none of its tasks may be moved, where that is so.
 */
export function planRun(
  run: TaskRun,
  action: TaskActionId,
  placement: Placement,
  stamps: Stamps,
  refusal: string | null,
): PlannedRun {
  const move = toActMoveOrNull(action, placement, run.state, run.node)
  const place = run.state === 'in-progress' ? 'node' : 'waiting'
  return {
    ...run,
    checkOf: (index) => run.checkOf(index),
    toDir: move === null ? null : toTargetDir(move),
    refusalOf: () => refusal,
    planOf(index, tries) {
      const name = run.names[index] ?? ''
      const parsed = parseTaskName(name, place)
      if (parsed === null || move === null) throw new TypeError(`Expected the name of a task, got ${name}`)
      const task = place === 'node' ? toWaitingForm(parsed) : parsed
      const target = toActTarget(move, task, stamps, tries)
      return { target, code: encodeNewName(parsed, target.name) }
    },
  }
}

/**
 * Null: removed for good.
 * @throws {InspectorError} BAD_REQUEST where the action needs a time and has none.
 */
export function toActMoveOrNull(
  action: TaskActionId,
  placement: Placement,
  state: TaskState,
  node: string | null,
): ActMove | null {
  switch (action) {
    case 'requeue':
      return toPlaced(placement, true)
    case 'release':
      return toPlaced(placement, false)
    case 'run-now':
    case 'unhold':
      return { kind: 'back', freshAttempts: false }
    case 'reschedule':
      if (placement.kind !== 'at')
        throw new InspectorError('BAD_REQUEST', 'Say for when the tasks are to be rescheduled.')
      return toPlaced(placement, false)
    case 'hold':
      return { kind: 'as-is', dir: HELD_DIR }
    case 'fail':
      return { kind: 'end', state: 'failed' }
    case 'mark-done':
      return { kind: 'end', state: 'done' }
    case 'delete':
      // What a node held comes back as a waiting task: its lease is over.
      return { kind: 'as-is', dir: `${TRASH_DIR}/${state === 'in-progress' ? 'pending' : state}` }
    case 'restore':
      if (node === 'pending') return { kind: 'back', freshAttempts: false }
      return { kind: 'as-is', dir: node === 'held' ? HELD_DIR : (node ?? 'failed') }
    case 'purge':
      return null
    default:
      return assertNever(action)
  }
}

function toPlaced(placement: Placement, freshAttempts: boolean): ActMove {
  if (placement.kind !== 'at') return { kind: placement.kind, freshAttempts }
  return { kind: 'at', atUs: placement.atMs * 1000, freshAttempts }
}

function toTargetDir(move: ActMove): string {
  switch (move.kind) {
    case 'back':
    case 'front':
      return 'pending'
    case 'at':
      return 'scheduled'
    case 'end':
      return move.state
    case 'as-is':
      return move.dir
    default:
      return assertNever(move)
  }
}
