import { useSyncExternalStore } from 'react'
import type { Store } from './create-store.ts'
import type { InsightState } from './insight-controller.ts'
import { useInspector } from './use-inspector.ts'

/** Reads one part of what the overview knows. */
export function useInsight<Part>(selector: (state: InsightState) => Part): Part {
  const { store } = useInspector().insight
  return usePart(store, selector)
}

/** Reads one part of any store; the view is drawn again when that part is another one. */
export function usePart<State, Part>(store: Store<State>, selector: (state: State) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => selector(store.get()))
}
