import { useSyncExternalStore } from 'react'
import { createStore } from './create-store.ts'

/** How this person likes the window; kept in this browser, never in the queue. */
export interface Preferences {
  readonly density: 'compact' | 'comfortable'
  readonly flowOpen: boolean
  readonly paneWidth: number
  readonly sidebarOpen: boolean
  readonly sidebarWidth: number
}

const STORAGE_KEY = 'fq-preferences'
export const PANE_WIDTH = { min: 380, first: 440, max: 760 } as const
export const SIDEBAR_WIDTH = { min: 180, first: 220, max: 400 } as const
const DEFAULTS: Preferences = {
  density: 'compact',
  flowOpen: true,
  paneWidth: PANE_WIDTH.first,
  sidebarOpen: true,
  sidebarWidth: SIDEBAR_WIDTH.first,
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

export function toggleSidebar(): void {
  setPreferences({ sidebarOpen: !store.get().sidebarOpen })
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
  const { density, flowOpen, paneWidth, sidebarOpen, sidebarWidth } = kept
  return {
    density: density === 'comfortable' ? 'comfortable' : 'compact',
    flowOpen: typeof flowOpen === 'boolean' ? flowOpen : DEFAULTS.flowOpen,
    paneWidth: toWidth(paneWidth, PANE_WIDTH),
    sidebarOpen: typeof sidebarOpen === 'boolean' ? sidebarOpen : DEFAULTS.sidebarOpen,
    sidebarWidth: toWidth(sidebarWidth, SIDEBAR_WIDTH),
  }
}

function toWidth(kept: unknown, { min, first, max }: typeof PANE_WIDTH | typeof SIDEBAR_WIDTH): number {
  return typeof kept === 'number' ? Math.round(Math.min(max, Math.max(min, kept))) : first
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
