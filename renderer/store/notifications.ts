/**
 * When a person is told, and of what. Pure: takes what was known and what is seen now, and gives what to say. Everything is off until
 * it is chosen, per queue; news of one kind are gathered, so that a storm of failures is one message; nothing in a message comes from a
 * payload.
 */
import type { QueueUpdate } from '../../shared/contract/model.ts'
import { countOf, formatSpan } from '../components/format.ts'
import type { Place } from './route.ts'

export interface NotificationRules {
  readonly newFailures: boolean
  /** Tasks wait, and no node has shown life for a while. */
  readonly noWorker: boolean
  /** The oldest pending task waits longer than this, ms; null: off. */
  readonly oldestPendingMs: number | null
  /** A scheduled task is overdue, and nobody makes it due. */
  readonly overdue: boolean
}

export const NO_RULES: NotificationRules = {
  newFailures: false,
  noWorker: false,
  oldestPendingMs: null,
  overdue: false,
}

export type RuleId = keyof NotificationRules

export interface Notice {
  readonly rule: RuleId
  readonly title: string
  readonly body: string
  /** Where a click leads. */
  readonly place: Place
}

/** What is remembered between two looks. */
export interface RuleMemory {
  /** Failed tasks when they were last told of, or first seen; null before the first look. */
  readonly failedTold: number | null
  readonly lastToldMs: Readonly<Partial<Record<RuleId, number>>>
  /** Since when each condition holds; absent where it does not. */
  readonly sinceMs: Readonly<Partial<Record<RuleId, number>>>
  /** Conditions that were told and still hold: they are not told again. */
  readonly told: readonly RuleId[]
}

export const NO_MEMORY: RuleMemory = { failedTold: null, lastToldMs: {}, sinceMs: {}, told: [] }

/** News of one kind are this far apart at least; what comes meanwhile is gathered. */
export const QUIET_MS = 60_000
/** A worker that restarts, and a due task that is just being moved, are no news. */
export const GRACE_MS: Readonly<Record<Exclude<RuleId, 'newFailures'>, number>> = {
  noWorker: 60_000,
  oldestPendingMs: 0,
  overdue: 60_000,
}

const PLACES: Readonly<Record<RuleId, Place>> = {
  newFailures: { kind: 'list', list: { state: 'failed', node: null } },
  noWorker: { kind: 'overview' },
  oldestPendingMs: { kind: 'list', list: { state: 'pending', node: null } },
  overdue: { kind: 'list', list: { state: 'scheduled', node: null } },
}

export function applyRules(
  memory: RuleMemory,
  update: QueueUpdate,
  rules: NotificationRules,
  nowMs: number,
): { readonly memory: RuleMemory; readonly notices: readonly Notice[] } {
  // While the directory is lost, or is being listed again, numbers jump for no reason of the queue's.
  if (update.health.mode === 'lost' || update.health.mode === 'catching-up') return { memory, notices: [] }
  const failures = applyFailures(memory, update, rules, nowMs)
  return toConditions(update, rules, nowMs).reduce((result, condition) => {
    const next = applyCondition(result.memory, condition, nowMs)
    return { memory: next.memory, notices: [...result.notices, ...next.notices] }
  }, failures)
}

interface Applied {
  readonly memory: RuleMemory
  readonly notices: readonly Notice[]
}

function applyFailures(
  memory: RuleMemory,
  update: QueueUpdate,
  rules: NotificationRules,
  nowMs: number,
): Applied {
  const failed = update.counts.failed
  // Tasks that were requeued or deleted lower the mark: the next one that fails is news again.
  const mark = Math.min(memory.failedTold ?? failed, failed)
  const news = failed - mark
  const isQuiet = nowMs - (memory.lastToldMs.newFailures ?? -Infinity) < QUIET_MS
  if (!rules.newFailures) return { memory: { ...memory, failedTold: failed }, notices: [] }
  if (news === 0 || isQuiet) return { memory: { ...memory, failedTold: mark }, notices: [] }
  const title = news === 1 ? 'A task has failed' : `${countOf(news, 'task')} have failed`
  const body = failed === news ? 'They lie in Failed.' : `${countOf(failed, 'task')} lie in Failed now.`
  return {
    memory: { ...memory, failedTold: failed, lastToldMs: { ...memory.lastToldMs, newFailures: nowMs } },
    notices: [
      {
        rule: 'newFailures',
        title,
        body: news === 1 && failed === 1 ? 'It lies in Failed.' : body,
        place: PLACES.newFailures,
      },
    ],
  }
}

interface Condition {
  readonly rule: Exclude<RuleId, 'newFailures'>
  readonly isOn: boolean
  readonly holds: boolean
  readonly title: string
  readonly body: string
}

function toConditions(update: QueueUpdate, rules: NotificationRules, nowMs: number): Condition[] {
  const { counts, nodes, oldestPendingAtMs, firstDueAtMs } = update
  const isAnyoneThere = nodes.some(({ liveness }) => liveness === 'alive' || liveness === 'active')
  const oldestMs = oldestPendingAtMs === null ? 0 : nowMs - oldestPendingAtMs
  return [
    {
      rule: 'noWorker',
      isOn: rules.noWorker,
      holds: counts.pending > 0 && !isAnyoneThere,
      title: 'No worker takes tasks',
      body: `${countOf(counts.pending, 'task')} ${counts.pending === 1 ? 'waits' : 'wait'}, and no node has shown life for a minute.`,
    },
    {
      rule: 'oldestPendingMs',
      isOn: rules.oldestPendingMs !== null,
      holds: rules.oldestPendingMs !== null && oldestMs > rules.oldestPendingMs,
      title: `A task has waited for ${formatSpan(oldestMs)}`,
      body: `${countOf(counts.pending, 'task')} ${counts.pending === 1 ? 'is' : 'are'} pending.`,
    },
    {
      rule: 'overdue',
      isOn: rules.overdue,
      holds: firstDueAtMs !== null && firstDueAtMs < nowMs,
      title: 'A scheduled task is overdue',
      body: 'Nobody has moved it to pending: workers do that, and none seems to look.',
    },
  ]
}

/** Told once when it has held for its grace, and again only after it has ceased in between. */
function applyCondition(memory: RuleMemory, condition: Condition, nowMs: number): Applied {
  const { rule, isOn, holds, title, body } = condition
  const { [rule]: since, ...otherSince } = memory.sinceMs
  const wasTold = memory.told.includes(rule)
  if (!isOn || !holds) {
    const told = memory.told.filter((id) => id !== rule)
    return { memory: { ...memory, sinceMs: otherSince, told }, notices: [] }
  }
  const sinceMs = since ?? nowMs
  const isQuiet = nowMs - (memory.lastToldMs[rule] ?? -Infinity) < QUIET_MS
  const held = { ...memory, sinceMs: { ...otherSince, [rule]: sinceMs } }
  if (wasTold || isQuiet || nowMs - sinceMs < GRACE_MS[rule]) return { memory: held, notices: [] }
  return {
    memory: { ...held, told: [...memory.told, rule], lastToldMs: { ...memory.lastToldMs, [rule]: nowMs } },
    notices: [{ rule, title, body, place: PLACES[rule] }],
  }
}
