/** Places in a list that spans one directory or several: all tasks in progress are those of one node after the other. Pure. */
import { NameList } from './task-index.ts'

export type ListOrder = 'oldest' | 'newest'

/** Where a task's file lies within a list. */
export interface TaskPlace {
  readonly node: string | null
  readonly name: string
}

export interface ListedDir {
  readonly node: string | null
  /** The directory, relative to the queue's. */
  readonly dir: string
  readonly names: NameList
}

export function totalOf(lists: readonly ListedDir[]): number {
  return lists.reduce((sum, { names }) => sum + names.size, 0)
}

/** Where a place is, or where it would be. */
export function positionOf(lists: readonly ListedDir[], order: ListOrder, place: TaskPlace): number {
  let before = 0
  for (const { node, names } of lists) {
    if (node === place.node) {
      const position = before + names.positionOf(place.name)
      return order === 'oldest' ? position : Math.max(0, totalOf(lists) - 1 - position)
    }
    before += names.size
  }
  return 0
}

/** At most `limit` places from position `offset` on. */
export function placesOf(
  lists: readonly ListedDir[],
  order: ListOrder,
  offset: number,
  limit: number,
): TaskPlace[] {
  const isNewestFirst = order === 'newest'
  const places: TaskPlace[] = []
  let skip = offset
  for (const { node, names } of isNewestFirst ? lists.toReversed() : lists) {
    const wanted = limit - places.length
    if (wanted <= 0) break
    const taken = Math.max(0, Math.min(wanted, names.size - skip))
    const found = names.window(isNewestFirst ? names.size - skip - taken : skip, taken)
    if (isNewestFirst) found.reverse()
    for (const name of found) places.push({ node, name })
    skip = Math.max(0, skip - names.size)
  }
  return places
}
