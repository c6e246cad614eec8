/** When a queue is called unhealthy. Pure; every rule is written down for people in docs/operating.md. */
import type { Problem, StateCounts } from '../../contract/model.ts'
import type { NodeStatus, OldestTask } from './queue-status.ts'
import type { TaskState } from '../../queue/states.ts'

export interface StatusLimits {
  /** More failed tasks than this are unhealthy; null: any number is left to people. */
  readonly maxFailed: number | null
  /** An older pending task is unhealthy, whoever works; null: only where nobody does. */
  readonly maxPendingAgeSeconds: number | null
}

export interface HealthReason {
  readonly code: 'problems' | 'dead-node' | 'no-worker' | 'overdue' | 'too-many-failed' | 'pending-too-old'
  readonly message: string
}

interface HealthFacts {
  readonly counts: StateCounts
  readonly oldest: Readonly<Record<TaskState, OldestTask | null>>
  readonly nodes: readonly NodeStatus[]
  readonly problems: readonly Problem[]
}

/** A backlog may wait so long while no node shows life, before somebody should look. */
const IDLE_BACKLOG_SECONDS = 300
/** Workers look for due tasks each second: later than this means that none does. */
const OVERDUE_SECONDS = 60

export function toReasons(facts: HealthFacts, limits: StatusLimits): HealthReason[] {
  return [
    problemReason(facts),
    ...deadNodeReasons(facts),
    noWorkerReason(facts),
    overdueReason(facts),
    failedReason(facts, limits),
    pendingAgeReason(facts, limits),
  ].filter((reason) => reason !== null)
}

/** What lies in done/ and failed/ harms no worker: it only takes room. */
function problemReason({ problems }: HealthFacts): HealthReason | null {
  const harmful = problems.filter(({ path }) => !/^(?:done|failed)\//.test(path))
  if (harmful.length === 0) return null
  const [first] = harmful
  const more = harmful.length === 1 ? '' : ` And ${harmful.length - 1} more.`
  return { code: 'problems', message: `${first?.message ?? ''}${more}` }
}

function deadNodeReasons({ nodes }: HealthFacts): HealthReason[] {
  return nodes
    .filter(({ liveness, tasks }) => liveness === 'dead' && tasks > 0)
    .map(({ node, tasks }) => ({
      code: 'dead-node',
      message: `The process of ${node} is gone and left ${tasks} ${tasks === 1 ? 'task' : 'tasks'} in progress.`,
    }))
}

function noWorkerReason({ nodes, oldest }: HealthFacts): HealthReason | null {
  const isWorkedOn = nodes.some(({ liveness }) => liveness === 'alive' || liveness === 'active')
  const waited = oldest.pending?.ageSeconds ?? 0
  if (isWorkedOn || waited <= IDLE_BACKLOG_SECONDS) return null
  return {
    code: 'no-worker',
    message: `No node shows life, and the oldest pending task has waited for ${waited} s.`,
  }
}

function overdueReason({ oldest }: HealthFacts): HealthReason | null {
  const late = oldest.scheduled?.ageSeconds ?? 0
  if (late <= OVERDUE_SECONDS) return null
  return {
    code: 'overdue',
    message: `A scheduled task fell due ${late} s ago and was not moved: no worker looks for due tasks.`,
  }
}

function failedReason({ counts }: HealthFacts, { maxFailed }: StatusLimits): HealthReason | null {
  if (maxFailed === null || counts.failed <= maxFailed) return null
  return { code: 'too-many-failed', message: `${counts.failed} tasks have failed; ${maxFailed} are allowed.` }
}

function pendingAgeReason(
  { oldest }: HealthFacts,
  { maxPendingAgeSeconds }: StatusLimits,
): HealthReason | null {
  const waited = oldest.pending?.ageSeconds ?? 0
  if (maxPendingAgeSeconds === null || waited <= maxPendingAgeSeconds) return null
  return {
    code: 'pending-too-old',
    message: `The oldest pending task has waited for ${waited} s; ${maxPendingAgeSeconds} s are allowed.`,
  }
}
