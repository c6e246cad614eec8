import { concatBytes, fromBase64 } from '../client/base64.ts'
import { toErrorReport, TooLargeError } from '../client/error-report.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { TaskRef, TaskRow } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import { NO_EDIT } from './inspector-state.ts'

export interface EditController {
  /** Reads the whole payload of a task, to be changed. */
  begin(row: TaskRow): Promise<void>
}

export function createEditController(context: ControllerContext): EditController {
  const { store } = context

  async function begin({ ref: task }: TaskRow): Promise<void> {
    store.set({ edit: { ...NO_EDIT, task } })
    const isMeant = (): boolean => store.get().edit.task === task
    if (task === null) return
    try {
      const bytes = await readPayload(task, store.get().queue?.pushLimitBytes ?? 0)
      if (isMeant()) store.set({ edit: { phase: 'ready', task, bytes, error: null } })
    } catch (error) {
      if (isMeant()) store.set({ edit: { ...NO_EDIT, phase: 'error', task, error: toErrorReport(error) } })
    }
  }

  async function readPayload(task: TaskRef, limitBytes: number): Promise<Uint8Array> {
    const queueId = context.queueId()
    const chunks: Uint8Array[] = []
    let offset = 0
    for (;;) {
      const limit = LIMITS.payloadChunkBytes
      const answer = await context.client().tasks.payload({ queueId, task, offset, limit })
      if (answer.payloadBytes > limitBytes) throw new TooLargeError()
      const chunk = fromBase64(answer.bytes)
      chunks.push(chunk)
      offset += chunk.length
      if (chunk.length === 0 || offset >= answer.payloadBytes) return concatBytes(chunks)
    }
  }

  return { begin }
}
