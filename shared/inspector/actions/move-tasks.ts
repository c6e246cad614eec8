import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { ActionOutcome, TaskRef } from '../../contract/model.ts'
import { toVisibleLine } from '../../contract/visible-text.ts'
import { FemtoQueueError, isNodeId, SharedClock } from '../../queue/index.ts'
import type { FileIdentity, MoveResult } from '../../queue/index.ts'
import { isReservedDir } from '../../queue/states.ts'

/**
 * Moves exactly the given tasks, one by one, and tells of each what came of it. A task that is no longer the file that the
 * person saw is skipped; a failure of the disk is told per task, and the rest goes on.
 *
 * @param move One checked move of the core; all of them share one clock, so that they keep their order.
 */
export function moveTasks(
  root: string,
  tasks: readonly TaskRef[],
  move: (task: TaskRef, identity: FileIdentity, clock: SharedClock) => MoveResult,
): ActionOutcome[] {
  const clock = new SharedClock(root)
  try {
    return tasks.map((task) => moveOne(root, task, (identity) => move(task, identity, clock)))
  } finally {
    clock.close()
  }
}

function moveOne(root: string, task: TaskRef, move: (identity: FileIdentity) => MoveResult): ActionOutcome {
  const { name } = task
  try {
    const result = move({ dev: BigInt(task.device), ino: BigInt(task.inode) })
    if (result.moved) return { name, result: 'moved', newName: result.name, reason: null }
    const reason =
      result.reason === 'gone'
        ? toWhereabouts(root, name)
        : 'Another file lies under its name now; it was left alone.'
    return { name, result: 'skipped', newName: null, reason }
  } catch (error) {
    if (!(error instanceof FemtoQueueError || error instanceof TypeError)) throw error
    return {
      name,
      result: 'failed',
      newName: null,
      reason: toVisibleLine(`${error.message}.`.replace(/\.\.$/, '.')),
    }
  }
}

/** Where a task that is gone went, as far as its name tells. */
function toWhereabouts(root: string, name: string): string {
  for (const state of ['pending', 'done', 'failed', 'scheduled']) {
    if (existsSync(path.join(root, state, name))) return `Already moved to ${state}.`
  }
  for (const node of readdirSync(root, { withFileTypes: true })) {
    if (!node.isDirectory() || isReservedDir(node.name) || !isNodeId(node.name)) continue
    const holds = readdirSync(path.join(root, node.name)).some((held) => held.includes(name))
    if (holds) return `Already taken by ${toVisibleLine(node.name)}.`
  }
  return 'Already gone: a worker took it, or somebody removed it.'
}
