import { FemtoQueue, FemtoQueueError } from '../../queue/index.ts'
import { InspectorError } from '../inspector-error.ts'
import { toStorageError } from './storage-error.ts'

/**
 * Pushes a payload, or schedules it. Makes no node and no directory.
 * @param dueAtMs Not before this time, ms since 1970; null: now.
 * @returns The new task's id.
 * @throws {InspectorError} PAYLOAD_TOO_LARGE, STORAGE_FAILED; then nothing was stored, unless the message says otherwise.
 */
export function pushTask(
  root: string,
  payload: Uint8Array,
  dueAtMs: number | null,
  limitBytes: number,
): string {
  if (payload.length > limitBytes) {
    throw new InspectorError(
      'PAYLOAD_TOO_LARGE',
      `The payload has ${payload.length} bytes; at most ${limitBytes} are taken here. Nothing was pushed.`,
    )
  }
  try {
    using queue = new FemtoQueue({ dataDir: root, create: false })
    return dueAtMs === null ? queue.push(payload) : queue.schedule(payload, dueAtMs * 1000)
  } catch (cause) {
    if (cause instanceof FemtoQueueError) throw toStorageError(cause, 'Nothing was pushed.')
    throw cause
  }
}
