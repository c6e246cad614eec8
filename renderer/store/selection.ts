import { LIMITS } from '../../shared/contract/limits.ts'
import type { TaskRow } from '../../shared/contract/model.ts'
import type { FrozenSet } from '../../shared/contract/work.ts'
import type { Choice, SetOrigin } from './choice.ts'
import { NO_SELECTION } from './inspector-state.ts'
import type { DetailView, Selection } from './inspector-state.ts'
import { rowAt, toRowKey } from './window-cache.ts'
import type { Pages } from './window-cache.ts'

/** `only`: this row alone; `toggle`: this row too, or no more; `range`: from where the last choice was to here. */
export type SelectMode = 'only' | 'toggle' | 'range'

export function select(selection: Selection, pages: Pages, index: number, mode: SelectMode): Selection {
  const row = rowAt(pages, index)
  if (mode === 'range') return selectRange(selection, pages, index)
  if (row === undefined) return { ...NO_SELECTION, focusIndex: index, rangeStart: index }
  if (mode === 'toggle') return toggle(selection, row, index)
  const rows = new Map([[toRowKey(row), row]])
  return { ...NO_SELECTION, rows, focusIndex: index, rangeStart: index, anchor: row }
}

export function clearSelection(selection: Selection): Selection {
  return { ...NO_SELECTION, focusIndex: selection.focusIndex }
}

/** Rows picked one by one can be named in one call: no more are picked than that. */
export function isPickFull(selection: Selection): boolean {
  return selection.rows.size >= LIMITS.windowRows
}

export function countSelected(selection: Selection): number {
  return selection.frozen === null ? selection.rows.size : selection.frozen.set.total
}

/** @returns Null where nothing is selected. */
export function toChoiceOrNull(selection: Selection): Choice | null {
  if (selection.frozen !== null) {
    const { set, origin } = selection.frozen
    return { kind: 'set', set, origin }
  }
  return selection.rows.size === 0 ? null : { kind: 'rows', rows: [...selection.rows.values()] }
}

/** The task in the pane, for what is done where nothing is selected; not while it is looked for. */
export function toInspectedOrNull(detail: DetailView | null): Choice | null {
  return detail === null || detail.phase === 'moving' ? null : { kind: 'rows', rows: [detail.row] }
}

/** A row that came after the set was fixed is not in it, wherever it stands. */
export function isSelected(selection: Selection, row: TaskRow, index: number): boolean {
  const { frozen, rows } = selection
  if (frozen === null) return rows.has(toRowKey(row))
  const { span, set } = frozen
  if (span !== null && (index < span.first || index > span.last)) return false
  return row.changedAtMs === null || row.changedAtMs <= set.frozenAtMs
}

/** Rows of a list by their places, both included. */
export interface Span {
  readonly first: number
  readonly last: number
}

/** The rows between the last choice and `index`, where they are too many, or not all known: then they must be frozen. */
export function unknownRangeOrNull(selection: Selection, pages: Pages, index: number): Span | null {
  const start = selection.rangeStart ?? selection.focusIndex ?? index
  const [first, last] = [Math.min(start, index), Math.max(start, index)]
  if (last - first >= LIMITS.windowRows) return { first, last }
  for (let at = first; at <= last; at++) if (rowAt(pages, at) === undefined) return { first, last }
  return null
}

export function withFrozen(
  selection: Selection,
  set: FrozenSet,
  span: Span | null,
  found: SetOrigin['found'],
): Selection {
  const origin = { found, isRange: span !== null }
  return { ...selection, rows: new Map(), isFreezing: false, frozen: { set, origin, span } }
}

function toggle(selection: Selection, row: TaskRow, index: number): Selection {
  const rows = new Map(selection.rows)
  const key = toRowKey(row)
  if (!rows.delete(key)) rows.set(key, row)
  return { ...NO_SELECTION, rows, focusIndex: index, rangeStart: index, anchor: row }
}

function selectRange(selection: Selection, pages: Pages, index: number): Selection {
  const start = selection.rangeStart ?? selection.focusIndex ?? index
  const rows = new Map<string, TaskRow>()
  for (let at = Math.min(start, index); at <= Math.max(start, index); at++) {
    const row = rowAt(pages, at)
    if (row !== undefined && rows.size < LIMITS.windowRows) rows.set(toRowKey(row), row)
  }
  const anchor = selection.anchor ?? rowAt(pages, start) ?? null
  return { ...NO_SELECTION, rows, focusIndex: index, rangeStart: start, anchor }
}
