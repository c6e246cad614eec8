import type { FilterTerm } from '../../contract/filter-expression.ts'
import type { TaskState } from '../../contract/list-states.ts'

/** A few tasks of one directory to be looked at. */
export interface WorkerBatch {
  readonly batch: number
  /** Batches with the same number have the same place and terms. */
  readonly program: number
  readonly root: string
  readonly list: TaskState
  readonly node: string | null
  /** Absolute. */
  readonly dir: string
  readonly terms: readonly FilterTerm[]
  /** File names, joined by slashes: one string crosses faster than an array of them. */
  readonly names: string
  /** Index of the first name to look at: those before it have their verdicts. */
  readonly from: number
  readonly shared: SharedBatch
}

/** Memory that both threads see: what is known when a worker had to be ended is not lost. */
export interface SharedBatch {
  /** A VERDICT per name. */
  readonly verdicts: Uint8Array
  /** When the answer turns per name, ms since 1970. */
  readonly turnsAtMs: Float64Array
  /** CONTROL slots. */
  readonly control: Int32Array
}

/** `current`: index of the name that is looked at, plus 1; 0: not begun. `cancelled`: 1: no more names, please. */
export const CONTROL = { current: 0, cancelled: 1 } as const

export interface WorkerDone {
  readonly batch: number
}
