/** Tasks of one directory that an act is about, in order, by name: what freezing, perform, undo and export all speak of. */
import type { TaskState } from '../../contract/model.ts'
import type { FileCheck } from '../../queue/state-moves.ts'

export interface TaskRun {
  readonly state: TaskState
  /** The node, or in the trash the origin; null elsewhere. */
  readonly node: string | null
  /** Inside the queue's directory. */
  readonly dir: string
  readonly names: readonly string[]
  /** Which file is meant by each name. */
  checkOf(index: number): FileCheck
}

export function countTasks(runs: readonly TaskRun[]): number {
  return runs.reduce((sum, { names }) => sum + names.length, 0)
}
