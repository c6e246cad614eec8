import { toErrorReport } from '../client/error-report.ts'
import type { ErrorReport } from '../client/error-report.ts'

/** Rows of a list that a host keeps, fetched page by page as they are looked at. */
export interface Paged<Row> {
  readonly phase: 'loading' | 'ready' | 'error'
  readonly total: number
  readonly pages: ReadonlyMap<number, readonly Row[]>
  readonly error: ErrorReport | null
}

const PAGED_ROWS = 100

export const EMPTY_PAGED: Paged<never> = { phase: 'loading', total: 0, pages: new Map(), error: null }

export function pagedRowAt<Row>(paged: Paged<Row>, index: number): Row | undefined {
  return paged.pages.get(Math.floor(index / PAGED_ROWS))?.[index % PAGED_ROWS]
}

export interface Pager {
  /** Begins anew, with the first page. */
  reset(): void
  /** Fetches the pages that are there once more; the rows stay until the new ones come. */
  refresh(): void
  /** Fetches the page that row `index` lies on, where it is not there or on its way. */
  want(index: number): void
}

interface PagerSource<Row> {
  get(): Paged<Row>
  set(paged: Paged<Row>): void
  fetch(offset: number, limit: number): Promise<{ readonly total: number; readonly rows: readonly Row[] }>
}

export function createPager<Row>(source: PagerSource<Row>): Pager {
  let generation = 0
  const asked = new Set<number>()

  async function load(page: number, own: number): Promise<void> {
    asked.add(page)
    try {
      const { total, rows } = await source.fetch(page * PAGED_ROWS, PAGED_ROWS)
      if (own !== generation) return
      const pages = new Map(source.get().pages).set(page, rows)
      source.set({ phase: 'ready', total, pages, error: null })
    } catch (error) {
      if (own !== generation) return
      asked.delete(page)
      source.set({ ...source.get(), phase: 'error', error: toErrorReport(error) })
    }
  }

  return {
    reset() {
      generation++
      asked.clear()
      source.set(EMPTY_PAGED)
      void load(0, generation)
    },
    refresh() {
      for (const page of source.get().pages.keys()) void load(page, generation)
    },
    want(index) {
      const page = Math.floor(index / PAGED_ROWS)
      if (!asked.has(page)) void load(page, generation)
    },
  }
}
