import { FemtoQueueError } from '../../queue/errors.ts'
import { InspectorError } from '../inspector-error.ts'
import { openForWriting } from './act-context.ts'
import type { ActContext } from './act-context.ts'
import { toStorageError } from './storage-error.ts'
import { NEW_TASKS } from './undo.ts'

const NOTHING = 'Nothing was pushed.'

/**
 * Pushes a payload, or schedules it. Makes no node and no directory, and no job: it is done when this returns.
 * @param dueAtMs Not before this time, ms since 1970; null: now.
 * @returns The new task's id.
 * @throws {InspectorError} PAYLOAD_TOO_LARGE, STORAGE_FAILED; then nothing was stored, unless the message says otherwise.
 */
export function pushTask(
  { session, operations, followed, pushLimitBytes }: ActContext,
  payload: Uint8Array,
  dueAtMs: number | null,
): string {
  if (payload.length > pushLimitBytes) {
    throw new InspectorError(
      'PAYLOAD_TOO_LARGE',
      `The payload has ${payload.length} bytes; at most ${pushLimitBytes} are taken here. ${NOTHING}`,
    )
  }
  const state = dueAtMs === null ? 'pending' : 'scheduled'
  const tasks = openForWriting(session, NOTHING)
  try {
    const id = tasks.nextId(dueAtMs === null ? null : dueAtMs * 1000)
    const { operationId, journal } = operations.begin('push', 1, id)
    let isStored = false
    try {
      journal?.plan(NEW_TASKS, state, [{ name: id, code: '=' }])
      tasks.store(state, id, payload)
      isStored = true
      followed.notePushed(id)
      return id
    } finally {
      journal?.confirm([isStored ? 'new' : null])
      journal?.close()
      operations.count(operationId, { moved: isStored ? 1 : 0, skipped: 0, failed: isStored ? 0 : 1 }, true)
      if (!isStored) operations.forgetJournal(operationId)
    }
  } catch (cause) {
    if (cause instanceof FemtoQueueError) throw toStorageError(cause, NOTHING)
    throw cause
  } finally {
    tasks.close()
  }
}
