/**
 * Moves that put right what lies wrong in a queue: as in state-moves.ts each is one rename of exactly the file that was seen, to a name
 * that nobody holds. Nothing is deleted: what is set aside goes to failed/.trash/foreign/, which neither Python nor our core ever lists.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { SharedClock } from './clock.ts'
import { FemtoQueueError, toQueueError } from './errors.ts'
import { renameIfThere } from './rename.ts'
import { freeName, pendingName } from './state-moves.ts'
import type { FileIdentity } from './state-moves.ts'
import { parseTaskName } from './task-id.ts'

const SET_ASIDE_DIR = 'failed/.trash/foreign'
const MAX_NAME_BYTES = 255

/** A place inside the queue: `<dir>/<name>`, and which file lies there. */
export interface SeenFile {
  /** Absolute path of the queue. */
  readonly dataDir: string
  /** Relative to the queue. */
  readonly dir: string
  /** Bare. */
  readonly name: string
  readonly identity: FileIdentity
}

export type RepairResult =
  /** Where it lies now, relative to the queue. */
  | { readonly moved: true; readonly dir: string; readonly name: string }
  | { readonly moved: false; readonly reason: 'gone' | 'changed' | 'taken' | 'no-task' }

/** Moves an entry of any kind out of every worker's way. @throws FemtoQueueError; then it is where it was. */
export function setAside(file: SeenFile): RepairResult {
  const dir = `${SET_ASIDE_DIR}/${file.dir}`
  return moveSeen(file, dir, () => {
    fs.mkdirSync(path.join(file.dataDir, dir), { recursive: true, mode: 0o700 })
    return freeForeignName(path.join(file.dataDir, dir), file.name)
  })
}

/**
 * Finishes a push that was cut short: to pending, behind all that waits, or to scheduled where its time lies ahead. That the file is
 * whole the caller has seen. @throws FemtoQueueError; then it is where it was.
 */
export function publishOrphan(file: SeenFile, clock: SharedClock, nowUs: number): RepairResult {
  const task = parseTaskName(file.name)
  if (task === null) return { moved: false, reason: 'no-task' }
  if (task.originalUs > nowUs) {
    const dir = 'scheduled'
    return moveSeen(file, dir, () =>
      freeName(`${file.dataDir}/${dir}`, task.originalId, () => clock.nextUs()),
    )
  }
  return moveSeen(file, 'pending', () => pendingName(file.dataDir, task, 0, 'back', clock))
}

/** Gives a waiting task a stamp of now, in its directory and under its own identity. @throws as above. */
export function restampWaiting(file: SeenFile, clock: SharedClock): RepairResult {
  const task = parseTaskName(file.name)
  if (task === null) return { moved: false, reason: 'no-task' }
  return moveSeen(file, file.dir, () => pendingName(file.dataDir, task, task.attempts, 'back', clock))
}

/** Gives a task up: to failed/ under its original id. @throws as above. */
export function moveToFailed(file: SeenFile, clock: SharedClock): RepairResult {
  const task = parseTaskName(file.name, 'node')
  if (task === null) return { moved: false, reason: 'no-task' }
  return moveSeen(file, 'failed', () =>
    freeName(`${file.dataDir}/failed`, task.originalId, () => clock.nextUs()),
  )
}

/** Undoes one of the moves above, if its file still lies where it was put and its old name is free. @throws as above. */
export function moveBack(file: SeenFile, to: { readonly dir: string; readonly name: string }): RepairResult {
  if (isThere(path.join(file.dataDir, to.dir, to.name))) return { moved: false, reason: 'taken' }
  return moveSeen(file, to.dir, () => to.name)
}

function moveSeen(file: SeenFile, toDir: string, toName: () => string): RepairResult {
  const from = path.join(file.dataDir, file.dir, file.name)
  const targetDir = path.join(file.dataDir, toDir)
  try {
    assertRealDir(file.dataDir, file.dir)
    assertRealDir(file.dataDir, toDir)
    const found = fs.lstatSync(from, { bigint: true, throwIfNoEntry: false })
    if (found === undefined) return { moved: false, reason: 'gone' }
    if (found.dev !== file.identity.dev || found.ino !== file.identity.ino)
      return { moved: false, reason: 'changed' }
    const name = toName()
    return renameIfThere(from, path.join(targetDir, name), targetDir)
      ? { moved: true, dir: toDir, name }
      : { moved: false, reason: 'gone' }
  } catch (error) {
    throw toQueueError(error, `Moving it to ${toDir}`, { path: from, state: 'old' })
  }
}

/** The name itself where it is free, else with a number behind it; a name that grows too long is cut, and told apart by a hash. */
function freeForeignName(dir: string, name: string): string {
  if (!isThere(path.join(dir, name))) return name
  const isLong = Buffer.byteLength(name) > MAX_NAME_BYTES - 10
  const stem = isLong ? createHash('sha256').update(name).digest('hex') : name
  for (let n = 2; ; n++) {
    const candidate = `${stem}.${n}`
    if (!isThere(path.join(dir, candidate))) return candidate
  }
}

/** A directory behind a link could lie anywhere: nothing is moved through one. */
function assertRealDir(dataDir: string, dir: string): void {
  let full = dataDir
  for (const part of dir.split('/')) {
    full = path.join(full, part)
    const stats = fs.lstatSync(full, { throwIfNoEntry: false })
    if (stats === undefined || stats.isDirectory()) continue
    throw new FemtoQueueError(
      'bad-layout',
      `${full} must be a directory of its own, not a link or a file. Nothing was moved`,
      {
        path: full,
        state: 'old',
      },
    )
  }
}

function isThere(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined
}
