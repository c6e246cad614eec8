import type { FailureRecord } from '../contract/model.ts'
import { readFailureRecordOrNull } from '../queue/index.ts'
import type { FailureRecord as KeptRecord } from '../queue/index.ts'

/** The kept reasons of a task's failures, latest first; empty where nobody kept one. */
export function readFailuresOf(root: string, taskId: string): FailureRecord[] {
  return readRecordOf(root, taskId).failures
}

/** The same with the tasks that this one was edited from and into. */
export function readRecordOf(
  root: string,
  taskId: string,
): { failures: FailureRecord[]; editedFrom: string | null; editedTo: string | null } {
  const record = readFailureRecordOrNull(root, taskId)
  return {
    failures: record === null ? [] : toFailures(record),
    editedFrom: record?.editedFrom ?? null,
    editedTo: record?.editedTo ?? null,
  }
}

function toFailures(record: KeptRecord): FailureRecord[] {
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
