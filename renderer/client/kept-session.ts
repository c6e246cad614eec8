/**
 * Which queue this page had open, kept in its tab's own storage: a reload, by the person or after a crash, opens it again; the
 * place in it stands in the address (store/route.ts). Never outlives the tab or window. What is read back is checked: the
 * storage could hold anything.
 */
import type { OpenSource } from '../../shared/contract/contract.ts'

const STORAGE_KEY = 'fq-session'

export function keepSource(source: OpenSource | null): void {
  try {
    if (source === null) sessionStorage.removeItem(STORAGE_KEY)
    else sessionStorage.setItem(STORAGE_KEY, JSON.stringify(source))
  } catch {
    // Storage may be full or forbidden: then a reload begins anew.
  }
}

export function readKeptSourceOrNull(): OpenSource | null {
  try {
    return toSourceOrNull(JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null'))
  } catch {
    return null
  }
}

function toSourceOrNull(source: unknown): OpenSource | null {
  if (!isRecord(source)) return null
  const { kind, recentId, path } = source
  if (kind === 'start' || kind === 'demo') return { kind }
  if (kind === 'recent' && typeof recentId === 'string') return { kind, recentId }
  if (kind === 'path' && typeof path === 'string') return { kind, path }
  return null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
