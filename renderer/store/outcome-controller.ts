import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'
import { isSettled } from './outcome.ts'

/** An outcome is asked for again as the queue changes, but so that the host spends little of its time on it. */
const MIN_GAP_MS = 1_000
const GAP_PER_ANSWER = 10

export interface OutcomeController {
  /** Keeps `outcomes` of the state true for an act until the returned function is called, or until nothing can change any more. */
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
      let gapMs = MIN_GAP_MS
      if (revision !== seenRevision && store.get().connection === 'ready') {
        seenRevision = revision
        const startedAt = performance.now()
        if (!(await ask(operationId))) return
        gapMs = Math.max(gapMs, (performance.now() - startedAt) * GAP_PER_ANSWER)
      }
      await wait(gapMs)
    }
  }

  /** @returns false where there is no more to be told of it. */
  async function ask(operationId: string): Promise<boolean> {
    try {
      const queueId = context.queueId()
      const outcome = await context.client().jobs.outcome({ queueId, operationId })
      if (outcome === null) return false
      store.set({ outcomes: new Map([...store.get().outcomes, [operationId, outcome]]) })
      return !isSettled(outcome)
    } catch {
      // The stream of the queue tells what is wrong with the connection; what was told last stays.
      return true
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
