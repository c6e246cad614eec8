/**
 * The ONLY moves between states. Each is one rename from an exact name to a name that nobody else makes: whoever's rename
 * succeeds has the task, everybody else gets ENOENT, which is a lost race and no error. Never link() + unlink(): renaming
 * between two links of one inode does nothing and reports success.
 */
import fs from 'node:fs'
import { SharedClock } from './clock.ts'
import { toQueueError } from './errors.ts'
import { renameIfThere } from './rename.ts'
import { isReservedDir } from './states.ts'
import { isOwnId, parseTaskName, toStamp, toStampedName, type ParsedTaskName } from './task-id.ts'

/** `back`: behind all that waits. `front`: at its old place, in front of what was pushed later; not safe beside Python workers. */
export type QueuePlace = 'back' | 'front'

/** The file that somebody looked at: device and inode, which follow a task through all moves. */
export interface FileIdentity {
  readonly dev: bigint
  readonly ino: bigint
}

export type MoveResult =
  /** The task's new file name. */
  | { readonly moved: true; readonly name: string }
  /** `gone`: another process took it; `changed`: another file bears that name now. Nothing was moved. */
  | { readonly moved: false; readonly reason: 'gone' | 'changed' }

export interface TaskMove {
  /** Absolute path of the queue. */
  readonly dataDir: string
  /** The bare file name of the task. */
  readonly name: string
  /** Checked right before the move. */
  readonly identity: FileIdentity
  readonly place?: QueuePlace
  /** Give one when moving many; without it one is opened and closed for this move. */
  readonly clock?: SharedClock
}

/**
 * Puts a failed, done or scheduled task back among the waiting ones. Its count of attempts starts again; its failure record stays
 * as history.
 * @throws TypeError for a name that is none, FemtoQueueError for an error of the disk; then the task is where it was.
 */
export function requeueTask(move: TaskMove & { readonly from: 'failed' | 'done' | 'scheduled' }): MoveResult {
  const task = assertTaskName(move.name)
  return moveChecked(move, move.from, (clock) =>
    pendingName(move.dataDir, task, 0, checkPlace(move.place ?? 'back'), clock),
  )
}

/**
 * Takes a task from a node and puts it back among the waiting ones. The holder's next call for it is refused as `lease-lost`.
 * @throws as requeueTask(), and TypeError for a bad node id.
 */
export function releaseTask(move: TaskMove & { readonly node: string }): MoveResult {
  assertNodeDir(move.node)
  const task = assertTaskName(move.name, 'node')
  return moveChecked(move, move.node, (clock) =>
    pendingName(move.dataDir, task, task.attempts, checkPlace(move.place ?? 'back'), clock),
  )
}

/** @throws TypeError unless it is one of the two places. */
export function checkPlace(place: unknown): QueuePlace {
  if (place === 'back' || place === 'front') return place
  throw new TypeError(`place must be 'back' or 'front', got ${JSON.stringify(place) ?? typeof place}`)
}

/** The name that a task put back among the waiting ones gets. */
export function pendingName(
  dataDir: string,
  task: Pick<ParsedTaskName, 'originalId' | 'originalUs'>,
  attempts: number,
  place: QueuePlace,
  clock: SharedClock,
): string {
  if (place === 'back') return toStampedName(clock.nextUs(), task.originalId, attempts, 'waiting')
  if (attempts === 0) return freeName(`${dataDir}/pending`, task.originalId, () => clock.nextUs())
  for (let us = task.originalUs; ; us++) {
    const name = toStampedName(us, task.originalId, attempts, 'waiting')
    if (!isThere(`${dataDir}/pending/${name}`)) return name
  }
}

/**
 * The original id where that name is free in `dir`, else a stamped one: another file that bears this id is never overwritten.
 * A look before an act, and no guarantee: only somebody who copies files can come between.
 */
export function freeName(dir: string, originalId: string, nextUs: () => number): string {
  return isThere(`${dir}/${originalId}`) ? `${toStamp(nextUs())}_${originalId}` : originalId
}

/** True where nobody but this very task can hold its id as a name: our own id, in a file as old as the id (a copy is born later). */
export function isBornWithItsId(originalId: string, originalUs: number, birthtimeMs: number): boolean {
  return isOwnId(originalId) && Math.abs(birthtimeMs * 1000 - originalUs) < 2e6
}

function isThere(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Every directory that is not reserved is a node, also under names that we would not give one. */
function assertNodeDir(node: string): void {
  if (typeof node === 'string' && node !== '' && !/^\.|[/\0]/.test(node) && !isReservedDir(node)) return
  throw new TypeError(`Expected the bare name of a node's directory, got ${JSON.stringify(node)}`)
}

function assertTaskName(name: string, place: 'waiting' | 'node' = 'waiting'): ParsedTaskName {
  const task = parseTaskName(name, place)
  if (task === null)
    throw new TypeError(`Expected the bare name of a task, <digits>_<suffix>, got ${JSON.stringify(name)}`)
  return task
}

function moveChecked(move: TaskMove, fromDir: string, toName: (clock: SharedClock) => string): MoveResult {
  const from = `${move.dataDir}/${fromDir}/${move.name}`
  const clock = move.clock ?? new SharedClock(move.dataDir)
  try {
    const found = fs.lstatSync(from, { bigint: true, throwIfNoEntry: false })
    if (found === undefined) return { moved: false, reason: 'gone' }
    if (found.dev !== move.identity.dev || found.ino !== move.identity.ino || !found.isFile())
      return { moved: false, reason: 'changed' }
    const name = toName(clock)
    const pendingDir = `${move.dataDir}/pending`
    return renameIfThere(from, `${pendingDir}/${name}`, pendingDir)
      ? { moved: true, name }
      : { moved: false, reason: 'gone' }
  } catch (error) {
    throw toQueueError(error, 'Moving the task to pending', { path: from, state: 'old' })
  } finally {
    if (move.clock === undefined) clock.close()
  }
}
