import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { ActionOutcome, TaskRef } from '../../contract/model.ts'
import { toVisibleLine } from '../../contract/visible-text.ts'
import { errnoOrNull, FemtoQueueError, isNodeId, parseTaskName, SharedClock } from '../../queue/index.ts'
import type { FileIdentity, MoveResult } from '../../queue/index.ts'
import { isReservedDir } from '../../queue/states.ts'
import { toStorageError, toStorageWords } from './storage-error.ts'

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
  const clock = openClock(root)
  try {
    return tasks.map((task) => moveOne(root, task, (identity) => move(task, identity, clock)))
  } finally {
    clock.close()
  }
}

/** The first thing of an action that writes: where it fails, nothing was moved. */
function openClock(root: string): SharedClock {
  try {
    return new SharedClock(root)
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    throw toStorageError(cause, 'Nothing was moved.')
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
    const reason = error instanceof FemtoQueueError ? toStorageWords(error) : toVisibleLine(error.message)
    return { name, result: 'failed', newName: null, reason }
  }
}

/** Where a task that is gone went, as far as names tell: every state may bear it under its original id or a stamped name. */
function toWhereabouts(root: string, name: string): string {
  const id = toOriginalId(name)
  for (const state of ['pending', 'done', 'failed', 'scheduled']) {
    if (existsSync(path.join(root, state, id))) return `Already moved to ${state}.`
  }
  for (const node of namesIn(root)) {
    if (isReservedDir(node) || !isNodeId(node)) continue
    if (namesIn(path.join(root, node)).some((held) => toOriginalId(held) === id)) {
      return `Already taken by ${toVisibleLine(node)}.`
    }
  }
  return 'Already gone: a worker took it, or somebody removed it.'
}

function toOriginalId(name: string): string {
  return parseTaskName(name, 'node')?.originalId ?? name
}

/** Empty for what is no directory, is gone, or may not be listed: the whereabouts are a courtesy, the outcome is known. */
function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return []
  }
}
