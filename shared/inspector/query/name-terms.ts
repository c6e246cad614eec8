/** The terms of a filter that a task's name decides alone. Pure: they run on the inspector's own thread. */
import type { FilterTerm } from '../../contract/filter-expression.ts'
import { isInRange } from '../../contract/filter-values.ts'
import type { NumberRange, TimeRange } from '../../contract/filter-values.ts'
import type { ProbedName } from './task-probe.ts'
import { toTextMatcher } from './text-needle.ts'

export interface TimedAnswer {
  readonly holds: boolean
  /** When the answer turns, ms since 1970; Infinity: never. */
  readonly turnsAtMs: number
}

export type NameTest = (name: ProbedName, nowMs: number) => boolean | TimedAnswer

/** The same name as `pattern`, in which `*` stands for any part. */
export function toGlobMatcher(pattern: string): (candidate: string) => boolean {
  if (!pattern.includes('*')) return (candidate) => candidate === pattern
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  // By hand: as a regular expression, many stars take time without end on the inspector's own thread.
  return (candidate) => {
    if (candidate.length < first.length + last.length) return false
    if (!candidate.startsWith(first) || !candidate.endsWith(last)) return false
    const end = candidate.length - last.length
    let at = first.length
    for (const part of parts.slice(1, -1)) {
      const found = candidate.indexOf(part, at)
      if (found === -1 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}

/**
 * Whether the time between two moments lies in a range, and when that turns.
 * @param sinceMs The moment that lies back, ms since 1970; the time that has passed since then grows.
 */
export function testElapsed(range: NumberRange, sinceMs: number, nowMs: number): TimedAnswer {
  return { holds: isInRange(nowMs - sinceMs, range), turnsAtMs: nextTurn(range, nowMs, (ms) => sinceMs + ms) }
}

/** The same for the time that is left until a moment: it shrinks. */
function testLeft(range: NumberRange, untilMs: number, nowMs: number): TimedAnswer {
  return { holds: isInRange(untilMs - nowMs, range), turnsAtMs: nextTurn(range, nowMs, (ms) => untilMs - ms) }
}

function nextTurn({ min, max }: NumberRange, nowMs: number, toMoment: (ms: number) => number): number {
  const moments = [min, max].filter((end) => end !== null).map(toMoment)
  return Math.min(...moments.filter((ms) => ms >= nowMs), Infinity)
}

/** For a time that lies back, as when a task was pushed. */
export function testTime(time: TimeRange, atMs: number, nowMs: number): boolean | TimedAnswer {
  return time.kind === 'ago' ? testElapsed(time.range, atMs, nowMs) : isInRange(atMs, time.range)
}

/** Null for a term that needs a look at the file. */
export function toNameTestOrNull(term: FilterTerm): NameTest | null {
  switch (term.kind) {
    case 'id': {
      const matches = toTextMatcher(term.text)
      return ({ taskId, name }) => matches(taskId) || matches(name)
    }
    case 'state':
      return ({ list }) => list === term.state
    case 'node': {
      const matches = toGlobMatcher(term.pattern)
      return ({ node, list }) => list === 'in-progress' && node !== null && matches(node)
    }
    case 'attempts':
      return ({ attempts }) => attempts !== null && isInRange(attempts, term.range)
    case 'due': {
      const { time } = term
      return ({ taskId }, nowMs) => {
        const dueMs = Number(taskId.slice(0, taskId.indexOf('_'))) / 1000
        return time.kind === 'ago' ? testLeft(time.range, dueMs, nowMs) : isInRange(dueMs, time.range)
      }
    }
    case 'is':
      if (term.value !== 'overdue') return null
      return ({ list, taskId }, nowMs) => {
        if (list !== 'scheduled') return false
        const dueMs = Number(taskId.slice(0, taskId.indexOf('_'))) / 1000
        return { holds: dueMs <= nowMs, turnsAtMs: dueMs > nowMs ? dueMs : Infinity }
      }
    default:
      return null
  }
}
