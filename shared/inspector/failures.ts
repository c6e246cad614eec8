import type { FailureRecord } from '../contract/model.ts'
import { readFailureRecordOrNull } from '../queue/index.ts'

/** The kept reasons of a task's failures, latest first; empty where nobody kept one. */
export function readFailuresOf(root: string, taskId: string): FailureRecord[] {
  const record = readFailureRecordOrNull(root, taskId)
  if (record === null) return []
  return record.attempts.toReversed().map(({ failedAtUs, node, attempt, name, message, stack, cause }) => ({
    name,
    message,
    stack,
    cause,
    node,
    attempt,
    failedAtMs: failedAtUs / 1000,
  }))
}
