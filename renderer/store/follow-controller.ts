import { toErrorReport } from '../client/error-report.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import { wait, waitForNews } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'

const FOLLOW_GAP_MS = 400

export interface FollowController {
  /** Watches what becomes of pushed tasks, while the dialog is open. */
  follow(taskIds: readonly string[]): void
}

export function createFollowController(context: ControllerContext): FollowController {
  const { store } = context

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

  return {
    follow(taskIds) {
      const some = taskIds.slice(0, LIMITS.windowRows)
      store.set({ follow: { taskIds: some, tasks: [], error: null }, dialog: { kind: 'follow' } })
      void keepFollowing(some)
    },
  }
}
