import type { TaskState } from '../../contract/model.ts'
import type { Target } from '../../contract/work.ts'
import type { ExportPlace } from './exported-task.ts'
import type { ExportSet } from './export-stream.ts'

/** Names of one directory, in order. */
export interface ExportRun {
  readonly state: TaskState
  readonly node: string | null
  readonly names: readonly string[]
}

/** The tasks that are meant, in their order. @param toRuns The tasks of a frozen set. */
export function toExportSet(
  root: string,
  target: Target,
  toRuns: (setId: string) => readonly ExportRun[],
): ExportSet {
  if (target.kind === 'tasks') {
    const places = target.tasks.map(({ state, node, name, inode, device }) => ({
      state,
      node,
      name,
      identity: { inode, device },
    }))
    return { root, total: places.length, places }
  }
  const runs = toRuns(target.setId)
  return { root, total: runs.reduce((sum, { names }) => sum + names.length, 0), places: toPlaces(runs) }
}

function* toPlaces(runs: readonly ExportRun[]): Generator<ExportPlace, void, void> {
  for (const { state, node, names } of runs)
    for (const name of names) yield { state, node, name, identity: null }
}
