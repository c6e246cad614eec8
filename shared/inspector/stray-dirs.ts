/** Directories in a queue's root that are no worker's, although every worker takes them for a node. */
import { isNodeDir } from './queue-tracker.ts'
import type { TrackedDir } from './queue-tracker.ts'

/** A directory that holds these is a queue of its own. */
const NESTED_DIRS = ['pending', 'done', 'failed']

type Listed = Pick<TrackedDir, 'list' | 'foreign'>

/** `nested`: a queue of its own; `stray`: a hidden name, or files and not one task among them; null: a node, or a state. */
export function toStrayKindOrNull(dir: string, { list, foreign }: Listed): 'nested' | 'stray' | null {
  if (NESTED_DIRS.every((name) => foreign.includes(name))) return 'nested'
  const isStray = isNodeDir(dir) && (dir.startsWith('.') || (list.size === 0 && foreign.length > 1))
  return isStray ? 'stray' : null
}

/** Whether it is shown among the nodes. One that holds tasks always is: they are in progress to every worker. */
export function isShownAsNode(dir: string, listed: Listed): boolean {
  return listed.list.size > 0 || toStrayKindOrNull(dir, listed) === null
}
