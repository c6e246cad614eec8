import { createContext, use, useSyncExternalStore } from 'react'
import type { Platform } from '../client/inspector-client.ts'
import type { InspectorState } from './inspector-state.ts'
import type { InspectorStore } from './inspector-store.ts'

export interface InspectorSetup {
  readonly inspector: InspectorStore
  readonly platform: Platform
}

export const InspectorContext = createContext<InspectorSetup | null>(null)

export function useSetup(): InspectorSetup {
  const setup = use(InspectorContext)
  if (setup === null) throw new Error('No inspector above this component')
  return setup
}

export function useInspector(): InspectorStore {
  return useSetup().inspector
}

/** Reads one part of the state; the view is drawn again when that part is another one. */
export function useInspectorState<Part>(selector: (state: InspectorState) => Part): Part {
  const { store } = useInspector()
  return useSyncExternalStore(store.subscribe, () => selector(store.get()))
}
