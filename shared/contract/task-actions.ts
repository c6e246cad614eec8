/**
 * The one table of what can be done to a task. Buttons, menus, palette, keyboard and router all read it.
 */
import type { TaskState } from './model.ts'

export interface TaskAction {
  readonly id: TaskActionId
  /** The verb on the button. */
  readonly verb: string
  /** What was done, for reports: "Requeued 3 tasks". */
  readonly past: string
  /** What it does, one sentence. */
  readonly effect: string
  readonly allowedStates: readonly TaskState[]
  /**
   * `safe`: no task is lost or run twice by it, and it can be undone. `confirm`: could run a task twice, or leave work undone: the
   * person is asked first. `destructive`: cannot be undone: the person is asked, and the button is never the default.
   * Several tasks at once are always confirmed, with the exact count.
   */
  readonly risk: 'safe' | 'confirm' | 'destructive'
  /** One key, as KeyboardEvent.key gives it; null where only menus and the palette offer it. */
  readonly shortcut: string | null
  /** What the person chooses besides: a place in the queue, a time. */
  readonly asks: 'nothing' | 'place' | 'time'
  /** False where nothing can bring the task back to where it was. */
  readonly canUndo: boolean
}

export const TASK_ACTION_IDS = [
  'requeue',
  'release',
  'run-now',
  'reschedule',
  'hold',
  'unhold',
  'fail',
  'mark-done',
  'delete',
  'restore',
  'purge',
] as const
export type TaskActionId = (typeof TASK_ACTION_IDS)[number]

export const TASK_ACTIONS: Readonly<Record<TaskActionId, TaskAction>> = {
  requeue: {
    id: 'requeue',
    verb: 'Requeue',
    past: 'Requeued',
    effect: 'Moves the task to pending, to the back, to the front, or at a time. It keeps its id.',
    allowedStates: ['failed', 'done'],
    risk: 'safe',
    shortcut: 'r',
    asks: 'place',
    canUndo: true,
  },
  release: {
    id: 'release',
    verb: 'Release',
    past: 'Released',
    effect: 'Returns the task of a dead node to pending, where any worker may take it.',
    allowedStates: ['in-progress'],
    risk: 'confirm',
    shortcut: 'l',
    asks: 'place',
    canUndo: false,
  },
  'run-now': {
    id: 'run-now',
    verb: 'Run now',
    past: 'Made due',
    effect: 'Moves the scheduled task to the back of pending. It keeps its id.',
    allowedStates: ['scheduled'],
    risk: 'safe',
    shortcut: 'x',
    asks: 'nothing',
    canUndo: true,
  },
  reschedule: {
    id: 'reschedule',
    verb: 'Reschedule',
    past: 'Rescheduled',
    effect: 'Gives the scheduled task another time.',
    allowedStates: ['scheduled'],
    risk: 'safe',
    shortcut: 't',
    asks: 'time',
    canUndo: true,
  },
  hold: {
    id: 'hold',
    verb: 'Hold',
    past: 'Held',
    effect: 'Parks the pending task out of every worker’s reach, until it is resumed.',
    allowedStates: ['pending'],
    risk: 'safe',
    shortcut: 'h',
    asks: 'nothing',
    canUndo: true,
  },
  unhold: {
    id: 'unhold',
    verb: 'Resume',
    past: 'Resumed',
    effect: 'Returns the held task to the back of pending.',
    allowedStates: ['held'],
    risk: 'safe',
    shortcut: 'h',
    asks: 'nothing',
    canUndo: true,
  },
  fail: {
    id: 'fail',
    verb: 'Fail',
    past: 'Failed',
    effect: 'Gives the task up: it moves to failed, and no worker runs it.',
    allowedStates: ['pending', 'in-progress'],
    risk: 'confirm',
    shortcut: null,
    asks: 'nothing',
    canUndo: true,
  },
  'mark-done': {
    id: 'mark-done',
    verb: 'Mark done',
    past: 'Marked done',
    effect: 'Counts the task as finished without running it: it moves to done.',
    allowedStates: ['pending', 'in-progress'],
    risk: 'confirm',
    shortcut: null,
    asks: 'nothing',
    canUndo: true,
  },
  delete: {
    id: 'delete',
    verb: 'Delete',
    past: 'Deleted',
    effect: 'Moves the task to the trash, from where it can be restored.',
    allowedStates: ['pending', 'in-progress', 'scheduled', 'failed', 'done', 'held'],
    risk: 'confirm',
    shortcut: 'Delete',
    asks: 'nothing',
    canUndo: true,
  },
  restore: {
    id: 'restore',
    verb: 'Restore',
    past: 'Restored',
    effect: 'Brings the deleted task back to the state that it was deleted from.',
    allowedStates: ['trash'],
    risk: 'safe',
    shortcut: 'r',
    asks: 'nothing',
    canUndo: true,
  },
  purge: {
    id: 'purge',
    verb: 'Delete for good',
    past: 'Deleted for good',
    effect: 'Removes the task’s file from the disk. Nothing can bring it back.',
    allowedStates: ['trash'],
    risk: 'destructive',
    shortcut: null,
    asks: 'nothing',
    canUndo: false,
  },
}

export function isActionAllowed(action: TaskActionId, state: TaskState): boolean {
  return TASK_ACTIONS[action].allowedStates.includes(state)
}
