import { wait, waitForNews } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'

/** An outcome is asked for again as the queue changes, but so that the host spends little of its time on it. */
const MIN_GAP_MS = 1_000
const GAP_PER_ANSWER = 10

export interface OutcomeController {
  /** Keeps `outcomes` of the state true for an act until the returned function is called. */
  watch(operationId: string): () => void
}

export function createOutcomeController(context: ControllerContext): OutcomeController {
  const { store } = context
  /** How many look at each. Who comes after the last has left begins anew, with a count of its own. */
  const watched = new Map<string, { viewers: number }>()

  async function keepTrue(operationId: string, watch: { readonly viewers: number }): Promise<void> {
    let seenRevision = -1
    while (watch.viewers > 0) {
      const revision = store.get().update?.revision ?? 0
      if (revision === seenRevision || store.get().connection !== 'ready') {
        await waitForNews(store, revision, () => watch.viewers > 0)
        continue
      }
      const startedAt = performance.now()
      const answer = await ask(operationId)
      if (answer === 'unknown') return
      if (answer === 'told') seenRevision = revision
      await wait(Math.max(MIN_GAP_MS, (performance.now() - startedAt) * GAP_PER_ANSWER))
    }
  }

  /** Also an act whose tasks have all ended may change: a person requeues those that failed. */
  async function ask(operationId: string): Promise<'told' | 'unknown' | 'failed'> {
    try {
      const queueId = context.queueId()
      const outcome = await context.client().jobs.outcome({ queueId, operationId })
      if (outcome === null) return 'unknown'
      store.set({ outcomes: new Map([...store.get().outcomes, [operationId, outcome]]) })
      return 'told'
    } catch {
      // The stream of the queue tells what is wrong with the connection; what was told last stays.
      return 'failed'
    }
  }

  return {
    watch(operationId) {
      const watch = watched.get(operationId) ?? { viewers: 0 }
      watched.set(operationId, watch)
      if (watch.viewers++ === 0) void keepTrue(operationId, watch)
      return () => {
        if (--watch.viewers === 0) watched.delete(operationId)
      }
    },
  }
}
