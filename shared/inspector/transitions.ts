import { isReservedDir, parseTaskName } from '../queue/index.ts'
import type { FlowMeter, Transition } from './flow.ts'
import type { DirDifference } from './reconcile.ts'

/** What one look found, for those who keep figures of it. */
export interface ObservedLook {
  readonly differences: ReadonlyMap<string, DirDifference>
  /** `<dir>/<name>` of what left at the look before: late hints about it are no news. */
  readonly justGone: ReadonlySet<string>
  /** `<dir>/<name>` of what was taken off the lists at this look. What is only missed, once, is not among it. */
  readonly gone: ReadonlySet<string>
}

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
  for (const [dir, difference] of differences) {
    // Parked by a person (held, deleted): no worker did anything.
    if (dir.includes('/')) continue
    const { arrived, passed } = difference
    if (!isReservedDir(dir)) flow.count('claimed', -countRestamped(difference))
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

/** Tasks of a node that only got another stamp, by a heartbeat: they left under one name and arrived under another. */
export function countRestamped({ arrived, vanished }: DirDifference): number {
  if (arrived.length === 0 || vanished.length === 0) return 0
  const [few, many] = arrived.length < vanished.length ? [arrived, vanished] : [vanished, arrived]
  const ids = new Set(few.map(toOriginalId))
  return many.reduce((sum, name) => sum + (ids.has(toOriginalId(name)) ? 1 : 0), 0)
}

function toOriginalId(name: string): string {
  return parseTaskName(name, 'node')?.originalId ?? name
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
