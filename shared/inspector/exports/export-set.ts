import type { TaskRun } from '../actions/move-unit.ts'
import { countTasks } from '../actions/move-unit.ts'
import type { ExportSet } from './export-stream.ts'
import type { ExportPlace } from './exported-task.ts'

/** The tasks of a target, in their order. */
export function toExportSet(root: string, runs: readonly TaskRun[]): ExportSet {
  return { root, total: countTasks(runs), places: toPlaces(runs) }
}

function* toPlaces(runs: readonly TaskRun[]): Generator<ExportPlace, void, void> {
  for (const run of runs) {
    const { state, node } = run
    for (const [at, name] of run.names.entries()) yield { state, node, name, check: run.checkOf(at) }
  }
}
