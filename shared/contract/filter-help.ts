/** What can be typed into the field for filters and searches, and what was typed, in words. Pure. */
import { IS_VALUES, PAYLOAD_KINDS } from './filter-expression.ts'
import type { FilterTerm, FilterTest, TextTest } from './filter-expression.ts'
import type { NumberRange, TimeRange } from './filter-values.ts'
import { toPathText } from './json-path.ts'
import type { PathTest, PathValue } from './json-path.ts'
import { LIST_STATES } from './list-states.ts'

export interface FilterField {
  /** What is typed up to the value: `age:`. */
  readonly insert: string
  /** What it finds. */
  readonly says: string
  /** A whole term as an example. */
  readonly example: string
  /** All values that it takes, where they are few. */
  readonly values: readonly string[]
}

function field(insert: string, example: string, says: string, values: readonly string[] = []): FilterField {
  return { insert, says, example, values }
}

/** In the order in which people are offered them. */
export const FILTER_FIELDS: readonly FilterField[] = [
  field('id:', 'id:1795416', 'a part of the task’s id'),
  field('state:', 'state:failed', 'the list to look in', LIST_STATES),
  field('node:', 'node:worker-*', 'the worker that holds it, or that failed it; * stands for any part'),
  field('age:', 'age:>5m', 'time since it came into this state'),
  field('pushed:', 'pushed:2026-11-20..2026-11-21', 'when its payload was written, or how long ago'),
  field('entered:', 'entered:today', 'when it came into this state, or how long ago'),
  field('due:', 'due:<1h', 'the time in its id: when it is due, or in how long'),
  field('size:', 'size:>1MiB', 'bytes of its payload'),
  field('reason:', 'reason:"timed out"', 'text of the kept reason of its failure; /regex/ too'),
  field('error:', 'error:TimeoutError', 'the name of the error that failed it; * stands for any part'),
  field('failure:', 'failure:"TimeoutError: no answer after # ms"', 'failures that look alike, as grouped'),
  field('attempts:', 'attempts:>3', 'how often it was claimed'),
  field('is:', 'is:corrupt', 'a condition of the file or the task', IS_VALUES),
  field('has:', 'has:reason', 'a reason of its failure was kept', ['reason']),
  field('act:', 'act:0mikx2f4q-5d3c9e', 'tasks that an act of the history moved'),
  field('kind:', 'kind:json', 'what its payload is', PAYLOAD_KINDS),
  field('shape:', 'shape:"id kind user"', 'a JSON object with exactly these keys'),
  field('text:', 'text:"order 42"', 'text in its payload'),
  field('bytes:', 'bytes:dead beef', 'bytes in its payload, in hexadecimal'),
  field('/', '/user-\\d+/i', 'a regular expression on its payload'),
  field(
    '$.',
    '$.user.id = 42',
    'a value in its JSON payload: = != < <= > >= ~ (contains), or alone: it is there',
  ),
]

export interface FilterCompletion {
  /** The part of the expression that it replaces, in characters. */
  readonly from: number
  readonly to: number
  readonly options: readonly { readonly insert: string; readonly says: string }[]
}

/** What could stand at the caret; null where nothing is to be offered. */
export function completeFilter(text: string, caret: number): FilterCompletion | null {
  const before = text.slice(0, caret)
  const quotes = before.replace(/\\./g, '').split('"').length - 1
  if (quotes % 2 === 1) return null
  const word = /\S*$/.exec(before)?.[0] ?? ''
  const typed = word.startsWith('-') ? word.slice(1) : word
  const from = caret - typed.length
  const known = FILTER_FIELDS.find(({ insert }) => insert.endsWith(':') && typed.startsWith(insert))
  const options =
    known === undefined
      ? FILTER_FIELDS.filter(({ insert }) => insert.startsWith(typed) && insert !== typed)
      : known.values
          .map((value) => ({ insert: `${known.insert}${value} `, says: '' }))
          .filter(({ insert }) => insert.startsWith(typed) && insert.trimEnd() !== typed)
  return options.length === 0
    ? null
    : { from, to: caret, options: options.map(({ insert, says }) => ({ insert, says })) }
}

/** The terms in words, one phrase each: "in failed for more than 5 min", "not: …". */
export function describeFilter(terms: readonly FilterTerm[]): string[] {
  return terms.map((term) => (term.isNegated ? `not: ${describeTest(term)}` : describeTest(term)))
}

