import { toBase64 } from '../client/base64.ts'
import { toErrorReport } from '../client/error-report.ts'
import type { ErrorReport } from '../client/error-report.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { TaskRef } from '../../shared/contract/model.ts'
import type { Placement } from '../../shared/contract/work.ts'
import type { ControllerContext } from './controller-context.ts'
import { EMPTY_LAB } from './lab-draft.ts'
import type { LabDraft } from './lab-draft.ts'
import type { JobsController } from './jobs-controller.ts'

export interface PushOrder {
  readonly payloads: readonly Uint8Array[]
  readonly isTemplate: boolean
  readonly copies: number
  readonly perSecond: number | null
  readonly dueAtMs: number | null
}

interface EditOrder {
  readonly task: TaskRef
  readonly payload: Uint8Array
  readonly original: 'keep' | 'trash'
  readonly placement: Placement
}

export interface PushController {
  /** Changes the draft of the lab, which stays until it is pushed or cleared. */
  keep(patch: Partial<LabDraft>): void
  clear(): void
  /** Pushes what the draft means. @returns Null when it was pushed, or began to be; else what went wrong. */
  push(order: PushOrder): Promise<ErrorReport | null>
  edit(order: EditOrder): Promise<ErrorReport | null>
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

  async function send(order: PushOrder): Promise<ErrorReport | null> {
    const [only] = order.payloads
    const isOne = order.payloads.length === 1 && order.copies === 1 && !order.isTemplate
    if (isOne && only !== undefined) return attempt(() => pushOne(only, order.dueAtMs), 'push')
    return attempt(() => pushMany(order), 'push')
  }

  return {
    keep(patch) {
      store.set({ lab: { ...store.get().lab, ...patch } })
    },
    clear() {
      store.set({ lab: EMPTY_LAB })
    },
    async push(order) {
      const { lab } = store.get()
      const report = await send(order)
      // What was written meanwhile is another draft.
      if (report === null && store.get().lab === lab) store.set({ lab: EMPTY_LAB })
      return report
    },
    edit({ task, payload, original, placement }) {
      return attempt(async () => {
        const queueId = context.queueId()
        const input = { queueId, task, payload: toBase64(payload), original, placement }
        const { job } = await context.client().actions.edit(input)
        jobs.track(job, null)
      }, 'edit')
    },
  }
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
