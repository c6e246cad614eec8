/**
 * Finds what needs a look at files, or at many names: a few times a minute, bounded, and never more than workers meet next. Reading
 * everything unasked would slow down what is watched.
 */
import { lstat, open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { errnoOrNull } from '../../queue/errors.ts'
import { HEADER_BYTES, isTaskName, parseHeader, parseTaskName, systemClock } from '../../queue/index.ts'
import { bootId } from '../../queue/machine.ts'
import { isNodeDir } from '../queue-tracker.ts'
import type { QueueTracker } from '../queue-tracker.ts'
import {
  toClockAhead,
  toDueTogether,
  toDuplicateId,
  toForeignOwner,
  toFutureId,
  toOrphan,
} from './findings.ts'
import type { Finding } from './findings.ts'
import { readOrphans } from './orphans.ts'

const HEAD_TASKS = 100
const MAX_COMPARED = 1_000
const MAX_NAMED_EACH = 100
/** Clocks of machines on one queue differ by seconds; more than this is somebody's mistake. */
const AHEAD_MS = 60_000
const CLOCK_AHEAD_MS = 5 * 60_000
/** A worker that is there makes tasks due within a second or so. */
const OVERDUE_MS = 5_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export async function scanForProblems(
  root: string,
  tracker: QueueTracker,
  nowMs: number,
): Promise<Finding[]> {
  const sharedMs = await readSharedClockMsOrNull(root)
  const clockMs = Math.max(nowMs, sharedMs ?? nowMs)
  const isClockAhead = sharedMs !== null && sharedMs - nowMs > CLOCK_AHEAD_MS
  return [
    ...(isClockAhead ? [toClockAhead(spanWords(sharedMs - nowMs))] : []),
    ...findFutureIds(tracker, clockMs),
    ...findDuplicateIds(tracker),
    ...findDueTogether(tracker, nowMs),
    ...(await findForeignOwners(root, tracker)),
    ...(await findOrphans(root, nowMs)),
  ]
}

function findFutureIds(tracker: QueueTracker, clockMs: number): Finding[] {
  const found: Finding[] = []
  for (const [dir, { list }] of tracker.dirs) {
    if (!isNodeDir(dir) && dir !== 'pending') continue
    // The greatest numbers stand last.
    const last = list.window(Math.max(0, list.size - MAX_NAMED_EACH), MAX_NAMED_EACH)
    for (const name of last.toReversed()) {
      const aheadMs = (parseTaskName(name)?.stampUs ?? 0) / 1000 - clockMs
      if (aheadMs <= AHEAD_MS) break
      found.push(toFutureId(dir, name, spanWords(aheadMs)))
    }
  }
  return found
}

/** Looks for the tasks that workers meet next among those that are over, and for those in progress among the pending ones. */
function findDuplicateIds(tracker: QueueTracker): Finding[] {
  const found: Finding[] = []
  for (const [dir, { list }] of tracker.dirs) {
    if (!isNodeDir(dir) && dir !== 'pending') continue
    const others = dir === 'pending' ? ['done', 'failed'] : ['done', 'failed', 'pending']
    for (const name of list.window(0, MAX_COMPARED)) {
      const other = others.find((state) => tracker.dirs.get(state)?.list.has(name) === true)
      if (other !== undefined) found.push(toDuplicateId(dir, name, other))
    }
  }
  return found.slice(0, MAX_NAMED_EACH)
}

function findDueTogether(tracker: QueueTracker, nowMs: number): Finding[] {
  const scheduled = tracker.dirs.get('scheduled')?.list
  if (scheduled === undefined) return []
  const overdueUs = (nowMs - OVERDUE_MS) * 1000
  const overdue = scheduled
    .window(0, MAX_COMPARED)
    .filter((name) => (parseTaskName(name)?.stampUs ?? Infinity) < overdueUs)
  return overdue.length > 1 ? [toDueTogether(overdue.length)] : []
}

async function findForeignOwners(root: string, tracker: QueueTracker): Promise<Finding[]> {
  const queueUid = (await lstat(root)).uid
  const found: Finding[] = []
  for (const [dir, { list }] of tracker.dirs) {
    if (!isNodeDir(dir) && dir !== 'pending') continue
    for (const name of list.window(0, HEAD_TASKS)) {
      const stats = await lstatOrNull(path.join(root, dir, name))
      const isPrivate = stats !== null && stats.isFile() && (stats.mode & 0o044) === 0
      if (isPrivate && stats.uid !== queueUid) found.push(toForeignOwner(root, `${dir}/${name}`, stats.uid))
    }
  }
  return found
}

async function findOrphans(root: string, nowMs: number): Promise<Finding[]> {
  const names = (await readOrphans(root, nowMs)).slice(0, MAX_NAMED_EACH)
  return Promise.all(
    names.map(async (name) =>
      toOrphan(name, isTaskName(name) && (await hasHeader(path.join(root, 'creating', name)))),
    ),
  )
}

/** Whether all of it is there is checked when it is published: an orphan may be of any size. */
async function hasHeader(file: string): Promise<boolean> {
  if ((await lstatOrNull(file))?.isFile() !== true) return false
  try {
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
      return parseHeader(buffer.subarray(0, bytesRead)).kind === 'ok'
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return false
  }
}

/** What the shared clock of this boot says now (see queue/clock.ts), read without opening it for more; null where there is none. */
async function readSharedClockMsOrNull(root: string): Promise<number | null> {
  try {
    const lines = (await readFile(path.join(root, `.fq-clock-${bootId()}`), 'latin1')).split('\n')
    const offsetsUs = lines.flatMap((line) => {
      const [, us] = /^(-?\d{1,17})@\d{1,17};$/.exec(line) ?? []
      return us === undefined ? [] : [Number(us)]
    })
    if (offsetsUs.length === 0) return null
    return (Math.max(...offsetsUs) + systemClock.monotonicUs()) / 1000
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}

async function lstatOrNull(file: string) {
  try {
    return await lstat(file)
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}

function spanWords(ms: number): string {
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`
  if (ms < 48 * HOUR_MS) return `${Math.round(ms / HOUR_MS)} h`
  return `${Math.round(ms / (24 * HOUR_MS)).toLocaleString('en')} days`
}
