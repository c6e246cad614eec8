import { toErrorReport } from '../client/error-report.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { QueueUpdate, TaskList, TaskRow, TaskWindow } from '../../shared/contract/model.ts'
import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'
import { toEmptyView } from './inspector-state.ts'
import type { ListView, Order, Selection } from './inspector-state.ts'
import { withoutRows } from './optimistic-rows.ts'
import {
  anchorShiftOrNull,
  countChanges,
  indexOfKeyOrNull,
  isUnmoved,
  missingPageOrNull,
  NO_PAGES,
  PAGE_ROWS,
  rowAt,
  toRefreshRange,
  toRowKey,
  withKnownRows,
  withWindow,
} from './window-cache.ts'
import type { Pages } from './window-cache.ts'

/** Between two refreshes: at least this, and as long as the last one took, so that the page draws in between. */
const MIN_REFRESH_GAP_MS = 40
/** Rows fetched ahead of the eye, in the direction in which it goes. */
const AHEAD_ROWS = 100
/** How long an act of the person may change a list that is held: the host's watcher needs a moment. */
const OWN_ACT_MS = 1_500
const FIRST_SCREEN_ROWS = 60

export interface VisibleRange {
  readonly first: number
  readonly last: number
  /** Scrolled to the very beginning: the list shows its live head, and no row is kept in its place. */
  readonly atTop: boolean
}

export interface TaskPlace {
  readonly node: string | null
  readonly name: string
}

/** A task that the window is to hold, with how many rows above it, and what its offset is a multiple of. */
interface Around extends TaskPlace {
  readonly before?: number
  readonly align?: number
}

export interface ListController {
  /** @param awaitsQuery Only what a query finds is to be shown: nothing is asked for until setQuery(). */
  show(list: TaskList, order: Order, awaitsQuery?: boolean): void
  /** Shows only what a query found, or all again; the rows on the screen stay until the new ones come. */
  setQuery(queryId: string | null): void
  /** What the query found has changed. */
  onQueryChange(): void
  setVisibleRange(range: VisibleRange): void
  /** While held, rows that are seen do not move: changes wait and are counted. */
  setHold(by: 'pointer' | 'menu', held: boolean): void
  onUpdate(update: QueueUpdate): void
  /** Shows what waits, held or not. */
  showWaiting(): void
  /** Takes rows out that the host has moved away, and lets the list follow for a moment although it is held. */
  dropMoved(rows: readonly TaskRow[]): void
  retry(): void
  /** Scrolls to a row; with `place`, to where that task lies by now. Resolves with its index when it is there, else null. */
  jump(place: TaskPlace | null, index: number): Promise<number | null>
  /** Asks again whether the list may move, after the selection or the freeze changed. */
  releaseIfFree(): void
}

export interface ListEvents {
  /** Rows came that were not known before. */
  onRows(): void
  /** The host has forgotten the query that the list shows. */
  onQueryLost(): void
}

export function createListController(context: ControllerContext, events: ListEvents): ListController {
  return new Lists(context, events)
}

class Lists implements ListController {
  readonly #context: ControllerContext
  readonly #events: ListEvents
  readonly #holds = { pointer: false, menu: false }
  #range: VisibleRange = { first: 0, last: FIRST_SCREEN_ROWS, atTop: true }
  /** Grows with each list shown: answers for an earlier one are dropped. */
  #generation = 0
  /** Ends what is asked for an earlier list. */
  #shown = new AbortController()
  #awaitsQuery = false
  /** The generation whose refreshes are under way, one after the other. */
  #refreshing: number | null = null
  /** Revision that the rows must have reached; Infinity: ask again whatever they have. */
  #wantedRevision = -Infinity
  #fillingPages = false
  /** The page being fetched for the eye, and how to stop it. */
  #filling: { readonly page: number; readonly stop: AbortController } | null = null
  #direction = 1
  #forcedUntilMs = 0

  constructor(context: ControllerContext, events: ListEvents) {
    this.#context = context
    this.#events = events
  }

