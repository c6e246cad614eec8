export { MAX_AHEAD_US, SharedClock, systemClock, type Clock } from './clock.ts'
export { errnoOrNull, FemtoQueueError, type FemtoQueueErrorCode } from './errors.ts'
export {
  MAX_RECORD_BYTES,
  readFailureRecordOrNull,
  type FailedAttempt,
  type FailureRecord,
} from './failure-reason.ts'
export { FemtoQueue } from './femto-queue.ts'
export type { FemtoTask } from './lease.ts'
export type { FemtoQueueOptions } from './options.ts'
export type { TasksOptions, WorkOptions } from './worker.ts'
export { assertNodeId, isNodeId, nodeIdProblemOrNull } from './node-id.ts'
export { parseNodeRecords, type HolderFate, type NodeRecord } from './node-record.ts'
export type { QueueProblem } from './problems.ts'
export {
  releaseTask,
  requeueTask,
  type FileIdentity,
  type MoveResult,
  type QueuePlace,
  type TaskMove,
} from './state-moves.ts'
export { isReservedDir, RESERVED_DIRS, TASK_STATES, type ReservedDir, type TaskState } from './states.ts'
export {
  decodeTask,
  encodeTask,
  HEADER_BYTES,
  parseHeader,
  type DecodedTask,
  type ParsedHeader,
  type TaskFileFault,
} from './task-file.ts'
export {
  compareTaskNames,
  isTaskName,
  originalIdOf,
  parseTaskName,
  sortTaskNames,
  toStampedName,
  type NamePlace,
  type ParsedTaskName,
} from './task-id.ts'
