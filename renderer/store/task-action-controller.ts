import { toErrorReport } from '../client/error-report.ts'
import { toBase64 } from '../client/base64.ts'
import type { ErrorReport } from '../client/error-report.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { ActionOutcome, TaskRef, TaskRow } from '../../shared/contract/model.ts'
import { isActionAllowed, TASK_ACTIONS } from '../../shared/contract/task-actions.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import { countOf } from '../components/format.ts'
import type { ControllerContext } from './controller-context.ts'

const DONE_WORDS: Readonly<Record<TaskActionId, (tasks: string) => string>> = {
  requeue: (tasks) => `Requeued ${tasks} to the back of pending.`,
  release: (tasks) => `Released ${tasks} to pending.`,
}

export interface TaskActionController {
  /** Acts at once where nothing can be lost and one task is meant; else asks first. */
  request(action: TaskActionId, rows: readonly TaskRow[]): void
  perform(action: TaskActionId, rows: readonly TaskRow[]): Promise<void>
  /** @returns Null when it was pushed, else what went wrong. */
  push(payload: Uint8Array, dueAtMs: number | null): Promise<ErrorReport | null>
}

export function createTaskActionController(
  context: ControllerContext,
  onMoved: (rows: readonly TaskRow[]) => void,
): TaskActionController {
  const { store } = context

  async function perform(action: TaskActionId, rows: readonly TaskRow[]): Promise<void> {
    const tasks = rows.map(({ ref }) => ref).filter((ref) => ref !== null)
    if (tasks.length === 0 || store.get().acting !== null) return
    store.set({ acting: action, dialog: null })
    const outcomes: ActionOutcome[] = []
    try {
      for (let at = 0; at < tasks.length; at += LIMITS.windowRows) {
        outcomes.push(...(await call(action, tasks.slice(at, at + LIMITS.windowRows))))
      }
    } catch (error) {
      context.toastError(toErrorReport(error))
    } finally {
      store.set({ acting: null })
    }
    report(action, outcomes)
    // Outcomes come in the order of the tasks.
    const left = new Set(tasks.filter((_, at) => (outcomes[at]?.result ?? 'failed') !== 'failed'))
    onMoved(rows.filter(({ ref }) => ref !== null && left.has(ref)))
  }

  function call(action: TaskActionId, tasks: TaskRef[]): Promise<ActionOutcome[]> {
    return context.client().actions[action]({ queueId: context.queueId(), tasks })
  }

  function report(action: TaskActionId, outcomes: readonly ActionOutcome[]): void {
    const moved = outcomes.filter(({ result }) => result === 'moved').length
    if (moved > 0) context.toast('good', DONE_WORDS[action](countOf(moved, 'task')))
    for (const result of ['skipped', 'failed'] as const) {
      const some = outcomes.filter((outcome) => outcome.result === result)
      const [first] = some
      if (first === undefined) continue
      const reasons = some.map(({ name, reason }) => `${name}: ${reason ?? result}`).join('\n')
      const verb = result === 'skipped' ? 'Left alone' : 'Failed'
      const message = `${verb}: ${countOf(some.length, 'task')}. ${first.reason ?? ''}`
      context.toast(result === 'failed' ? 'bad' : 'plain', message, some.length > 1 ? reasons : null)
    }
  }

  return {
    request(action, rows) {
      const able = rows.filter(({ ref }) => ref !== null && isActionAllowed(action, ref.state))
      if (able.length === 0 || store.get().queue?.access.canWrite !== true) return
      if (TASK_ACTIONS[action].risk === 'safe' && able.length === 1) void perform(action, able)
      else store.set({ dialog: { kind: 'confirm', action, rows: able } })
    },
    perform,
    async push(payload, dueAtMs) {
      try {
        const { taskId } = await context
          .client()
          .actions.push({ queueId: context.queueId(), payload: toBase64(payload), dueAtMs })
        const where = dueAtMs === null ? 'Pushed to pending.' : 'Scheduled.'
        context.toast('good', where, taskId)
        return null
      } catch (error) {
        return toErrorReport(error)
      }
    },
  }
}
