import type { ActionOutcome, TaskRef } from '../../contract/model.ts'
import { releaseTask } from '../../queue/index.ts'
import { moveTasks } from './move-tasks.ts'

/**
 * Returns tasks of nodes to the back of pending. A holder that is alive after all loses its lease: its done() is refused
 * when it runs our core; a Python worker finishes and then fails at done(), and the task runs twice.
 */
export function releaseTasks(root: string, tasks: readonly TaskRef[]): ActionOutcome[] {
  return moveTasks(root, tasks, ({ node, name }, identity, clock) => {
    if (node === null) throw new TypeError('A task in progress lies at a node, got none')
    return releaseTask({ dataDir: root, node, name, identity, clock })
  })
}
