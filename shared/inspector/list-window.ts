/** Places in a list that spans one directory or several: all tasks in progress are those of one node after the other. Pure. */
import { compareTaskNames } from '../queue/index.ts'
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

/** A task to have in a window: in the middle, or with so many rows `before` it; the offset a multiple of `align`. */
export interface WindowAnchor extends TaskPlace {
  readonly before?: number | undefined
  readonly align?: number | undefined
}

/** Where a window of `limit` rows begins that holds the anchor. */
export function toOffset(
  lists: readonly ListedDir[],
  order: ListOrder,
  anchor: WindowAnchor,
  limit: number,
): number {
  const { before = limit >>> 1, align = 1 } = anchor
  const first = Math.max(0, positionOf(lists, order, anchor) - before)
  return first - (first % align)
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

/** Names of one directory, in order. */
export interface NamesOfDir {
  readonly node: string | null
  readonly names: readonly string[]
}

/** All names, oldest first. References only: no name is copied. */
export function namesOf(lists: readonly ListedDir[]): NamesOfDir[] {
  return lists.map(({ node, names }) => ({ node, names: names.window(0, names.size) }))
}

/** The names from one place to another, both included where they are still there, in whichever order they are given. */
export function namesBetween(lists: readonly ListedDir[], one: TaskPlace, other: TaskPlace): NamesOfDir[] {
  const [from, to] = [one, other].toSorted(
    (a, b) => positionOf(lists, 'oldest', a) - positionOf(lists, 'oldest', b),
  )
  if (from === undefined || to === undefined) return []
  const isEndThere = lists.some(({ node, names }) => node === to.node && names.has(to.name))
  let skip = positionOf(lists, 'oldest', from)
  let wanted = positionOf(lists, 'oldest', to) + (isEndThere ? 1 : 0) - skip
  return lists.map(({ node, names }) => {
    const found = names.window(skip, Math.max(0, wanted))
    skip = Math.max(0, skip - names.size)
    wanted -= found.length
    return { node, names: found }
  })
}

/** The task whose original id is `text`, or begins with it. Null: there is none. */
export function placeOfIdOrNull(lists: readonly ListedDir[], text: string): TaskPlace | null {
  for (const { node, names } of lists) {
    const name = names.nameOfId(text) ?? names.withPrefix(text).next().value
    if (name !== undefined) return { node, name }
  }
  return null
}

/** The first task whose id's time is `us` or later; the last one where all are older. Null where there are none. */
export function placeOfTimeOrNull(lists: readonly ListedDir[], us: string): TaskPlace | null {
  let found: TaskPlace | null = null
  for (const { node, names } of lists) {
    const name = names.window(names.positionOfTime(us), 1)[0] ?? names.namesBefore(null, 1)[0]
    if (name === undefined) continue
    if (found === null || isNearer(us, name, found.name)) found = { node, name }
  }
  return found
}

/** True where `name` is nearer to the time in question than `other`: the first one that is not before it, else the last. */
function isNearer(us: string, name: string, other: string): boolean {
  const isBefore = compareTaskNames(name, `${us}_`) < 0
  const isOtherBefore = compareTaskNames(other, `${us}_`) < 0
  if (isBefore !== isOtherBefore) return isOtherBefore
  return compareTaskNames(name, other) < 0 !== isBefore
}
