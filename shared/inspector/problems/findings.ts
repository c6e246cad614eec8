/**
 * What lies in a queue's directory and should not, in plain words: what it is, what it does to the workers, and what mends it.
 * Pure: what needs a look at files is found by scan.ts.
 */
import type { CureId, Integrity, Problem, ProblemKind } from '../../contract/model.ts'
import { toVisibleLine } from '../../contract/visible-text.ts'
import { isReservedDir } from '../../queue/states.ts'
import type { QueueTracker } from '../queue-tracker.ts'
import { toStrayKindOrNull } from '../stray-dirs.ts'
import { INTEGRITY_WORDS } from '../task-reader.ts'

/** A problem before its file was looked at: see problem-ids.ts. */
export type Finding = Omit<Problem, 'problemId' | 'command'> & {
  /** Words of a shell command, to be quoted; null where none helps. */
  readonly command: readonly string[] | null
}

/** At most this many are named one by one; the count goes on. */
const MAX_NAMED = 1_000

const CURES: Readonly<Record<CureId, Problem['cures'][number]>> = {
  'to-failed': {
    cureId: 'to-failed',
    verb: 'Move to failed',
    effect: 'Moves the file to failed/ and keeps the reason, so that no worker meets it again.',
  },
  'set-aside': {
    cureId: 'set-aside',
    verb: 'Set aside',
    effect: 'Moves it to failed/.trash/foreign/, where no worker ever looks. Nothing is deleted.',
  },
  publish: {
    cureId: 'publish',
    verb: 'Publish',
    effect: 'Finishes the push: the task goes to the back of pending, if its checksum fits.',
  },
  restamp: {
    cureId: 'restamp',
    verb: 'Move to the back',
    effect: 'Renames the task within pending, so that it waits behind all others. It keeps its id.',
  },
}
const DISCARD = { ...CURES['set-aside'], verb: 'Discard' }

const PYTHON_STOPS =
  'Every Python worker that starts, or looks here, stops with a ValueError. Our core ignores it.'
const FINDER_FILES = new Set(['.DS_Store', '.localized', 'Icon\r'])

interface FindingParts {
  readonly message: string
  readonly consequence: string
  readonly cures?: Problem['cures']
  readonly advice?: string
  readonly command?: readonly string[]
}

function toFinding(
  kind: ProblemKind,
  severity: Problem['severity'],
  path: string,
  { message, consequence, cures = [], advice, command }: FindingParts,
): Finding {
  return {
    kind,
    severity,
    path,
    message,
    consequence,
    cures,
    advice: advice ?? null,
    command: command ?? null,
  }
}

/**
 * What the lists alone tell, the worst first.
 *
 * @param corrupt Verdicts on tasks that were looked into so far, by `<dir>/<name>`.
 * @param scanned What scan.ts has found.
 */
export function toFindings(
  root: string,
  tracker: QueueTracker,
  corrupt: ReadonlyMap<string, Integrity>,
  scanned: readonly Finding[],
): Finding[] {
  const findings: Finding[] = []
  for (const name of ['pending', 'scheduled', 'failed', 'done']) {
    if (!tracker.dirs.has(name) && !tracker.wrongKind.includes(name)) findings.push(toMissingDir(root, name))
  }
  for (const name of tracker.wrongKind) findings.push(toWrongKind(name))
  for (const [dir, tracked] of tracker.dirs) {
    const { foreign, error } = tracked
    if (error !== null) findings.push(toUnreadableDir(root, dir, error))
    const stray = toStrayKindOrNull(dir, tracked)
    if (stray === 'nested') findings.push(toNestedQueue(root, dir))
    else if (stray === 'stray') findings.push(toStrayDirectory(root, dir))
    else for (const name of foreign) if (!isAllowedForeign(dir, name)) findings.push(toForeignFile(dir, name))
  }
  for (const [place, integrity] of corrupt) findings.push(toCorruptTask(root, place, integrity))
  findings.push(...scanned)
  return findings
    .toSorted((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity])
    .slice(0, MAX_NAMED)
}

