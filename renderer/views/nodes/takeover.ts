import type { NodeClaim } from '../../../shared/contract/insight.ts'
import { countOf, formatSpan } from '../../components/format.ts'

/**
 * Who may take the claims of a node away by now; null where nobody may yet. By workers' default timeout of 30 s: what they were really
 * started with, no file tells.
 *
 * @param claims Those first that would be taken first, maybe not all.
 */
export function toTakeoverWords(claims: readonly NodeClaim[], total: number, nowMs: number): string | null {
  const byOurs = claims.filter(({ takeover }) => takeover.byOursAtMs <= nowMs)
  const byPython = claims.filter(({ takeover }) => takeover.byPythonAtMs <= nowMs)
  const isAny = byOurs.length > 0
  const some = isAny ? byOurs : byPython
  if (some.length === 0) return null
  const sinceMs = Math.min(
    ...some.map(({ takeover }) => (isAny ? takeover.byOursAtMs : takeover.byPythonAtMs)),
  )
  const what = toSubject(some.length, claims.length < total, total)
  const by = isAny ? 'any other worker' : 'a Python worker'
  return `${what} may be taken by ${by} since ${formatSpan(nowMs - sinceMs)}.`
}

function toSubject(count: number, isPart: boolean, total: number): string {
  if (total === 1) return 'Its task'
  if (count === total) return `All ${countOf(total, 'task')}`
  return isPart ? `At least ${countOf(count, 'task')}` : `${count} of its ${countOf(total, 'task')}`
}
