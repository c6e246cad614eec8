import type { TaskRow } from '../../shared/contract/model.ts'
import { NO_SELECTION } from './inspector-state.ts'
import type { Selection } from './inspector-state.ts'
import { rowAt, toRowKey } from './window-cache.ts'
import type { Pages } from './window-cache.ts'

/** `only`: this row alone; `toggle`: this row too, or no more; `range`: from where the last choice was to here. */
export type SelectMode = 'only' | 'toggle' | 'range'

export function select(selection: Selection, pages: Pages, index: number, mode: SelectMode): Selection {
  const row = rowAt(pages, index)
  if (row === undefined) return { ...NO_SELECTION, focusIndex: index, rangeStart: index }
  if (mode === 'toggle') return toggle(selection, row, index)
  if (mode === 'range') return selectRange(selection, pages, index)
  return { rows: new Map([[toRowKey(row), row]]), focusIndex: index, rangeStart: index }
}

export function clearSelection(selection: Selection): Selection {
  return { ...NO_SELECTION, focusIndex: selection.focusIndex }
}

function toggle(selection: Selection, row: TaskRow, index: number): Selection {
  const rows = new Map(selection.rows)
  const key = toRowKey(row)
  if (!rows.delete(key)) rows.set(key, row)
  return { rows, focusIndex: index, rangeStart: index }
}

/** Rows that were not fetched yet cannot be chosen: nobody has seen them. */
function selectRange(selection: Selection, pages: Pages, index: number): Selection {
  const start = selection.rangeStart ?? selection.focusIndex ?? index
  const rows = new Map<string, TaskRow>()
  for (let at = Math.min(start, index); at <= Math.max(start, index); at++) {
    const row = rowAt(pages, at)
    if (row !== undefined) rows.set(toRowKey(row), row)
  }
  return { rows, focusIndex: index, rangeStart: start }
}
