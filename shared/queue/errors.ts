/** Everything that the queue throws beyond misuse of a call (TypeError, RangeError). */

export type FemtoQueueErrorCode =
  /** The data directory or one of its state directories is missing: it has disappeared, or creating it was not asked for. */
  | 'not-a-queue'
  /** The data directory cannot serve: it lies inside another queue, or a state directory is a link or on another device. */
  | 'bad-layout'
  /** Another live process, or another instance in this one, works under this node id. */
  | 'node-in-use'
  /** The task was taken over, finished or released by somebody else: nothing was changed. */
  | 'lease-lost'
  /** The task object was already finished or released by this instance. */
  | 'not-held'
  /** The queue instance was closed. */
  | 'closed'
  /** The payload is larger than `maxPayloadBytes`. */
  | 'too-large'
  /** No space, inodes or quota left (ENOSPC, EDQUOT). */
  | 'disk-full'
  /** The file system is read-only (EROFS). */
  | 'read-only'
  /** EACCES or EPERM. */
  | 'no-permission'
  /** The process or the system has no file descriptor left (EMFILE, ENFILE). */
  | 'too-many-files'
  /** The move reached the disk's cache, but its fsync failed: the task may lie in the old or the new state. */
  | 'state-unknown'
  /** Any other error of a system call; `cause` has it. */
  | 'io'

export interface FemtoQueueErrorDetails {
  readonly cause?: unknown
  /** The file or directory that the error is about. */
  readonly path?: string
  /** The original id of the task that the error is about. */
  readonly taskId?: string
  /** Where the task is after the error; absent when no task is concerned. */
  readonly state?: 'old' | 'new' | 'unknown' | 'absent'
}

export class FemtoQueueError extends Error {
  override readonly name = 'FemtoQueueError'
  readonly code: FemtoQueueErrorCode
  readonly path: string | undefined
  readonly taskId: string | undefined
  readonly state: FemtoQueueErrorDetails['state']

  constructor(code: FemtoQueueErrorCode, message: string, details: FemtoQueueErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.path = details.path
    this.taskId = details.taskId
    this.state = details.state
  }
}

/** The `code` of a Node system error (`ENOENT` …), or null for anything else. */
export function errnoOrNull(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** True for errors that are about one file, not about the disk or the directories. */
export function isOneFilesFault(error: unknown): boolean {
  return ONE_FILES_FAULTS.has(errnoOrNull(error) ?? '')
}

const ONE_FILES_FAULTS = new Set(['ENAMETOOLONG', 'EPERM', 'EACCES', 'EISDIR', 'ENOTDIR'])

const CODE_OF_ERRNO: Readonly<Record<string, FemtoQueueErrorCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EROFS: 'read-only',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  EMFILE: 'too-many-files',
  ENOENT: 'not-a-queue',
  ENOTDIR: 'bad-layout',
  EEXIST: 'bad-layout',
  ENFILE: 'too-many-files',
}

/** Wraps a system error; `doing` reads like "push: writing the task". Returns what is one of ours already unchanged. */
export function toQueueError(
  error: unknown,
  doing: string,
  details: Omit<FemtoQueueErrorDetails, 'cause'> = {},
): FemtoQueueError {
  if (error instanceof FemtoQueueError) return error
  const errno = errnoOrNull(error)
  const code = CODE_OF_ERRNO[errno ?? ''] ?? 'io'
  const where = details.path === undefined ? '' : ` at ${details.path}`
  const state = STATE_TEXT[details.state ?? 'none']
  return new FemtoQueueError(code, `${doing} failed${where}: ${errno ?? String(error)}${state}`, {
    ...details,
    cause: error,
  })
}

const STATE_TEXT = {
  none: '',
  old: '. The task is where it was',
  new: '. The task has moved',
  unknown: '. Whether the task has moved is unknown',
  absent: '. Nothing was stored',
} as const