function describeTest(term: FilterTest): string {
  switch (term.kind) {
    case 'word':
      return `“${term.text}” in id, reason or payload`
    case 'id':
      return `id contains “${term.text}”`
    case 'node':
      return `node is ${term.pattern}`
    case 'state':
      return `is ${term.state}`
    case 'age':
      return `in this state for ${describeRange(term.range, toDuration)}`
    case 'pushed':
    case 'entered':
      return `${term.kind === 'pushed' ? 'pushed' : 'came into this state'} ${describeTime(term.time, ' ago')}`
    case 'due':
      return `due ${describeTime(term.time, ' from now')}`
    case 'size':
      return `payload of ${describeRange(term.range, toSize)}`
    case 'attempts':
      return `claimed ${describeRange(term.range, String)} times`
    case 'reason':
      return `reason ${describeText(term.test)}`
    case 'error':
      return `failed by ${term.pattern}`
    case 'failure':
      return `failed like “${term.title}”`
    case 'has-reason':
      return 'a reason was kept'
    case 'act':
      return `moved by the act of ${toActTime(term.operationId)}`
    case 'is':
      return IS_WORDS[term.value]
    case 'payload-kind':
      return term.value === 'empty'
        ? 'no payload'
        : `payload is ${term.value === 'json' ? 'JSON' : term.value}`
    case 'shape':
      return `payload is an object with just the keys ${term.shape}`
    case 'text':
      return `payload ${describeText(term.test)}`
    case 'json':
      return describePath(term.path)
    case 'bytes':
      return `payload holds the bytes ${term.hex.replace(/..(?!$)/g, '$& ')}`
  }
}

/** Ids of acts begin with their time, in base 36 (operations.ts). */
function toActTime(operationId: string): string {
  if (!/^[0-9a-z]{9}-[0-9a-f]+$/.test(operationId)) return operationId
  return new Date(Number.parseInt(operationId.slice(0, 9), 36)).toLocaleString('en-GB')
}

const IS_WORDS = {
  corrupt: 'corrupt: its checksum or header is wrong',
  foreign: 'no regular file, but named like a task',
  stale: 'no sign of its worker for 30 s',
  empty: 'no payload',
  overdue: 'its time has come',
} as const

function describeText(test: TextTest): string {
  return test.how === 'contains' ? `contains “${test.text}”` : `matches /${test.source}/${test.flags}`
}

function describePath({ steps, operator, value }: PathTest): string {
  const path = toPathText(steps)
  if (value === null) return `${path} is there`
  const words = value.kind === 'regex' ? `/${value.source}/${value.flags}` : toValueText(value)
  return operator === '~' ? `${path} contains ${words}` : `${path} ${operator} ${words}`
}

function toValueText(value: Exclude<PathValue, { kind: 'regex' }>): string {
  switch (value.kind) {
    case 'number':
      return value.digits
    case 'string':
      return `“${value.text}”`
    case 'boolean':
      return String(value.value)
    case 'null':
      return 'null'
  }
}

function describeTime({ kind, range }: TimeRange, behind: string): string {
  return kind === 'ago'
    ? describeRange(range, (ms) => `${toDuration(ms)}${behind}`)
    : describeRange(range, (ms) => new Date(ms).toLocaleString('en-GB', { hour12: false }))
}

function describeRange(range: NumberRange, toText: (value: number) => string): string {
  const { min, max, isMinExcluded, isMaxExcluded } = range
  if (min !== null && max !== null) return min === max ? toText(min) : `${toText(min)} to ${toText(max)}`
  if (min !== null) return `${isMinExcluded ? 'more than' : 'at least'} ${toText(min)}`
  return max === null ? 'any' : `${isMaxExcluded ? 'less than' : 'at most'} ${toText(max)}`
}

const DURATIONS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

function toDuration(ms: number): string {
  let rest = ms
  const parts: string[] = []
  for (const [unitMs, name] of DURATIONS) {
    const count = Math.floor(rest / unitMs)
    rest -= count * unitMs
    if (count > 0) parts.push(`${count} ${name}`)
  }
  if (rest > 0 || parts.length === 0) parts.push(`${rest} ms`)
  return parts.join(' ')
}

function toSize(bytes: number): string {
  for (const [unit, name] of [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ] as const)
    if (bytes >= unit && bytes % (unit / 4) === 0) return `${bytes / unit} ${name}`
  return `${bytes} B`
}
