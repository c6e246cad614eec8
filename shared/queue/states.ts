/**
 * The states of a task and the directories that hold them. Pure: no IO, no Node types; the contract and the
 * renderer import it too.
 */

/** The five states that a task can be in, in the order in which people read them. */
export const TASK_STATES = ['pending', 'in-progress', 'scheduled', 'failed', 'done'] as const
export type TaskState = (typeof TASK_STATES)[number]

/** The directories of `data_dir` that are no nodes. Every other directory there is one, to every worker. */
export const RESERVED_DIRS = ['creating', 'pending', 'done', 'failed', 'scheduled'] as const
export type ReservedDir = (typeof RESERVED_DIRS)[number]

export function isReservedDir(name: string): name is ReservedDir {
  return (RESERVED_DIRS as readonly string[]).includes(name)
}

/** Makes a switch over a union exhaustive at compile time. */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected value: ${String(value)}`)
}
