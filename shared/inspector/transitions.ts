import { parseTaskName } from '../queue/index.ts'
import type { FlowMeter, Transition } from './flow.ts'
import { isReservedDir } from '../queue/states.ts'
import { toOriginalId } from './task-moves.ts'
import type { Look } from './task-moves.ts'

/**
 * Counts what the differences of one look mean: an arrival in done/ is a task done, and so on. Tasks that only passed
 * through between two looks count too. An arrival in pending/ of a task that left another place came back; else it is new.
 *
 * @param justGone `<dir>/<name>` of what was taken off the lists at the look before: late hints about it are no news.
 * @param passUnseen Claims between two looks leave no hint: what arrives finished, and was at no node, was claimed too.
 */
export function countTransitions(
  { differences, origins }: Pick<Look, 'differences' | 'origins'>,
  flow: FlowMeter,
  justGone: ReadonlySet<string>,
  passUnseen: boolean,
): void {
  const leftIds = new Set<string>()
  const leftNodeIds = new Set<string>()
  for (const [dir, { vanished, passed }] of differences) {
    const isNode = !isReservedDir(dir)
    for (const name of vanished) {
      leftIds.add(toOriginalId(name))
      if (isNode) leftNodeIds.add(toOriginalId(name))
    }
    if (isNode && passUnseen) for (const name of passed) leftNodeIds.add(toOriginalId(name))
  }
  for (const [dir, { arrived, passed }] of differences) {
    for (const name of arrived) {
      const origin = origins.get(`${dir}/${name}`)
      // A file that only got another name where it lay has changed no state.
      if (origin === dir) continue
      flow.count(toTransition(dir, name, leftIds, origin), 1)
      if (passUnseen && (dir === 'done' || dir === 'failed') && !leftNodeIds.has(toOriginalId(name)))
        flow.count('claimed', 1)
    }
    for (const name of passed) {
      if (!justGone.has(`${dir}/${name}`)) flow.count(toTransition(dir, name, leftIds, undefined), 1)
    }
  }
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
