import { queuePlaceSchema, taskFileName } from '../contract/model.ts'
import type { QueuePlace } from '../contract/model.ts'

/**
 * The place that `--state` and `--task` name on either host's command line; null where neither is given.
 * @throws RangeError with one sentence for the person.
 */
export function parseStartPlace(state: string | undefined, task: string | undefined): QueuePlace | null {
  if (state === undefined && task === undefined) return null
  const view = queuePlaceSchema.shape.view.safeParse(state ?? null)
  if (!view.success) {
    throw new RangeError(
      `--state must be the name of a state, overview or problems, got ${JSON.stringify(state)}`,
    )
  }
  const taskId = taskFileName.nullable().safeParse(task ?? null)
  if (!taskId.success) throw new RangeError(`--task must be the id of a task, got ${JSON.stringify(task)}`)
  return { view: view.data, taskId: taskId.data }
}