  show(list: TaskList, order: Order, awaitsQuery = false): void {
    this.#beginAnew()
    this.#awaitsQuery = awaitsQuery
    this.#range = { first: 0, last: FIRST_SCREEN_ROWS, atTop: true }
    this.#holds.pointer = false
    this.#context.store.set({ view: toEmptyView(list, order) })
    this.#requestRefresh()
  }

  setQuery(queryId: string | null): void {
    this.#beginAnew()
    this.#awaitsQuery = false
    this.#range = { first: 0, last: FIRST_SCREEN_ROWS, atTop: true }
    this.#holds.pointer = false
    this.#context.store.set({ view: { ...this.#view, queryId, error: null, waiting: 0, revision: -1 } })
    this.showWaiting()
  }

  onQueryChange(): void {
    this.#requestRefresh()
  }

  retry(): void {
    const { list, order, queryId } = this.#view
    this.#beginAnew()
    this.#context.store.set({ view: toEmptyView(list, order, queryId) })
    this.#requestRefresh()
  }

  /** What is still on its way for what was shown before is not waited for. */
  #beginAnew(): void {
    this.#generation++
    this.#shown.abort()
    this.#shown = new AbortController()
  }

  setVisibleRange(range: VisibleRange): void {
    this.#direction = range.first < this.#range.first ? -1 : 1
    this.#range = range
    this.#stopFillingPast()
    void this.#fillPages()
  }

  async jump(place: TaskPlace | null, index: number): Promise<number | null> {
    const generation = this.#generation
    const offset = Math.max(0, index - (index % PAGE_ROWS) - PAGE_ROWS)
    const window = await this.#fetch(generation, offset, PAGE_ROWS * 3, place)
    if (window === null) return null
    const at = place === null ? -1 : window.rows.findIndex((row) => toRowKey(row) === toRowKey(place))
    const target = Math.max(0, Math.min(at >= 0 ? window.offset + at : index, window.total - 1))
    this.#range = { first: target, last: target, atTop: false }
    const { view, selection } = this.#context.store.get()
    const { total, revision } = window
    this.#context.store.set({
      view: {
        ...view,
        phase: 'ready',
        error: null,
        pages: withWindow(NO_PAGES, withKnownRows(view.pages, window)),
        total,
        revision,
        waiting: 0,
        jump: { serial: view.jump.serial + 1, index: target },
      },
      selection: { ...selection, rows: new Map(), focusIndex: target, rangeStart: null },
    })
    void this.#fillPages()
    return target
  }

  /** A page that the eye has left before it came is not waited for. */
  #stopFillingPast(): void {
    if (this.#filling === null) return
    const from = this.#filling.page * PAGE_ROWS
    const { first, last } = this.#wanted()
    if (from > last || from + PAGE_ROWS <= first) this.#filling.stop.abort()
  }

  #wanted(): { first: number; last: number } {
    const { first, last } = this.#range
    return this.#direction < 0
      ? { first: Math.max(0, first - AHEAD_ROWS), last }
      : { first, last: last + AHEAD_ROWS }
  }

  setHold(by: 'pointer' | 'menu', held: boolean): void {
    this.#holds[by] = held
    this.releaseIfFree()
  }

  releaseIfFree(): void {
    if (!this.#isHeld() && this.#view.waiting > 0) this.#requestRefresh()
  }

  onUpdate(update: QueueUpdate): void {
    // A list that is not looked at costs nothing.
    if (this.#context.store.get().place.kind !== 'list') return
    const { list, revision, queryId } = this.#view
    // A query tells of its own changes.
    if (queryId !== null) return
    const latest = update.listRevisions[list.state]
    if (latest > revision) this.#requestRefresh(latest)
  }

  showWaiting(): void {
    this.#forcedUntilMs = performance.now() + OWN_ACT_MS
    this.#requestRefresh()
  }

  dropMoved(rows: readonly TaskRow[]): void {
    const { view, selection } = { ...this.#context.store.get(), view: this.#view }
    const keys = new Set(rows.map(toRowKey))
    const left = withoutRows(view.pages, keys)
    const remaining = new Map([...selection.rows].filter(([key]) => !keys.has(key)))
    this.#context.store.set({
      view: { ...view, pages: left.pages, total: Math.max(0, view.total - left.removed) },
      selection: { ...selection, rows: remaining, rangeStart: null, frozen: null },
    })
    this.showWaiting()
  }

  get #view(): ListView {
    return this.#context.store.get().view
  }

  #isHeld(): boolean {
    const { frozen, selection } = this.#context.store.get()
    const isSelecting = selection.rows.size > 0 || selection.frozen !== null || selection.isFreezing
    return frozen || this.#holds.pointer || this.#holds.menu || isSelecting
  }

  #requestRefresh(revision = Infinity): void {
    this.#wantedRevision = Math.max(this.#wantedRevision, revision)
    if (this.#awaitsQuery || this.#refreshing === this.#generation) return
    void this.#refreshWhileWanted(this.#generation)
  }

  async #refreshWhileWanted(generation: number): Promise<void> {
    this.#refreshing = generation
    try {
      // What came meanwhile may have brought what was wanted.
      while (generation === this.#generation && this.#wantedRevision > this.#view.revision) {
        this.#wantedRevision = -Infinity
        const startedAt = performance.now()
        await this.#refresh(generation)
        await wait(Math.max(MIN_REFRESH_GAP_MS, performance.now() - startedAt))
      }
    } finally {
      if (this.#refreshing === generation) this.#refreshing = null
    }
  }

  async #refresh(generation: number): Promise<void> {
    const fetched = await this.#fetchSeen(generation)
    if (fetched === null) return
    const window = withKnownRows(this.#view.pages, fetched)
    const { view, frozen } = { view: this.#view, frozen: this.#context.store.get().frozen }
    const next = withWindow(NO_PAGES, window)
    const isForced = performance.now() < this.#forcedUntilMs
    const mayMove = view.phase !== 'ready' || view.isPartial || isForced || !this.#isHeld()
    if (mayMove || (!frozen && isUnmoved(view.pages, next, this.#range.first, this.#range.last))) {
      this.#apply(window)
      return
    }
    const waiting = countChanges(view.pages, view.total, next, window.total)
    if (waiting !== view.waiting) this.#context.store.set({ view: { ...view, waiting } })
  }

  #apply(window: TaskWindow): void {
    const { store } = this.#context
    const { view, selection } = store.get()
    const pages = withWindow(NO_PAGES, window)
    const rows = this.#range.atTop ? 0 : (anchorShiftOrNull(this.#anchors(), pages) ?? 0)
    const shift = rows === 0 ? view.shift : { serial: view.shift.serial + 1, rows }
    const { total, revision, isPartial = false } = window
    store.set({
      view: { ...view, phase: 'ready', error: null, pages, total, revision, waiting: 0, shift, isPartial },
      selection: { ...selection, ...this.#toIndices(selection, pages, total) },
    })
    this.#events.onRows()
    void this.#fillPages()
  }

  /** The rows that are seen and those ahead: from where they lay, or from where their anchor lies by now. */
  #fetchSeen(generation: number): Promise<TaskWindow | null> {
    // The first rows do not wait for those ahead of the eye.
    const { first, last } = this.#view.phase === 'ready' ? this.#wanted() : this.#range
    const anchor = this.#anchorOrNull()
    if (anchor === null) {
      const { offset, limit } = toRefreshRange(first, last, LIMITS.windowRows)
      return this.#fetch(generation, offset, limit)
    }
    // Only whole pages are kept: the window begins with one, and goes on for one more.
    const { offset, limit } = toRefreshRange(first, last + PAGE_ROWS, LIMITS.windowRows)
    const { node, name } = anchor.row
    const around = { node, name, before: anchor.index - first, align: PAGE_ROWS }
    return this.#fetch(generation, offset, limit, around)
  }

  /** A list that may move is asked for around its anchor: thousands of rows may have gone above it. */
  #anchorOrNull(): { row: TaskRow; index: number } | null {
    const isForced = performance.now() < this.#forcedUntilMs
    if (this.#range.atTop || (this.#isHeld() && !isForced)) return null
    const { first, last } = this.#range
    for (let index = first; index <= last; index++) {
      const row = rowAt(this.#view.pages, index)
      if (row !== undefined) return { row, index }
    }
    return null
  }

  #anchors(): { key: string; index: number }[] {
    const anchors: { key: string; index: number }[] = []
    for (let index = this.#range.first; index <= this.#range.last; index++) {
      const row = rowAt(this.#view.pages, index)
      if (row !== undefined) anchors.push({ key: toRowKey(row), index })
    }
    return anchors
  }

  /** Where the keyboard and the start of a range are now. */
  #toIndices(
    { focusIndex, rangeStart, anchor }: Selection,
    pages: Pages,
    total: number,
  ): Pick<Selection, 'focusIndex' | 'rangeStart'> {
    if (focusIndex === null || total === 0) return { focusIndex: null, rangeStart: null }
    const row = rowAt(this.#view.pages, focusIndex)
    const found = row === undefined ? null : indexOfKeyOrNull(pages, toRowKey(row))
    const start = anchor === null ? null : indexOfKeyOrNull(pages, toRowKey(anchor))
    const next = found ?? Math.min(focusIndex, total - 1)
    return { focusIndex: next, rangeStart: rangeStart === focusIndex ? next : (start ?? rangeStart) }
  }

  /** Fetches the pages that the eye rests on or comes to, one after the other; skeletons stand there meanwhile. */
  async #fillPages(): Promise<void> {
    if (this.#fillingPages) return
    this.#fillingPages = true
    try {
      const generation = this.#generation
      while (generation === this.#generation && this.#view.phase === 'ready') {
        const { pages, total, revision } = this.#view
        const { first, last } = this.#range
        const wanted = this.#wanted()
        const page =
          missingPageOrNull(pages, first, last, total) ??
          missingPageOrNull(pages, wanted.first, wanted.last, total)
        if (page === null) return
        const stop = new AbortController()
        this.#filling = { page, stop }
        const window = await this.#fetch(generation, page * PAGE_ROWS, PAGE_ROWS, null, stop.signal)
        if (stop.signal.aborted) continue
        if (window === null) return
        const next = withWindow(this.#view.pages, window)
        this.#context.store.set({ view: { ...this.#view, pages: next } })
        this.#events.onRows()
        if (window.revision > revision && this.#view.queryId === null) this.#requestRefresh()
        if (!next.has(page)) return
      }
    } finally {
      this.#filling = null
      this.#fillingPages = false
    }
  }

  async #fetch(
    generation: number,
    offset: number,
    limit: number,
    around: Around | null = null,
    stop?: AbortSignal,
  ): Promise<TaskWindow | null> {
    const { list, order, queryId } = this.#view
    const signal = stop === undefined ? this.#shown.signal : AbortSignal.any([stop, this.#shown.signal])
    const { store } = this.#context
    if (store.get().connection !== 'ready' || store.get().queue === null) return null
    try {
      const queueId = this.#context.queueId()
      const from = around === null ? {} : { around }
      const query = queryId === null ? {} : { queryId }
      const window = await this.#context
        .client()
        .tasks.window({ queueId, list, order, offset, limit, ...query, ...from }, { signal })
      return generation === this.#generation ? window : null
    } catch (error) {
      if (signal.aborted) return null
      if (generation === this.#generation && store.get().connection === 'ready') {
        const report = toErrorReport(error)
        if (report.code === 'UNKNOWN_HANDLE') this.#events.onQueryLost()
        // The rows on the screen stay: a list that was read once is better than none.
        const phase = this.#view.phase === 'ready' ? 'ready' : 'error'
        store.set({ view: { ...this.#view, phase, error: report } })
      }
      return null
    }
  }
}
