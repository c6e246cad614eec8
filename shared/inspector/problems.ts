/**
 * What lies in a queue's directory and should not, in plain words: what it is, and what it does to the workers.
 */
import type { Integrity, Problem } from '../contract/model.ts'
import { toVisibleLine } from '../contract/visible-text.ts'
import { isReservedDir } from '../queue/states.ts'
import type { QueueTracker } from './queue-tracker.ts'
import { INTEGRITY_WORDS } from './task-reader.ts'

/** At most this many are named one by one; the count goes on. */
const MAX_NAMED = 1_000

const PYTHON_STOPS =
  'Every Python worker that starts, or looks here, stops with a ValueError. Our core ignores it.'

/**
 * @param corrupt Verdicts on tasks that were looked into so far, by `<dir>/<name>`.
 * @param orphans Names in creating/ that nobody writes any more.
 */
export function toProblems(
  tracker: QueueTracker,
  corrupt: ReadonlyMap<string, Integrity>,
  orphans: readonly string[],
): Problem[] {
  const problems: Problem[] = []
  for (const name of ['pending', 'scheduled', 'failed', 'done']) {
    if (!tracker.dirs.has(name) && !tracker.wrongKind.includes(name)) problems.push(toMissingDir(name))
  }
  for (const name of tracker.wrongKind) problems.push(toWrongKind(name))
  for (const [dir, { foreign, error }] of tracker.dirs) {
    if (error !== null) problems.push(toUnreadableDir(dir, error))
    if (dir.startsWith('.')) problems.push(toStrayDirectory(dir))
    else for (const name of foreign) if (!isAllowedForeign(dir, name)) problems.push(toForeignFile(dir, name))
  }
  for (const [place, integrity] of corrupt) problems.push(toCorruptTask(place, integrity))
  for (const name of orphans) problems.push(toOrphan(name))
  return problems.slice(0, MAX_NAMED)
}

/** Python never lists failed/: the core keeps reasons, deleted and held tasks in directories there. */
function isAllowedForeign(dir: string, name: string): boolean {
  return dir === 'failed' && name.startsWith('.')
}

function toMissingDir(name: string): Problem {
  return {
    kind: 'missing-directory',
    path: name,
    message: `${name}/ is missing.`,
    consequence:
      'Workers that run now fail when they move a task there; a worker that starts makes it again.',
  }
}

function toWrongKind(name: string): Problem {
  const shown = toVisibleLine(name)
  return {
    kind: 'not-a-directory',
    path: name,
    message: isReservedDir(name)
      ? `${shown} is a file or a link where a directory should be.`
      : `${shown} is a link in the queue's directory. It is not followed here.`,
    consequence: isReservedDir(name)
      ? 'Workers cannot keep tasks of this state there.'
      : 'Python workers follow it, take its target for a node, and move what lies there into pending.',
  }
}

function toUnreadableDir(dir: string, code: string): Problem {
  return {
    kind: 'unreadable',
    path: dir,
    message: `${toVisibleLine(dir)}/ cannot be listed by this user (${code}).`,
    consequence: 'Its tasks are not shown and not counted here. Workers of other users may still see them.',
  }
}

function toStrayDirectory(dir: string): Problem {
  return {
    kind: 'stray-directory',
    path: dir,
    message: `${toVisibleLine(dir)}/ lies in the queue's directory and looks like no worker's.`,
    consequence:
      'To every worker it is a node: Python workers move old files from it into pending, or stop at the first name that is no task.',
  }
}

function toForeignFile(dir: string, name: string): Problem {
  return {
    kind: 'foreign-file',
    path: `${dir}/${name}`,
    message: `${toVisibleLine(name)} in ${toVisibleLine(dir)}/ is no task.`,
    consequence:
      dir === 'done' || dir.startsWith('failed')
        ? 'Nobody reads it there: it only takes room.'
        : PYTHON_STOPS,
  }
}

function toCorruptTask(place: string, integrity: Integrity): Problem {
  const dir = place.slice(0, place.lastIndexOf('/'))
  const isTerminal = dir === 'done' || dir.startsWith('failed')
  return {
    kind: integrity === 'unreadable' ? 'unreadable' : 'corrupt-task',
    path: place,
    message: `The task is corrupt: ${INTEGRITY_WORDS[integrity]}.`,
    consequence: isTerminal
      ? 'No worker reads it there. Requeued, it would be corrupt again.'
      : 'A Python worker that meets it hangs for ever at full load. Our core moves it to failed and goes on.',
  }
}

function toOrphan(name: string): Problem {
  return {
    kind: 'orphan-in-creating',
    path: `creating/${name}`,
    message: `The push of ${toVisibleLine(name)} was never finished.`,
    consequence:
      'No worker reads it there. Whoever pushed it was told of no success, and may have pushed it again.',
  }
}
