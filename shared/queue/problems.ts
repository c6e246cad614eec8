/** What the core meets and cannot repair, given to `onProblem`. Each names the path and what follows from it. */
export type QueueProblem =
  /** A task whose bytes are no task: moved to failed/ with the reason. */
  | {
      readonly kind: 'corrupt-task'
      readonly path: string
      readonly taskId: string
      readonly fault: string
      readonly consequence: string
    }
  | {
      readonly kind: 'oversized-task'
      readonly path: string
      readonly taskId: string
      readonly bytes: number
      readonly consequence: string
    }
  /** Cannot be opened, claimed or read: left where it is, offered again later. */
  | {
      readonly kind: 'unreadable-task'
      readonly path: string
      readonly taskId: string
      readonly cause: unknown
      readonly consequence: string
    }
  /** Claimed `attempts` times without an end: moved to failed/. */
  | {
      readonly kind: 'attempts-spent'
      readonly path: string
      readonly taskId: string
      readonly attempts: number
      readonly consequence: string
    }
  /** No task by its name or kind: left alone. */
  | { readonly kind: 'foreign-file'; readonly path: string; readonly consequence: string }
  /** An id more than a day ahead of the clock: offered in its order, but new ids do not follow it. */
  | {
      readonly kind: 'clock-ahead'
      readonly path: string
      readonly aheadUs: number
      readonly consequence: string
    }
  /** A directory in the root that cannot be a node. */
  | { readonly kind: 'stray-directory'; readonly path: string; readonly consequence: string }
  /** Housekeeping or the writing of a reason failed; the queue goes on. */
  | {
      readonly kind: 'io-error'
      readonly path: string
      readonly cause: unknown
      readonly consequence: string
    }
