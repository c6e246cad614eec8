import { useSyncExternalStore } from 'react'
import { createStore } from './create-store.ts'

/** How this person likes the window; kept in this browser, never in the queue. */
export interface Preferences {
  readonly density: 'compact' | 'comfortable'
  readonly flowOpen: boolean
  readonly paneWidth: number
}

const STORAGE_KEY = 'fq-preferences'
export const PANE_WIDTH = { min: 380, first: 440, max: 760 } as const
const DEFAULTS: Preferences = {
  density: 'compact',
  flowOpen: true,
  paneWidth: PANE_WIDTH.first,
}

const store = createStore<Preferences>(readPreferences())

export function usePreferences(): Preferences {
  return useSyncExternalStore(store.subscribe, store.get)
}

export function setPreferences(patch: Partial<Preferences>): void {
  store.set(patch)
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(store.get()))
  } catch {
    // Storage may be full or forbidden: then the choice lasts as long as the page.
  }
}

export function toggleDensity(): void {
  setPreferences({ density: store.get().density === 'compact' ? 'comfortable' : 'compact' })
}

export function toggleFlow(): void {
  setPreferences({ flowOpen: !store.get().flowOpen })
}

function readPreferences(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}')
    return isRecord(kept) ? toPreferences(kept) : DEFAULTS
  } catch {
    return DEFAULTS
  }
}

function toPreferences(kept: Record<string, unknown>): Preferences {
  const { density, flowOpen, paneWidth } = kept
  return {
    density: density === 'comfortable' ? 'comfortable' : 'compact',
    flowOpen: typeof flowOpen === 'boolean' ? flowOpen : DEFAULTS.flowOpen,
    paneWidth: typeof paneWidth === 'number' ? clampPaneWidth(paneWidth) : DEFAULTS.paneWidth,
  }
}

export function clampPaneWidth(width: number): number {
  return Math.round(Math.min(PANE_WIDTH.max, Math.max(PANE_WIDTH.min, width)))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
