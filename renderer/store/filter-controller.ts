import { toErrorReport } from '../client/error-report.ts'
import { parseFilter, toTermCost } from '../../shared/contract/filter-expression.ts'
import type { FilterTerm } from '../../shared/contract/filter-expression.ts'
import type { TaskList, TaskState } from '../../shared/contract/model.ts'
import type { QueryProgress } from '../../shared/contract/query.ts'
import type { ControllerContext } from './controller-context.ts'
import { NO_FILTER } from './inspector-state.ts'
import type { FilterError, FilterView } from './inspector-state.ts'

/** From the last keystroke until what can be answered at once is asked. */
const TYPING_REST_MS = 220
/** A search that has found nothing by then is shown as it is: empty. */
const FIRST_HIT_MS = 300

export interface FilterController {
  /** What is typed; applied by itself where names and file headers can answer it. */
  setText(text: string): void
  /** Applies what is written, payload search too; `state:` leads to that list. */
  submit(): void
  /** Applies an expression to a list, as if it had been written there. */
  apply(list: TaskList, expression: string): void
  /** Ends a scan; what was found stays. */
  cancel(): Promise<void>
  clear(): void
  /** Forgets the filter without a word to the list: another one is shown. */
  leave(): void
  /** Asks anew after the connection, or the query's handle, was lost. */
  resume(): void
}

export interface FilterTargets {
  /** @param awaitsQuery Its rows are those of a query that follows: setQuery() is called in any case. */
  showList(list: TaskList, awaitsQuery: boolean): void
  /** Shows what the query finds; null: all of the list. */
  setQuery(queryId: string | null): void
  onProgress(progress: QueryProgress): void
}

export function createFilterController(context: ControllerContext, targets: FilterTargets): FilterController {
  return new Filters(context, targets)
}

class Filters implements FilterController {
  readonly #context: ControllerContext
  readonly #targets: FilterTargets
  #typing: ReturnType<typeof setTimeout> | undefined
  /** Runs while nothing has been found yet. */
  #firstHit: ReturnType<typeof setTimeout> | undefined
  #following = new AbortController()

  constructor(context: ControllerContext, targets: FilterTargets) {
    this.#context = context
    this.#targets = targets
  }

