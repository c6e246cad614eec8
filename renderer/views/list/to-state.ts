import { LIST_STATES } from '../../../shared/contract/list-states.ts'
import type { TaskState } from '../../../shared/contract/list-states.ts'

export function toStateOrNull(text: string): TaskState | null {
  return LIST_STATES.find((state) => state === text) ?? null
}