const SEVERITY_ORDER = { 'stops-workers': 0, 'risks-tasks': 1, untidy: 2 } as const

/** Python never lists failed/: the core keeps reasons, deleted and held tasks in directories there. */
function isAllowedForeign(dir: string, name: string): boolean {
  return dir === 'failed' && name.startsWith('.')
}

/** No worker reads tasks there. */
function isOutOfReach(dir: string): boolean {
  return dir === 'done' || dir === 'failed' || dir.startsWith('failed/')
}

function toMissingDir(root: string, name: string): Finding {
  return toFinding('missing-directory', 'risks-tasks', name, {
    message: `${name}/ is missing.`,
    consequence:
      'Workers that run now fail when they move a task there; a worker that starts makes it again.',
    advice: 'Start a worker, or make the directory yourself, as the user that the workers run as.',
    command: ['mkdir', '--', `${root}/${name}`],
  })
}

function toWrongKind(name: string): Finding {
  const shown = toVisibleLine(name)
  const isReserved = isReservedDir(name)
  return toFinding('not-a-directory', isReserved ? 'stops-workers' : 'risks-tasks', name, {
    message: isReserved
      ? `${shown} is a file or a link where a directory should be.`
      : `${shown} is a link in the queue's directory. It is not followed here.`,
    consequence: isReserved
      ? 'Workers cannot keep tasks of this state there.'
      : 'Python workers follow it, take its target for a node, and move what lies there into pending.',
    advice: 'Stop the workers, look at what it is, and move it out of the queue’s directory.',
  })
}

function toUnreadableDir(root: string, dir: string, code: string): Finding {
  return toFinding('unreadable', 'risks-tasks', dir, {
    message: `${toVisibleLine(dir)}/ cannot be listed by this user (${code}).`,
    consequence: 'Its tasks are not shown and not counted here. Workers of other users may still see them.',
    advice: 'Ask its owner for read and search permission.',
    command: ['ls', '-ld', '--', `${root}/${dir}`],
  })
}

function toStrayDirectory(root: string, dir: string): Finding {
  return toFinding('stray-directory', 'stops-workers', dir, {
    message: `${toVisibleLine(dir)}/ lies in the queue's directory and looks like no worker's.`,
    consequence:
      'To every worker it is a node: Python workers move old files from it into pending, or stop at the first name that is no task.',
    advice:
      'Look at what it holds, then move it out of the queue’s directory. It may belong to a program, so it is not moved from here.',
    command: ['mv', '-n', '--', `${root}/${dir}`, `${root}.${dir.replace(/^\.+/, '')}`],
  })
}

function toNestedQueue(root: string, dir: string): Finding {
  return toFinding('stray-directory', 'stops-workers', dir, {
    message: `${toVisibleLine(dir)}/ is a queue of its own inside this one. Its tasks are not shown here: open it by itself.`,
    consequence:
      'To every worker of this queue it is a node that holds no task: Python workers stop with a ValueError when they look there.',
    advice: 'Stop its workers, then move it out of this queue’s directory.',
    command: ['mv', '-n', '--', `${root}/${dir}`, `${root}.${dir}`],
  })
}

function toForeignFile(dir: string, name: string): Finding {
  const isOver = isOutOfReach(dir)
  const shown = toVisibleLine(name)
  return toFinding('foreign-file', isOver ? 'untidy' : 'stops-workers', `${dir}/${name}`, {
    message: FINDER_FILES.has(name)
      ? `The macOS Finder left ${shown} in ${toVisibleLine(dir)}/. It comes back each time the folder is looked at there.`
      : `${shown} in ${toVisibleLine(dir)}/ is no task.`,
    consequence: isOver ? 'Nobody reads it there: it only takes room.' : PYTHON_STOPS,
    cures: [CURES['set-aside']],
  })
}

