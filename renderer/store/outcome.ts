import type { ActOutcome, Job, WorkKind } from '../../shared/contract/work.ts'

/** Acts that hand tasks to the workers: of these it is told what becomes of them. */
const TO_WORKERS: ReadonlySet<WorkKind> = new Set([
  'requeue',
  'release',
  'run-now',
  'unhold',
  'push',
  'duplicate',
  'edit',
])

export function isForWorkers(kind: WorkKind): boolean {
  return TO_WORKERS.has(kind)
}

/** The act of a job whose outcome is told; null where there is none. */
export function toFollowedOrNull({ phase, kind, operationId, moved }: Job): string | null {
  return phase !== 'running' && isForWorkers(kind) && moved > 0 ? operationId : null
}

/** Whether every task has come to an end, as far as workers go. */
export function isSettled({ states }: ActOutcome): boolean {
  return states.pending === 0 && states['in-progress'] === 0 && states.scheduled === 0
}
