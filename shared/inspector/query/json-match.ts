/** Decides whether a JSON text holds what a path test asks for, with exact numbers. */
import type { PathOperator, PathStep, PathTest, PathValue } from '../../contract/json-path.ts'
import { compareDecimals } from './decimal.ts'
import { toTextMatcher } from './text-needle.ts'

/** A number as it is written. Only made where a double would not tell. */
class WrittenNumber {
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
  }
}

/** Undecided: the doubles are equal, but the numbers as they are written need not be. */
type Answer = boolean | 'undecided'

export type JsonMatcher = (value: unknown, text: string) => boolean

/** A test of one parsed payload; `text` is what was parsed, for the digits that parsing lost. */
export function toJsonMatcher(test: PathTest): JsonMatcher {
  const compare = toComparison(test.operator, test.value)
  return (parsed, text) => {
    const answer = findAlong(parsed, test.steps, 0, compare)
    if (answer !== 'undecided') return answer
    return findAlong(parseExactly(text), test.steps, 0, compare) === true
  }
}

function parseExactly(text: string): unknown {
  // Node hands the source of each number to the reviver; TypeScript's library does not know of it yet.
  const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined ? new WrittenNumber(context.source) : value
  return JSON.parse(text, reviver)
}

function findAlong(
  value: unknown,
  steps: readonly PathStep[],
  at: number,
  compare: (value: unknown) => Answer,
): Answer {
  const step = steps[at]
  if (step === undefined) return compare(value)
  if (typeof value !== 'object' || value === null || value instanceof WrittenNumber) return false
  switch (step.kind) {
    case 'key': {
      if (Array.isArray(value) || !Object.hasOwn(value, step.key)) return false
      return findAlong(Object.getOwnPropertyDescriptor(value, step.key)?.value, steps, at + 1, compare)
    }
    case 'index':
      if (!Array.isArray(value) || step.index >= value.length) return false
      return findAlong(value[step.index], steps, at + 1, compare)
    case 'every': {
      let answer: Answer = false
      for (const member of Object.values(value)) {
        const found = findAlong(member, steps, at + 1, compare)
        if (found === true) return true
        if (found === 'undecided') answer = found
      }
      return answer
    }
  }
}

function toComparison(operator: PathOperator, wanted: PathValue | null): (value: unknown) => Answer {
  if (wanted === null) return () => true
  if (operator === '~') return toContains(wanted)
  switch (wanted.kind) {
    case 'number':
      return toNumberComparison(operator, wanted.digits)
    case 'string':
      return (value) =>
        typeof value === 'string'
          ? holds(operator, value === wanted.text ? 0 : value < wanted.text ? -1 : 1)
          : operator === '!='
    case 'boolean':
      return (value) => (value === wanted.value) === (operator === '=')
    case 'null':
      return (value) => (value === null) === (operator === '=')
    case 'regex':
      return () => false
  }
}

function toNumberComparison(operator: PathOperator, digits: string): (value: unknown) => Answer {
  const wanted = Number(digits)
  return (value) => {
    if (value instanceof WrittenNumber) return holds(operator, compareDecimals(value.digits, digits))
    if (typeof value !== 'number') return operator === '!='
    // Rounding keeps the order: doubles that differ tell the truth about the numbers behind them.
    return value === wanted ? 'undecided' : holds(operator, value < wanted ? -1 : 1)
  }
}

/** In a text; a number is compared as it is written. */
function toContains(wanted: PathValue): (value: unknown) => Answer {
  if (wanted.kind === 'regex') {
    const pattern = new RegExp(wanted.source, wanted.flags)
    return (value) => typeof value === 'string' && pattern.test(value)
  }
  const matches = toTextMatcher(
    wanted.kind === 'number' ? wanted.digits : wanted.kind === 'string' ? wanted.text : '',
  )
  return (value) => {
    if (value instanceof WrittenNumber) return matches(value.digits)
    if (typeof value === 'number') return 'undecided'
    return typeof value === 'string' && matches(value)
  }
}

function holds(operator: PathOperator, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return false
  }
}
