import { TASK_STATES } from '../queue/states.ts'

/**
 * Where a person sees tasks: the five states of the queue, and two places inside failed/ that only the inspector fills and that no
 * worker ever reads: `held` (parked, failed/.held/) and `trash` (deleted, failed/.trash/<state that it came from>/).
 */
export const LIST_STATES = [...TASK_STATES, 'held', 'trash'] as const
export type TaskState = (typeof LIST_STATES)[number]
