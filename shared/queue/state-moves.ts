/**
 * The ONLY moves between states. Each is one rename from an exact name to a name that nobody else makes: whoever's rename
 * succeeds has the task, everybody else gets ENOENT, which is a lost race and no error. Never link() + unlink(): renaming
 * between two links of one inode does nothing and reports success.
 */
import fs from 'node:fs'
import { SharedClock } from './clock.ts'
import { errnoOrNull, toQueueError } from './errors.ts'
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

/** A file by the directory that it lies in, relative to the queue's, and its bare name. */
export interface FileSpot {
  readonly dir: string
  readonly name: string
}

/** Where a move leads. `isUnique`: nobody else makes this name, so that no look is needed whether it is free. */
export interface MoveTarget extends FileSpot {
  readonly isUnique: boolean
}

/**
 * Which file is meant. `file`: exactly this one. `since`: a regular file on this device that came to its name before a moment (ms since
 * 1970): a rename always moves ctime, and nothing sets it back, so whatever came to that name later is told apart by its ctime.
 */
export type FileCheck =
  | { readonly kind: 'file'; readonly identity: FileIdentity }
  | { readonly kind: 'since'; readonly dev: bigint; readonly notAfterMs: number }

export type FileMoveResult =
  | { readonly moved: true; readonly ino: number | bigint }
  | { readonly moved: false; readonly reason: 'gone' | 'changed' | 'taken' }

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
  const clock = move.clock ?? new SharedClock(move.dataDir)
  try {
    const from = { dir: fromDir, name: move.name }
    // A stamp of its own makes the name unique; without one pendingName() has looked.
    const to = { dir: 'pending', name: toName(clock), isUnique: true }
    const result = moveFile(move.dataDir, from, to, { kind: 'file', identity: move.identity })
    if (result.moved) return { moved: true, name: to.name }
    return { moved: false, reason: result.reason === 'gone' ? 'gone' : 'changed' }
  } catch (error) {
    throw toQueueError(error, 'Moving the task to pending', {
      path: `${move.dataDir}/${fromDir}/${move.name}`,
      state: 'old',
    })
  } finally {
    if (move.clock === undefined) clock.close()
  }
}

/**
 * Renames one task file from an exact name to an exact name, if the file is still the one that is meant and nobody bears the
 * target's name. `gone`: nothing lies there; `changed`: another file does; `taken`: the target's name is in use: choose another.
 * @throws the system's errors, and FemtoQueueError `not-a-queue` where the target directory is missing; the task is where it was.
 */
export function moveFile(dataDir: string, from: FileSpot, to: MoveTarget, check: FileCheck): FileMoveResult {
  const source = `${dataDir}/${from.dir}/${from.name}`
  const found = lookAt(source)
  if (found === undefined) return GONE
  if (!isMeant(found, check)) return CHANGED
  const targetDir = `${dataDir}/${to.dir}`
  const target = `${targetDir}/${to.name}`
  // Also where only a copy could lie there: whoever made it wants it.
  if (!to.isUnique && isThere(target)) return TAKEN
  // Two people may stamp the same task in the same microsecond: no name here proves that it was our rename that made it.
  return renameIfThere(source, target, targetDir) ? { moved: true, ino: found.ino } : GONE
}

/** The only deletion: removes a task's file, if it is still the one that is meant. @throws the system's errors. */
export function removeFile(dataDir: string, from: FileSpot, check: FileCheck): FileMoveResult {
  const source = `${dataDir}/${from.dir}/${from.name}`
  const found = lookAt(source)
  if (found === undefined) return GONE
  if (!isMeant(found, check)) return CHANGED
  try {
    fs.unlinkSync(source)
  } catch (error) {
    if (errnoOrNull(error) === 'ENOENT') return GONE
    throw error
  }
  return { moved: true, ino: found.ino }
}

const GONE = { moved: false, reason: 'gone' } as const
const CHANGED = { moved: false, reason: 'changed' } as const
const TAKEN = { moved: false, reason: 'taken' } as const

/** What a check needs of fs.Stats or fs.BigIntStats. */
export interface LookedAtFile {
  readonly dev: number | bigint
  readonly ino: number | bigint
  readonly ctimeMs: number | bigint
  isFile(): boolean
}

/** True where a file that was looked at is the one that is meant. */
export function isMeant(found: LookedAtFile, check: FileCheck): boolean {
  if (!found.isFile()) return false
  if (check.kind === 'since') return BigInt(found.dev) === check.dev && found.ctimeMs <= check.notAfterMs
  return BigInt(found.ino) === check.identity.ino && BigInt(found.dev) === check.identity.dev
}

/** Plain numbers where they are exact: BigInts cost a third more, and most inodes are small. */
function lookAt(file: string): LookedAtFile | undefined {
  const found = fs.lstatSync(file, { throwIfNoEntry: false })
  if (found === undefined || Number.isSafeInteger(found.ino)) return found
  return fs.lstatSync(file, { bigint: true, throwIfNoEntry: false })
}
