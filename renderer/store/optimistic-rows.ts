import type { TaskRow } from '../../shared/contract/model.ts'
import { PAGE_ROWS, toRowKey } from './window-cache.ts'
import type { Pages } from './window-cache.ts'

/** The pages without rows that left the list; the rows below move up. Gaps are filled by the next window. */
export function withoutRows(
  pages: Pages,
  keys: ReadonlySet<string>,
): { readonly pages: Pages; readonly removed: number } {
  const next = new Map<number, TaskRow[]>()
  let removed = 0
  for (const page of [...pages.keys()].toSorted((a, b) => a - b)) {
    pages.get(page)?.forEach((row, at) => {
      if (keys.has(toRowKey(row))) {
        removed++
        return
      }
      const index = page * PAGE_ROWS + at - removed
      const target = Math.floor(index / PAGE_ROWS)
      const rows = next.get(target) ?? []
      if (rows.length === index % PAGE_ROWS) next.set(target, [...rows, row])
    })
  }
  return { pages: next, removed }
}
