import { toErrorReport } from '../client/error-report.ts'
import type { QueueUpdate } from '../../shared/contract/model.ts'
import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'

/** Grouping reads reasons: under a storm of failures it is asked for no more often than this. */
const REFRESH_GAP_MS = 2_000

export interface GroupsController {
  /** Shows the failed list by what the failures have in common. */
  open(): void
  close(): void
  retry(): void
  onUpdate(update: QueueUpdate): void
}

export function createGroupsController(context: ControllerContext): GroupsController {
  const { store } = context
  let seenRevision = -1
  let loading = false

  async function load(): Promise<void> {
    if (loading) return
    loading = true
    seenRevision = store.get().update?.listRevisions.failed ?? -1
    try {
      const groups = await context.client().queue.failureGroups({ queueId: context.queueId() })
      if (store.get().groups !== null) store.set({ groups: { phase: 'ready', groups, error: null } })
      await wait(REFRESH_GAP_MS)
    } catch (error) {
      const { groups } = store.get()
      if (groups !== null) store.set({ groups: { ...groups, phase: 'error', error: toErrorReport(error) } })
    } finally {
      loading = false
    }
    const { groups, update } = store.get()
    if (groups?.phase === 'ready' && (update?.listRevisions.failed ?? -1) > seenRevision) void load()
  }

  return {
    open() {
      store.set({ groups: { phase: 'loading', groups: null, error: null } })
      void load()
    },
    close() {
      store.set({ groups: null })
    },
    retry() {
      void load()
    },
    onUpdate(update) {
      if (store.get().groups?.phase === 'ready' && update.listRevisions.failed > seenRevision) void load()
    },
  }
}
