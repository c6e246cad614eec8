import type { ActionOutcome, Operation } from '../../shared/contract/work.ts'
import type { ControllerContext } from './controller-context.ts'
import type { ResultsView } from './inspector-state.ts'
import { createOutcomeController } from './outcome-controller.ts'
import type { OutcomeController } from './outcome-controller.ts'
import { EMPTY_PAGED, createPager } from './paged.ts'
import type { Pager } from './paged.ts'

/** What was done: the results of one job, and the audit of the queue. Both are as long as they are, and come by pages. */
export interface WorkLogController {
  showResults(jobId: string, filter: ResultsView['filter']): void
  readonly results: Pick<Pager, 'want'>
  readonly history: Pager
  readonly outcomes: OutcomeController
}

export function createWorkLogController(context: ControllerContext): WorkLogController {
  const { store } = context
  let jobId = ''

  const results = createPager<ActionOutcome>({
    get: () => store.get().results.list,
    set: (list) => store.set({ results: { ...store.get().results, list } }),
    async fetch(offset, limit) {
      const result = store.get().results.filter
      const queueId = context.queueId()
      const page = await context.client().jobs.results({ queueId, jobId, result, offset, limit })
      return { total: page.total, rows: page.outcomes }
    },
  })

  /** The acts that were there when the history was opened; later ones come before them, and move none of their rows. */
  let shownTotal: number | null = null

  const pager = createPager<Operation>({
    get: () => store.get().history,
    set: (list) => store.set({ history: list }),
    async fetch(offset, limit) {
      const read = (from: number) =>
        context.client().jobs.operations({ queueId: context.queueId(), offset: from, limit })
      const { newer } = store.get()
      let page = await read(offset + newer)
      shownTotal ??= page.total
      const newerNow = Math.max(0, page.total - shownTotal)
      if (newerNow !== newer) {
        store.set({ newer: newerNow })
        page = await read(offset + newerNow)
      }
      return { total: Math.min(shownTotal, page.total), rows: page.operations }
    },
  })

  const history: Pager = {
    ...pager,
    reset() {
      shownTotal = null
      store.set({ newer: 0 })
      pager.reset()
    },
  }

  return {
    showResults(id, filter) {
      jobId = id
      store.set({ results: { filter, list: EMPTY_PAGED } })
      results.reset()
    },
    results,
    history,
    outcomes: createOutcomeController(context),
  }
}
