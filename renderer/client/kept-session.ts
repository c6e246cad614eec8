/**
 * Where this page was, kept in its tab's own storage: a reload, by the person or after a crash, comes back to the same queue
 * and place. Never outlives the tab or window. What is read back is checked: the storage could hold anything.
 */
import type { OpenSource } from '../../shared/contract/contract.ts'
import type { TaskList, TaskState } from '../../shared/contract/model.ts'

export interface KeptSession {
  readonly source: OpenSource
  /** Null: the problems. */
  readonly list: TaskList | null
  /** The task that was inspected or chosen last, by its original id. */
  readonly taskId: string | null
  readonly paneOpen: boolean
}

const STORAGE_KEY = 'fq-session'
const STATES: ReadonlySet<unknown> = new Set<TaskState>([
  'pending',
  'in-progress',
  'scheduled',
  'failed',
  'done',
])

export function keepSession(session: KeptSession | null): void {
  try {
    if (session === null) sessionStorage.removeItem(STORAGE_KEY)
    else sessionStorage.setItem(STORAGE_KEY, JSON.stringify(session))
  } catch {
    // Storage may be full or forbidden: then a reload begins anew.
  }
}

export function readKeptSessionOrNull(): KeptSession | null {
  try {
    return toSessionOrNull(JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null'))
  } catch {
    return null
  }
}

function toSessionOrNull(kept: unknown): KeptSession | null {
  if (!isRecord(kept)) return null
  const source = toSourceOrNull(kept['source'])
  if (source === null) return null
  const { taskId, paneOpen } = kept
  return {
    source,
    list: toListOrNull(kept['list']),
    taskId: typeof taskId === 'string' ? taskId : null,
    paneOpen: paneOpen === true,
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

function toListOrNull(list: unknown): TaskList | null {
  if (!isRecord(list)) return null
  const { state, node } = list
  if (!isState(state)) return null
  return { state, node: state === 'in-progress' && typeof node === 'string' ? node : null }
}

function isState(value: unknown): value is TaskState {
  return STATES.has(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
