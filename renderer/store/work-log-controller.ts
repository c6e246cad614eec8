import type { ActionOutcome } from '../../shared/contract/work.ts'
import type { ControllerContext } from './controller-context.ts'
import type { ResultsView } from './inspector-state.ts'
import { EMPTY_PAGED, createPager } from './paged.ts'
import type { Pager } from './paged.ts'

/** What was done: the results of one job, and the audit of the queue. Both are as long as they are, and come by pages. */
export interface WorkLogController {
  showResults(jobId: string, filter: ResultsView['filter']): void
  readonly results: Pick<Pager, 'want'>
  readonly history: Pager
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

  const history = createPager({
    get: () => store.get().history,
    set: (list) => store.set({ history: list }),
    async fetch(offset, limit) {
      const page = await context.client().jobs.operations({ queueId: context.queueId(), offset, limit })
      return { total: page.total, rows: page.operations }
    },
  })

  return {
    showResults(id, filter) {
      jobId = id
      store.set({ results: { filter, list: EMPTY_PAGED } })
      results.reset()
    },
    results,
    history,
  }
}
