import { originalIdOf, parseTaskName } from '../queue/index.ts'
import type { FlowMeter, Transition } from './flow.ts'
import { isReservedDir } from '../queue/states.ts'
import type { SeenPlaces } from './place-set.ts'
import type { DirDifference } from './reconcile.ts'
import type { Look } from './task-moves.ts'

/** What one look found, for those who keep figures of it. */
export interface ObservedLook {
  readonly differences: ReadonlyMap<string, DirDifference>
  /** What left, or passed, at the look before: late hints about it are no news. */
  readonly justGone: SeenPlaces
  /** What was taken off the lists at this look. What is only missed, once, is not among it. */
  readonly gone: SeenPlaces
  /** What people's acts brought where it is, or took from a node: nobody's work. */
  readonly byPeople: SeenPlaces
}

/**
 * Counts what the differences of one look mean: an arrival in done/ is a task done, and so on. Tasks that only passed
 * through between two looks count too. An arrival in pending/ of a task that left another place came back; else it is new. One that
 * fell due was counted when it was scheduled.
 *
 * @param justGone What left, or passed, at the look before: late hints about it are no news.
 * @param byPeople What people moved was not pushed, claimed, done or failed by it; among the waiting tasks it came back.
 * @param passUnseen Claims between two looks leave no hint: what arrives finished, and was at no node, was claimed too.
 */
export function countTransitions(
  { differences, origins }: Pick<Look, 'differences' | 'origins'>,
  flow: FlowMeter,
  justGone: SeenPlaces,
  passUnseen: boolean,
  byPeople: SeenPlaces,
): void {
  /** Only when it is asked for: of what people moved it is not. */
  let left: LeftIds | undefined
  for (const [dir, { arrived, vanished, passed }] of differences) {
    // Parked by a person (held, deleted): no worker did anything.
    if (isParked(dir)) continue
    // At a node a task gets a new name with each heartbeat: by its id it is claimed once.
    const atNode = isReservedDir(dir) ? null : new Set([...vanished].map(originalIdOf))
    for (const name of arrived) {
      const origin = origins.size === 0 ? undefined : origins.get(`${dir}/${name}`)
      if (origin === dir || atNode?.has(originalIdOf(name)) === true) continue
      atNode?.add(originalIdOf(name))
      if (byPeople.has(dir, name)) {
        if (isWaiting(dir)) flow.count('released', 1)
        continue
      }
      left ??= toLeftIds(differences, passUnseen)
      const id = originalIdOf(name)
      if (left.parked.has(id) || isParked(origin ?? '')) {
        // Let go or restored by another inspector: neither pushed, done nor failed by anybody.
        if (dir === 'pending') flow.count('released', 1)
        continue
      }
      if (dir === 'pending' && (origin === 'scheduled' || left.due.has(id))) continue
      flow.count(toTransition(dir, name, left.all, origin), 1)
      if (passUnseen && (dir === 'done' || dir === 'failed') && !left.nodes.has(id)) flow.count('claimed', 1)
    }
    for (const name of passed) {
      if (justGone.has(dir, name)) continue
      if (atNode !== null) {
        const id = originalIdOf(name)
        if (atNode.has(id)) continue
        atNode.add(id)
      }
      if (byPeople.has(dir, name)) {
        if (isWaiting(dir)) flow.count('released', 1)
        continue
      }
      left ??= toLeftIds(differences, passUnseen)
      if (dir === 'pending' && left.due.has(originalIdOf(name))) continue
      flow.count(toTransition(dir, name, left.all, undefined), 1)
    }
  }
}

/** Original ids of what left any place that is not parked, a node, a place of parked tasks, or fell due. */
interface LeftIds {
  readonly all: ReadonlySet<string>
  readonly nodes: ReadonlySet<string>
  readonly parked: ReadonlySet<string>
  readonly due: ReadonlySet<string>
}

function toLeftIds(differences: Look['differences'], passUnseen: boolean): LeftIds {
  const all = new Set<string>()
  const nodes = new Set<string>()
  const parked = new Set<string>()
  const due = new Set<string>()
  for (const [dir, { vanished, passed }] of differences) {
    const isNode = !isReservedDir(dir) && !isParked(dir)
    for (const name of vanished) {
      const id = originalIdOf(name)
      if (isParked(dir)) parked.add(id)
      else all.add(id)
      if (isNode) nodes.add(id)
      if (dir === 'scheduled') due.add(id)
    }
    if (isNode && passUnseen) for (const name of passed) nodes.add(originalIdOf(name))
  }
  return { all, nodes, parked, due }
}

function isWaiting(dir: string): boolean {
  return dir === 'pending' || dir === 'scheduled'
}

function isParked(dir: string): boolean {
  return dir.includes('/')
}

function toTransition(
  dir: string,
  name: string,
  leftIds: ReadonlySet<string>,
  origin: string | undefined,
): Transition {
  switch (dir) {
    case 'done':
    case 'failed':
      return dir
    case 'pending':
    case 'scheduled': {
      const parsed = parseTaskName(name)
      const cameBack =
        origin !== undefined || parsed?.stamped === true || leftIds.has(parsed?.originalId ?? name)
      return cameBack ? 'released' : 'pushed'
    }
    default:
      return 'claimed'
  }
}
