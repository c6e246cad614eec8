import { useSyncExternalStore } from 'react'
import { createKeptList } from './kept-list.ts'

/** A filter that was worth keeping, with this queue, in this browser. */
export interface SavedFilter {
  readonly queuePath: string
  readonly name: string
  readonly state: string
  readonly expression: string
}

const kept = createKeptList<SavedFilter>('fq-filters', isSavedFilter)

export function useSavedFilters(queuePath: string): readonly SavedFilter[] {
  const all = useSyncExternalStore(kept.subscribe, kept.get)
  return all.filter((filter) => filter.queuePath === queuePath)
}

/** One of the same name in the same queue is replaced. */
export function saveFilter(filter: SavedFilter): void {
  kept.set([...kept.get().filter((one) => !isSame(one, filter)), filter])
}

export function forgetFilter(filter: SavedFilter): void {
  kept.set(kept.get().filter((one) => !isSame(one, filter)))
}

function isSame(a: SavedFilter, b: SavedFilter): boolean {
  return a.queuePath === b.queuePath && a.name === b.name
}

function isSavedFilter(value: Readonly<Record<string, unknown>>): boolean {
  return ['queuePath', 'name', 'state', 'expression'].every((key) => typeof value[key] === 'string')
}
