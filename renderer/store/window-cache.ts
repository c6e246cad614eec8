import type { TaskRow, TaskWindow } from '../../shared/contract/model.ts'

/** Rows fetched at once while scrolling. */
export const PAGE_ROWS = 100
/** Rows kept: a long scroll through a million must not fill memory. */
const MAX_PAGES = 60

/** The rows of one list that are known, by page. Immutable: each change gives a new one. */
export type Pages = ReadonlyMap<number, readonly TaskRow[]>

export const NO_PAGES: Pages = new Map()

export function rowAt(pages: Pages, index: number): TaskRow | undefined {
  return pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS]
}

/** A row's identity within its state: a name is unique within its directory only. */
export function toRowKey(row: { readonly node: string | null; readonly name: string }): string {
  return `${row.node ?? ''}/${row.name}`
}

/** The first missing page among those that rows `first` to `last` lie on, or null. */
export function missingPageOrNull(pages: Pages, first: number, last: number, total: number): number | null {
  const end = Math.min(last, total - 1)
  for (let page = Math.floor(first / PAGE_ROWS); page * PAGE_ROWS <= end; page++) {
    if (!pages.has(page)) return page
  }
  return null
}

/** Adds the pages that `window` covers whole, or to the list's end; drops those farthest from it beyond the limit. */
export function withWindow(pages: Pages, window: TaskWindow): Pages {
  const next = new Map(pages)
  const firstPage = Math.ceil(window.offset / PAGE_ROWS)
  const end = window.offset + window.rows.length
  for (let page = firstPage; page * PAGE_ROWS < end; page++) {
    const from = page * PAGE_ROWS
    const isWhole = from + PAGE_ROWS <= end || end >= window.total
    if (isWhole) next.set(page, window.rows.slice(from - window.offset, from - window.offset + PAGE_ROWS))
  }
  if (next.size <= MAX_PAGES) return next
  const far = [...next.keys()].toSorted((a, b) => Math.abs(b - firstPage) - Math.abs(a - firstPage))
  for (const page of far.slice(0, next.size - MAX_PAGES)) next.delete(page)
  return next
}

/** The whole pages on which the visible rows lie, as one window to ask for: never more than `maxRows`. */
export function toRefreshRange(
  first: number,
  last: number,
  maxRows: number,
): { readonly offset: number; readonly limit: number } {
  const firstPage = Math.floor(first / PAGE_ROWS)
  const pages = Math.floor(last / PAGE_ROWS) - firstPage + 1
  return {
    offset: firstPage * PAGE_ROWS,
    limit: Math.min(pages, Math.floor(maxRows / PAGE_ROWS)) * PAGE_ROWS,
  }
}

/** The window's rows, each as the very object that `known` has where nothing in it changed: it is not drawn again. */
export function withKnownRows(known: Pages, window: TaskWindow): TaskWindow {
  const before = new Map<string, TaskRow>()
  for (const rows of known.values()) for (const row of rows) before.set(toRowKey(row), row)
  const rows = window.rows.map((row) => {
    const old = before.get(toRowKey(row))
    return old !== undefined && isSameRow(old, row) ? old : row
  })
  return { ...window, rows }
}

/** A file's content cannot change without its ctime. */
function isSameRow(a: TaskRow, b: TaskRow): boolean {
  return (
    a.ref?.inode === b.ref?.inode &&
    a.ref?.device === b.ref?.device &&
    a.changedAtMs === b.changedAtMs &&
    a.enteredAtMs === b.enteredAtMs &&
    a.writtenAtMs === b.writtenAtMs &&
    a.payloadBytes === b.payloadBytes &&
    a.previewKind === b.previewKind &&
    a.preview === b.preview &&
    a.reason === b.reason &&
    a.attempts === b.attempts
  )
}

/** True when every row seen between `first` and `last` still lies where it lay: showing `next` moves nothing. */
export function isUnmoved(shown: Pages, next: Pages, first: number, last: number): boolean {
  for (let index = first; index <= last; index++) {
    const row = rowAt(shown, index)
    const then = rowAt(next, index)
    if (row !== undefined && (then === undefined || toRowKey(row) !== toRowKey(then))) return false
  }
  return true
}

/** How many rows came or went between two looks, as far as both saw them; at least the difference of the totals. */
export function countChanges(shown: Pages, shownTotal: number, next: Pages, nextTotal: number): number {
  const before = new Set<string>()
  const after = new Set<string>()
  for (const [page, rows] of next) {
    const old = shown.get(page)
    if (old === undefined) continue
    for (const row of old) before.add(toRowKey(row))
    for (const row of rows) after.add(toRowKey(row))
  }
  const gone = [...before].filter((key) => !after.has(key)).length
  const come = [...after].filter((key) => !before.has(key)).length
  return Math.max(gone + come, Math.abs(nextTotal - shownTotal))
}

/** How many rows the list moved down under its anchor, the first of `anchors` found again; null when none is. */
export function anchorShiftOrNull(
  anchors: readonly { readonly key: string; readonly index: number }[],
  next: Pages,
): number | null {
  const indexOf = new Map<string, number>()
  for (const [page, rows] of next) {
    rows.forEach((row, at) => indexOf.set(toRowKey(row), page * PAGE_ROWS + at))
  }
  for (const { key, index } of anchors) {
    const found = indexOf.get(key)
    if (found !== undefined) return found - index
  }
  return null
}

export function indexOfKeyOrNull(pages: Pages, key: string): number | null {
  for (const [page, rows] of pages) {
    const at = rows.findIndex((row) => toRowKey(row) === key)
    if (at >= 0) return page * PAGE_ROWS + at
  }
  return null
}
