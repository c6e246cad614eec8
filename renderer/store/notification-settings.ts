import { NO_RULES } from './notifications.ts'
import type { NotificationRules } from './notifications.ts'

const STORAGE_KEY = 'fq-notifications'
/** Queues whose choice is remembered; the longest untouched is forgotten first. */
const MAX_QUEUES = 100
const MIN_AGE_MS = 1_000

/** What this person wants to be told of, by the path of the queue; kept in this browser. */
export function readRules(queuePath: string): NotificationRules {
  const kept = readAll()[queuePath]
  return isRecord(kept) ? toRules(kept) : NO_RULES
}

export function keepRules(queuePath: string, rules: NotificationRules): void {
  const { [queuePath]: _former, ...others } = readAll()
  const latest = Object.entries(others).slice(-(MAX_QUEUES - 1))
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries([...latest, [queuePath, rules]])))
  } catch {
    // Storage may be full or forbidden: then the choice lasts as long as the page.
  }
}

function readAll(): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}')
    return isRecord(kept) ? kept : {}
  } catch {
    return {}
  }
}

function toRules({
  newFailures,
  noWorker,
  oldestPendingMs,
  overdue,
}: Record<string, unknown>): NotificationRules {
  const isAge = typeof oldestPendingMs === 'number' && oldestPendingMs >= MIN_AGE_MS
  return {
    newFailures: newFailures === true,
    noWorker: noWorker === true,
    oldestPendingMs: isAge ? oldestPendingMs : null,
    overdue: overdue === true,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
