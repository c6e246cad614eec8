import type { ActionOutcome, TaskRef } from '../../contract/model.ts'
import { requeueTask } from '../../queue/index.ts'
import { moveTasks } from './move-tasks.ts'

/** Puts failed and done tasks to the back of pending, each under its own identity. */
export function requeueTasks(root: string, tasks: readonly TaskRef[]): ActionOutcome[] {
  return moveTasks(root, tasks, ({ state, name }, identity, clock) => {
    if (state !== 'failed' && state !== 'done')
      throw new TypeError(`A task that is ${state} cannot be requeued`)
    return requeueTask({ dataDir: root, from: state, name, identity, clock })
  })
}
