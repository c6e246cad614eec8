import { concatBytes, fromBase64, toBase64 } from '../client/base64.ts'
import { toErrorReport, TooLargeError } from '../client/error-report.ts'
import type { ErrorReport } from '../client/error-report.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { TaskRef, TaskRow } from '../../shared/contract/model.ts'
import type { Placement } from '../../shared/contract/work.ts'
import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'
import { NO_EDIT } from './inspector-state.ts'
import type { JobsController } from './jobs-controller.ts'

const FOLLOW_GAP_MS = 400
/** States change only when the queue's stream tells so; times are settled a moment later. */
const FOLLOW_REST_MS = 2_000

export interface PushOrder {
  readonly payloads: readonly Uint8Array[]
  readonly isTemplate: boolean
  readonly copies: number
  readonly perSecond: number | null
  readonly dueAtMs: number | null
}

export interface EditOrder {
  readonly task: TaskRef
  readonly payload: Uint8Array
  readonly original: 'keep' | 'trash'
  readonly placement: Placement
}

export interface PushController {
  /** @returns Null when it was pushed, or began to be; else what went wrong. */
  push(order: PushOrder): Promise<ErrorReport | null>
  /** Reads the whole payload of a task, to be changed. */
  beginEdit(row: TaskRow): Promise<void>
  edit(order: EditOrder): Promise<ErrorReport | null>
  /** Watches what becomes of pushed tasks, while the dialog is open. */
  follow(taskIds: readonly string[]): void
}

export function createPushController(context: ControllerContext, jobs: JobsController): PushController {
  const { store } = context

  async function pushOne(payload: Uint8Array, dueAtMs: number | null): Promise<void> {
    const queueId = context.queueId()
    const { taskId } = await context.client().actions.push({ queueId, payload: toBase64(payload), dueAtMs })
    const where = dueAtMs === null ? 'Pushed to pending.' : 'Scheduled.'
    context.toast('good', where, null, { kind: 'follow', taskIds: [taskId] })
  }

  async function pushMany(order: PushOrder): Promise<void> {
    const { isTemplate, copies, perSecond, dueAtMs } = order
    for (const payloads of toBatches(order.payloads)) {
      const queueId = context.queueId()
      const input = { queueId, payloads: payloads.map(toBase64), isTemplate, copies, perSecond, dueAtMs }
      jobs.track(await context.client().actions.pushMany(input), null)
    }
  }

  async function attempt(act: () => Promise<void>, kind: 'push' | 'edit'): Promise<ErrorReport | null> {
    store.set({ acting: kind })
    try {
      await act()
      return null
    } catch (error) {
      return toErrorReport(error)
    } finally {
      store.set({ acting: null })
    }
  }

  async function keepFollowing(taskIds: readonly string[]): Promise<void> {
    let seenRevision = -1
    const isWatched = (): boolean =>
      store.get().follow.taskIds === taskIds && store.get().dialog?.kind === 'follow'
    while (isWatched()) {
      const revision = store.get().update?.revision ?? 0
      if (revision !== seenRevision) {
        seenRevision = revision
        await ask(taskIds)
        await wait(FOLLOW_GAP_MS)
      } else await waitForNews(store, revision, isWatched)
    }
  }

  async function ask(taskIds: readonly string[]): Promise<void> {
    try {
      const queueId = context.queueId()
      const tasks = await context.client().actions.followed({ queueId, taskIds: [...taskIds] })
      if (store.get().follow.taskIds === taskIds) store.set({ follow: { taskIds, tasks, error: null } })
    } catch (error) {
      const { follow } = store.get()
      if (follow.taskIds === taskIds) store.set({ follow: { ...follow, error: toErrorReport(error) } })
    }
  }

  async function beginEdit({ ref: task }: TaskRow): Promise<void> {
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

  return {
    beginEdit,
    push(order) {
      const [only] = order.payloads
      const isOne = order.payloads.length === 1 && order.copies === 1 && !order.isTemplate
      if (isOne && only !== undefined) return attempt(() => pushOne(only, order.dueAtMs), 'push')
      return attempt(() => pushMany(order), 'push')
    },
    edit({ task, payload, original, placement }) {
      return attempt(async () => {
        const queueId = context.queueId()
        const input = { queueId, task, payload: toBase64(payload), original, placement }
        const { job } = await context.client().actions.edit(input)
        jobs.track(job, null)
      }, 'edit')
    },
    follow(taskIds) {
      const some = taskIds.slice(0, LIMITS.windowRows)
      store.set({ follow: { taskIds: some, tasks: [], error: null }, dialog: { kind: 'follow' } })
      void keepFollowing(some)
    },
  }
}

/** Resolves when the queue has changed since `revision`, when nobody watches any more, or after a while. */
function waitForNews(
  store: ControllerContext['store'],
  revision: number,
  isWatched: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(settle, FOLLOW_REST_MS)
    const stop = store.subscribe(() => {
      if (!isWatched() || (store.get().update?.revision ?? 0) !== revision) settle()
    })
  })
}

/** Many files together may weigh more than one call carries. */
function toBatches(payloads: readonly Uint8Array[]): Uint8Array[][] {
  const batches: Uint8Array[][] = []
  let bytes = 0
  for (const payload of payloads) {
    const last = batches.at(-1)
    if (last === undefined || bytes + payload.length > LIMITS.pushBytes) {
      batches.push([payload])
      bytes = 0
    } else last.push(payload)
    bytes += payload.length
  }
  return batches
}