function toCorruptTask(root: string, place: string, integrity: Integrity): Finding {
  const isOver = isOutOfReach(place.slice(0, place.lastIndexOf('/')))
  if (integrity === 'unreadable') {
    return toFinding('unreadable', isOver ? 'untidy' : 'stops-workers', place, {
      message: 'The file cannot be read by this user, or it is a link or no regular file.',
      consequence: isOver
        ? 'No worker reads it there.'
        : 'A Python worker that meets it stops with an error, or waits for ever if it is a pipe. Our core moves it aside.',
      // Unreadable for this user may be a good task for the workers' user: nothing here is safe to move.
      advice: 'Look at what it is and whose. If no worker can read it either, move it out of there.',
      command: ['ls', '-l', '--', `${root}/${place}`],
    })
  }
  return toFinding('corrupt-task', isOver ? 'untidy' : 'stops-workers', place, {
    message: `The task is corrupt: ${INTEGRITY_WORDS[integrity]}.`,
    consequence: isOver
      ? 'No worker reads it there. Requeued, it would be corrupt again.'
      : 'A Python worker that meets it hangs for ever at full load. Our core moves it to failed and goes on.',
    cures: isOver ? [CURES['set-aside']] : [CURES['to-failed'], CURES['set-aside']],
  })
}

/** @param canPublish False where its first bytes already show that it is no whole task. */
export function toOrphan(name: string, canPublish: boolean): Finding {
  return toFinding('orphan-in-creating', 'risks-tasks', `creating/${name}`, {
    message: canPublish
      ? `The push of ${toVisibleLine(name)} was never finished. The file has the beginning of a task.`
      : `The push of ${toVisibleLine(name)} was cut off: the file is no whole task.`,
    consequence:
      'No worker reads it there. Whoever pushed it was told of no success, and may have pushed it again.',
    cures: canPublish ? [CURES.publish, DISCARD] : [DISCARD],
  })
}

/** @param aheadMs How far its number lies ahead of the clock. */
export function toFutureId(dir: string, name: string, ahead: string): Finding {
  const isPending = dir === 'pending'
  return toFinding('future-id', 'risks-tasks', `${dir}/${name}`, {
    message: `Its id lies ${ahead} in the future.`,
    consequence: isPending
      ? 'It comes last, behind all that is pushed until then, and Python workers that start give new tasks ids from there on.'
      : 'No Python worker will ever take it over, should its holder die before then.',
    cures: isPending ? [CURES.restamp] : [],
    ...(!isPending && { advice: 'If its holder is dead, release it from the list of the node.' }),
  })
}

export function toDuplicateId(dir: string, name: string, other: string): Finding {
  const isPending = dir === 'pending'
  return toFinding('duplicate-id', 'risks-tasks', `${dir}/${name}`, {
    message: `A task of the same id also lies in ${other}/.`,
    consequence: `A Python worker that finishes this one overwrites a file of that name there. Our core gives it another name.`,
    cures: isPending ? [CURES.restamp] : [],
    ...(!isPending && { advice: 'Its holder has it now: nothing can be done until it ends.' }),
  })
}

export function toDueTogether(count: number): Finding {
  return toFinding('due-together', 'risks-tasks', 'scheduled', {
    message: `${count} scheduled tasks are overdue, and nobody has made them due.`,
    consequence:
      'A Python worker that comes by gives all of them one name: all but one are lost. Our core gives each its own.',
    advice: 'Choose them in Scheduled and run them now: from here each keeps its own name.',
  })
}

export function toClockAhead(ahead: string): Finding {
  return toFinding('clock-ahead', 'risks-tasks', '', {
    message: `The queue's own clock runs ${ahead} ahead of this machine's.`,
    consequence:
      'New ids are no times of day: order is kept, but ages read from ids are too small, and Python workers take abandoned tasks over later.',
    advice:
      'An id from the future has set it on, or the machine’s clock was set back. It falls into step at the next start of the machine.',
  })
}

export function toForeignOwner(root: string, place: string, uid: number): Finding {
  return toFinding('foreign-owner', 'stops-workers', place, {
    message: `It belongs to user ${uid}, and nobody else may read it.`,
    consequence:
      'A Python worker of another user that claims it stops with a PermissionError, and meets it again at each start.',
    advice: 'Let the workers’ user read it, or run them as its owner.',
    command: ['chmod', 'a+r', '--', `${root}/${place}`],
  })
}
