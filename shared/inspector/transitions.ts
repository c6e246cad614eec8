import { parseTaskName } from '../queue/index.ts'
import type { FlowMeter, Transition } from './flow.ts'
import type { DirDifference } from './reconcile.ts'

/**
 * Counts what the differences of one look mean: an arrival in done/ is a task done, and so on. Tasks that only passed
 * through between two looks count too. An arrival in pending/ of a task that left another place came back; else it is new.
 *
 * @param justGone `<dir>/<name>` of what was taken off the lists at the look before: late hints about it are no news.
 */
export function countTransitions(
  differences: ReadonlyMap<string, DirDifference>,
  flow: FlowMeter,
  justGone: ReadonlySet<string>,
): void {
  const leftIds = new Set<string>()
  const unparkedIds = new Set<string>()
  for (const [dir, { vanished }] of differences) {
    const ids = dir.includes('/') ? unparkedIds : leftIds
    for (const name of vanished) ids.add(parseTaskName(name, 'node')?.originalId ?? name)
  }
  for (const [dir, { arrived, passed }] of differences) {
    // Parked by a person (held, deleted): no worker did anything.
    if (dir.includes('/')) continue
    for (const name of arrived) {
      // Let go or restored by a person: neither pushed, done nor failed by anybody.
      if (unparkedIds.has(parseTaskName(name, 'node')?.originalId ?? name)) {
        if (dir === 'pending') flow.count('released', 1)
      } else flow.count(toTransition(dir, name, leftIds), 1)
    }
    for (const name of passed) {
      if (!justGone.has(`${dir}/${name}`)) flow.count(toTransition(dir, name, leftIds), 1)
    }
  }
}

function toTransition(dir: string, name: string, leftIds: ReadonlySet<string>): Transition {
  switch (dir) {
    case 'done':
    case 'failed':
      return dir
    case 'pending':
    case 'scheduled': {
      const parsed = parseTaskName(name)
      return parsed?.stamped === true || leftIds.has(parsed?.originalId ?? name) ? 'released' : 'pushed'
    }
    default:
      return 'claimed'
  }
}
