import { toErrorReport } from '../client/error-report.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'

const FOLLOW_GAP_MS = 400
/** States change only when the queue's stream tells so; times are settled a moment later. */
const FOLLOW_REST_MS = 2_000

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
