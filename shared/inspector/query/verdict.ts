import { isTimed, TERM_COSTS, toTermCost } from '../../contract/filter-expression.ts'
import type { FilterTerm } from '../../contract/filter-expression.ts'
import type { TaskState } from '../../contract/list-states.ts'
import type { TimedAnswer } from './name-terms.ts'

/** What came of looking at one task. As bytes: they cross threads in shared memory. */
export const VERDICT = {
  /** Not looked at yet. */
  none: 0,
  no: 1,
  match: 2,
  /** Nothing lies there any more. */
  gone: 3,
  unreadable: 4,
  /** The payload goes on behind what is searched. */
  cut: 5,
  /** It took too long and was given up. */
  slow: 6,
} as const
type Verdict = (typeof VERDICT)[keyof typeof VERDICT]

export interface Decision {
  readonly verdict: Verdict
  /** When to look again because the answer turns with time, ms since 1970; Infinity: never. */
  readonly turnsAtMs: number
}

type Test<T> = (subject: T, nowMs: number) => boolean | TimedAnswer | null

/** Terms in the order in which they are cheapest to decide. */
export function toCheapestFirst(terms: readonly FilterTerm[], list: TaskState): FilterTerm[] {
  const rank = (term: FilterTerm): number =>
    TERM_COSTS.indexOf(toTermCost(term, list)) * 2 + (isTimed(term) ? 0 : 1)
  return terms.toSorted((a, b) => rank(a) - rank(b))
}

/** One answer for all terms: the first that does not hold decides. */
export function toDecider<T>(
  terms: readonly FilterTerm[],
  toTest: (term: FilterTerm) => Test<T>,
): (subject: T, nowMs: number) => Decision {
  const tests = terms.map((term) => ({ isNegated: term.isNegated, test: toTest(term) }))
  return (subject, nowMs) => {
    let verdict: Verdict = VERDICT.match
    let turnsAtMs = Infinity
    for (const { isNegated, test } of tests) {
      const answer = test(subject, nowMs)
      if (answer === null) verdict = VERDICT.cut
      else if (typeof answer === 'boolean') {
        if (answer === isNegated) return NEVER
      } else {
        if (answer.holds === isNegated) return { verdict: VERDICT.no, turnsAtMs: answer.turnsAtMs }
        turnsAtMs = Math.min(turnsAtMs, answer.turnsAtMs)
      }
    }
    return { verdict, turnsAtMs }
  }
}

const NEVER: Decision = { verdict: VERDICT.no, turnsAtMs: Infinity }
