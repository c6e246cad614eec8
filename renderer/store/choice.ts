import { LIMITS } from '../../shared/contract/limits.ts'
import type { TaskRow, TaskState } from '../../shared/contract/model.ts'
import type { FrozenSet, Target } from '../../shared/contract/work.ts'

/** Which tasks an act means: rows that the person saw, at most LIMITS.windowRows, or a set that the inspector froze. */
export type Choice =
  | { readonly kind: 'rows'; readonly rows: readonly TaskRow[] }
  | { readonly kind: 'set'; readonly set: FrozenSet; readonly origin: SetOrigin }

/** Which part of its list a set is. */
export interface SetOrigin {
  /** The expression that found it; empty: one that is not known here any more; null: none. */
  readonly found: string | null
  /** Only what lay between two rows that were chosen. */
  readonly isRange: boolean
}

export const WHOLE_LIST: SetOrigin = { found: null, isRange: false }

export function countOfChoice(choice: Choice): number {
  return choice.kind === 'rows' ? choice.rows.length : choice.set.total
}

/** Null for no task: there is nothing to act on. */
export function toTargetOrNull(choice: Choice): Target | null {
  if (choice.kind === 'set') return choice.set.total === 0 ? null : { kind: 'set', setId: choice.set.setId }
  const tasks = choice.rows.map(({ ref }) => ref).filter((ref) => ref !== null)
  return tasks.length === 0 ? null : { kind: 'tasks', tasks: tasks.slice(0, LIMITS.windowRows) }
}

export function stateOfChoiceOrNull(choice: Choice): TaskState | null {
  return choice.kind === 'set' ? choice.set.list.state : (choice.rows[0]?.ref?.state ?? null)
}
