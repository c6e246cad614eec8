import { toErrorReport } from '../client/error-report.ts'
import type { CureId, CureOutcome, Problem } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import { createStore } from './create-store.ts'
import type { Store } from './create-store.ts'

export interface CureController {
  /** The problem that is being mended: its buttons wait. */
  readonly store: Store<{ readonly curing: string | null }>
  cure(problem: Problem, cureId: CureId): Promise<void>
  undo(undoId: string): Promise<void>
}

/** @param onChanged Called after each try: the problems are to be asked for again. */
export function createCureController(context: ControllerContext, onChanged: () => void): CureController {
  const store = createStore<{ readonly curing: string | null }>({ curing: null })

  async function act(subject: string, call: () => Promise<CureOutcome>): Promise<void> {
    if (store.get().curing !== null) return
    store.set({ curing: subject })
    try {
      const { result, message, undoId } = await call()
      const offer = undoId === null ? null : ({ kind: 'undo-cure', undoId } as const)
      context.toast(result === 'done' ? 'good' : 'plain', message, null, offer)
    } catch (error) {
      context.toastError(toErrorReport(error))
    } finally {
      store.set({ curing: null })
      onChanged()
    }
  }

  return {
    store,
    cure: ({ problemId }, cureId) =>
      act(problemId, () => context.client().problems.cure({ queueId: context.queueId(), problemId, cureId })),
    undo: (undoId) =>
      act(undoId, () => context.client().problems.undo({ queueId: context.queueId(), undoId })),
  }
}