  setText(text: string): void {
    clearTimeout(this.#typing)
    const { filter, view } = this.#context.store.get()
    const read = readFilter(text, view.list.state)
    this.#patch({ text, error: null })
    if (text.trim() === '') {
      if (filter.applied !== '') this.clear()
      return
    }
    // A fault is told when the person rests, or asks: half a word is no fault.
    this.#typing = setTimeout(() => {
      if (read.error !== null) this.#patch({ error: read.error })
      else if (read.isInstant) this.submit()
    }, TYPING_REST_MS)
  }

  submit(): void {
    clearTimeout(this.#typing)
    const { filter, view, queue } = this.#context.store.get()
    const text = filter.text.trim()
    if (queue === null || (text === filter.applied && filter.error === null)) return
    if (text === '') return this.clear()
    const read = readFilter(filter.text, view.list.state)
    if (read.error !== null) return this.#patch({ error: read.error })
    if (read.state !== null) {
      const list: TaskList = { state: read.state, node: null }
      return this.apply(list, read.rest)
    }
    void this.#open(text)
  }

  apply(list: TaskList, expression: string): void {
    const { place, view, groups } = this.#context.store.get()
    // The view keeps its list while the overview or the problems are shown.
    const isSame = view.list.state === list.state && view.list.node === list.node
    const isShown = place.kind === 'list' && isSame && groups === null
    if (!isShown) this.#targets.showList(list, expression !== '')
    this.#patch({ text: expression, applied: '', error: null })
    if (expression === '') this.clear()
    else void this.#open(expression)
  }

  async cancel(): Promise<void> {
    const { progress } = this.#context.store.get().filter
    if (progress === null) return
    try {
      const { queryId } = progress
      const queueId = this.#context.queueId()
      this.#onProgress(await this.#context.client().queries.cancel({ queueId, queryId }))
    } catch (error) {
      this.#context.toastError(toErrorReport(error))
    }
  }

  clear(): void {
    const isShown = this.#isShown()
    this.leave()
    if (isShown) this.#targets.setQuery(null)
  }

  /** Whether the list shows what a query finds, or waits for it. */
  #isShown(): boolean {
    const { view, filter } = this.#context.store.get()
    return view.queryId !== null || (filter.applied !== '' && view.phase === 'loading')
  }

  leave(): void {
    clearTimeout(this.#typing)
    clearTimeout(this.#firstHit)
    this.#following.abort()
    this.#close()
    this.#context.store.set({ filter: NO_FILTER })
  }

  resume(): void {
    const { applied } = this.#context.store.get().filter
    if (applied !== '') void this.#open(applied)
  }

  async #open(expression: string): Promise<void> {
    const { store } = this.#context
    const { list } = store.get().view
    this.#following.abort()
    clearTimeout(this.#firstHit)
    this.#close()
    const following = new AbortController()
    this.#following = following
    this.#patch({ applied: expression, progress: null, error: null })
    try {
      const queueId = this.#context.queueId()
      const progress = await this.#context.client().queries.open({ queueId, list, expression })
      if (following.signal.aborted) return
      this.#patch({ progress })
      if (isTelling(progress)) this.#targets.setQuery(progress.queryId)
      // The rows that are shown stay for a moment: nothing, and then the first hit, would be two changes for one.
      else this.#firstHit = setTimeout(() => this.#targets.setQuery(progress.queryId), FIRST_HIT_MS)
      await this.#follow(queueId, progress.queryId, following.signal)
    } catch (error) {
      if (following.signal.aborted || store.get().connection !== 'ready') return
      const { message } = toErrorReport(error)
      const isShown = this.#isShown()
      clearTimeout(this.#firstHit)
      this.#patch({ applied: '', progress: null, error: { message, at: null } })
      if (isShown) this.#targets.setQuery(null)
    }
  }

  async #follow(queueId: string, queryId: string, signal: AbortSignal): Promise<void> {
    const stream = await this.#context.client().queries.follow({ queueId, queryId }, { signal })
    for await (const progress of stream) {
      if (signal.aborted) return
      this.#onProgress(progress)
    }
  }

  #onProgress(progress: QueryProgress): void {
    if (this.#context.store.get().filter.progress?.queryId !== progress.queryId) return
    this.#patch({ progress })
    if (this.#context.store.get().view.queryId === progress.queryId) this.#targets.onProgress(progress)
    else if (isTelling(progress)) {
      clearTimeout(this.#firstHit)
      this.#targets.setQuery(progress.queryId)
    }
  }

  /** Nobody waits for the answer: a query that nobody follows ends by itself. */
  #close(): void {
    const { filter, queue, connection } = this.#context.store.get()
    if (filter.progress === null || queue === null || connection !== 'ready') return
    const { queryId } = filter.progress
    const ignore = (): void => undefined
    this.#context.client().queries.close({ queueId: queue.queueId, queryId }).then(ignore, ignore)
  }

  #patch(patch: Partial<typeof NO_FILTER>): void {
    const { store } = this.#context
    store.set({ filter: { ...store.get().filter, ...patch } })
  }
}

/** Whether it has something to show, or will have nothing. */
function isTelling({ phase, matches }: QueryProgress): boolean {
  return phase !== 'scanning' || matches > 0
}

/** Whether the list shows what stands in the field. */
export function isApplied({ text, applied, error }: FilterView): boolean {
  return error === null && text.trim() === applied.trim()
}

export interface ReadFilter {
  readonly terms: readonly FilterTerm[]
  /** Names and the files' own facts answer it: no payload is read. */
  readonly isInstant: boolean
  /** The list that it names, if any, and the expression without that. */
  readonly state: TaskState | null
  readonly rest: string
  readonly error: FilterError | null
}

export function readFilter(text: string, list: TaskState): ReadFilter {
  const parsed = parseFilter(text, Date.now())
  if (parsed.kind === 'error') {
    const { message, start } = parsed.error
    return { terms: [], isInstant: false, state: null, rest: text, error: { message, at: start } }
  }
  const { terms } = parsed
  const named = terms.find((term) => term.kind === 'state' && !term.isNegated)
  const isInstant = terms.every((term) => ['name', 'stat'].includes(toTermCost(term, list)))
  if (named === undefined || named.kind !== 'state') {
    return { terms, isInstant, state: null, rest: text.trim(), error: null }
  }
  const rest = `${text.slice(0, named.start)} ${text.slice(named.end)}`.replaceAll(/\s+/g, ' ').trim()
  // It leads away from here: not while somebody is still typing.
  return { terms, isInstant: false, state: named.state, rest, error: null }
}
