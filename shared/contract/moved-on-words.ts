/** Why a task was skipped, where it is known to which state it had moved on. */
export const MOVED_ON_WORDS = {
  pending: 'Already moved to pending.',
  done: 'Already moved to done.',
  failed: 'Already moved to failed.',
  scheduled: 'Already moved to scheduled.',
  held: 'Already held.',
} as const
