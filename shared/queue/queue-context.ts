import type { Clock, SharedClock } from './clock.ts'
import type { ProblemReporter } from './problems.ts'
import type { TaskStore } from './task-store.ts'

/** What the parts of one queue instance share. */
export interface QueueContext {
  /** Absolute paths. */
  readonly dataDir: string
  readonly pendingDir: string
  /** Null for an instance that only pushes. */
  readonly nodeId: string | null
  readonly timeoutStaleMs: number
  readonly maxAttempts: number
  readonly maxPayloadBytes: number
  readonly syncAfterWrite: boolean
  readonly clock: Clock
  readonly shared: SharedClock
  readonly store: TaskStore
  readonly problems: ProblemReporter
}
