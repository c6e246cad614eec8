import { toErrorReport } from '../client/error-report.ts'
import type { TaskRow } from '../../shared/contract/model.ts'
import { isActionAllowed, TASK_ACTIONS } from '../../shared/contract/task-actions.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import type { Placement } from '../../shared/contract/work.ts'
import { countOfChoice, toTargetOrNull } from './choice.ts'
import type { Choice } from './choice.ts'
import type { ControllerContext } from './controller-context.ts'
import type { PlacementKind } from './inspector-state.ts'
import type { JobsController } from './jobs-controller.ts'

export interface TaskActionController {
  /**
   * Acts at once where nothing can be lost, one task is meant and nothing is to be chosen; else asks first.
   * @param placement Given: it is asked in any case, beginning with this.
   */
  request(action: TaskActionId, choice: Choice | null, placement?: PlacementKind): void
  perform(action: TaskActionId, choice: Choice, placement: Placement): Promise<void>
  /** Pushes the payload of each once more. */
  duplicate(choice: Choice): Promise<void>
}

const BACK: Placement = { kind: 'back' }

export function createTaskActionController(
  context: ControllerContext,
  jobs: JobsController,
): TaskActionController {
  const { store } = context

  async function perform(action: TaskActionId, choice: Choice, placement: Placement): Promise<void> {
    const target = toTargetOrNull(choice)
    if (target === null || store.get().acting !== null) return
    store.set({ acting: action, dialog: null })
    try {
      const queueId = context.queueId()
      jobs.track(await context.client().actions.perform({ queueId, action, target, placement }), choice)
    } catch (error) {
      context.toastError(toErrorReport(error))
    } finally {
      store.set({ acting: null })
    }
  }

  async function duplicate(choice: Choice): Promise<void> {
    const target = toTargetOrNull(choice)
    if (target === null || !canWrite() || store.get().acting !== null) return
    store.set({ acting: 'duplicate' })
    try {
      const queueId = context.queueId()
      jobs.track(await context.client().actions.duplicate({ queueId, target }), null)
    } catch (error) {
      context.toastError(toErrorReport(error))
    } finally {
      store.set({ acting: null })
    }
  }

  function canWrite(): boolean {
    return store.get().queue?.access.canWrite === true
  }

  return {
    request(action, choice, placement) {
      const able = choice === null ? null : toAbleOrNull(action, choice)
      if (able === null || !canWrite()) return
      const { risk, asks } = TASK_ACTIONS[action]
      const isPlain = risk === 'safe' && asks !== 'time' && placement === undefined
      if (isPlain && countOfChoice(able) === 1) void perform(action, able, BACK)
      else
        store.set({
          dialog: { kind: 'confirm', action, choice: able, placement: placement ?? firstPlacementOf(action) },
        })
    },
    perform,
    duplicate,
  }
}

function firstPlacementOf(action: TaskActionId): PlacementKind {
  return TASK_ACTIONS[action].asks === 'time' ? 'at' : 'back'
}

/** The part of a choice that the action takes; null: none of it. */
function toAbleOrNull(action: TaskActionId, choice: Choice): Choice | null {
  if (choice.kind === 'set') {
    return isActionAllowed(action, choice.set.list.state) && choice.set.total > 0 ? choice : null
  }
  const isAble = ({ ref }: TaskRow): boolean => ref !== null && isActionAllowed(action, ref.state)
  const rows = choice.rows.filter(isAble)
  return rows.length === 0 ? null : { kind: 'rows', rows }
}
