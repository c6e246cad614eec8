import type { TaskRef, TaskState } from '../../contract/model.ts'
import { toDirName } from '../queue-dir.ts'
import type { TaskRun } from './move-unit.ts'

/** Tasks that the person named one by one, as runs of one directory each, in their order. */
export function toRuns(tasks: readonly TaskRef[]): TaskRun[] {
  const groups: TaskRef[][] = []
  for (const task of tasks) {
    const last = groups.at(-1)
    const before = last?.[0]
    if (last !== undefined && before?.state === task.state && before.node === task.node) last.push(task)
    else groups.push([task])
  }
  return groups.map((group) => toRun(group[0]?.state ?? 'pending', group[0]?.node ?? null, group))
}

function toRun(state: TaskState, node: string | null, group: readonly TaskRef[]): TaskRun {
  return {
    state,
    node,
    dir: toDirName(state, node),
    names: group.map(({ name }) => name),
    checkOf: (index) => {
      const { device = '0', inode = '0' } = group[index] ?? {}
      return { kind: 'file', identity: { dev: BigInt(device), ino: BigInt(inode) } }
    },
  }
}
