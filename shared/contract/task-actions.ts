/**
 * The one table of what can be done to a task. Buttons, menus, keyboard and router all read it.
 */
import type { TaskState } from '../queue/states.ts'

export interface TaskAction {
  readonly id: TaskActionId
  /** The verb on the button. */
  readonly verb: string
  /** What it does, one sentence. */
  readonly effect: string
  readonly allowedStates: readonly TaskState[]
  /** `safe`: nothing is lost and it can be done again. `confirm`: could run a task twice; the person is asked first. */
  readonly risk: 'safe' | 'confirm'
  /** One key, as KeyboardEvent.key gives it. */
  readonly shortcut: string
}

export type TaskActionId = 'requeue' | 'release'

export const TASK_ACTIONS: Readonly<Record<TaskActionId, TaskAction>> = {
  requeue: {
    id: 'requeue',
    verb: 'Requeue',
    effect: 'Moves the task to the back of pending, under its own identity.',
    allowedStates: ['failed', 'done'],
    risk: 'safe',
    shortcut: 'r',
  },
  release: {
    id: 'release',
    verb: 'Release',
    effect: 'Returns the task of a dead node to pending, where any worker may take it.',
    allowedStates: ['in-progress'],
    risk: 'confirm',
    shortcut: 'l',
  },
}

export function isActionAllowed(action: TaskActionId, state: TaskState): boolean {
  return TASK_ACTIONS[action].allowedStates.includes(state)
}
