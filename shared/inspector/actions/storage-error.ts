import { toVisibleLine } from '../../contract/visible-text.ts'
import { FemtoQueueError, toQueueError } from '../../queue/errors.ts'
import { InspectorError } from '../inspector-error.ts'

/** What happened and what to do, one sentence each, for an error that the disk or the core gave. */
export function toStorageWords(error: FemtoQueueError): string {
  switch (error.code) {
    case 'disk-full':
      return 'The disk is full, or its quota or inodes are used up. Free some space and try again.'
    case 'read-only':
      return 'The file system is read-only here. Mount it for writing, or act on the machine that owns it.'
    case 'no-permission':
      return 'This user may not write there. Ask for write permission on the queue’s directories.'
    case 'too-many-files':
      return 'No more files can be opened just now. Try again, or raise the limit of open files.'
    case 'not-a-queue':
      return 'The queue’s directory, or a part of it, is gone. Bring it back, or open another queue.'
    default:
      return toVisibleLine(`${error.message}.`.replace(/\.\.$/, '.'))
  }
}

/**
 * The error of an action that could not begin, or that the disk refused.
 * @param outcome What became of the person's wish: "Nothing was pushed."
 */
export function toStorageError(cause: unknown, outcome: string): InspectorError {
  const error = toQueueError(asMissingQueue(cause), 'The action')
  const told =
    error.state === 'unknown' ? 'Whether it took effect is unknown: look before trying again.' : outcome
  return new InspectorError('STORAGE_FAILED', `${toStorageWords(error)} ${told}`, error.cause ?? error)
}

/** ENOENT at the door means that the directory was removed. */
function asMissingQueue(cause: unknown): unknown {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  return isMissing ? new FemtoQueueError('not-a-queue', cause.message, { cause }) : cause
}
