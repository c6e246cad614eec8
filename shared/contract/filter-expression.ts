/**
 * The language of the one field for filters and searches. Pure: the field uses it to check and explain what is typed, the
 * inspector to look.
 *
 *     terms are separated by spaces, and all must hold; -term: must not hold
 *     word  "two words"          in the id, the kept reason or the payload
 *     field:value                see FILTER_FIELDS (filter-help.ts)
 *     /regex/i                   in the payload, as text
 *     $.user.id = 42             a JSON path, compared by = != < <= > >=, ~ (contains), or alone (is there)
 *
 * Text without capital letters is found in any case, text with one exactly as it is written (as in ripgrep's smart case).
 * Values with spaces are quoted as in JSON: "two \"words\"".
 */
import {
  parseCountRange,
  parseDurationRange,
  parseSizeRange,
  parseTimeRange,
  unescapeText,
  ValueError,
} from './filter-values.ts'
import type { NumberRange, TimeRange } from './filter-values.ts'
import { parsePathTest, PathError, readRegex } from './json-path.ts'
import type { PathTest } from './json-path.ts'
import { LIST_STATES } from './list-states.ts'
import type { TaskState } from './list-states.ts'

export type TextTest =
  | { readonly how: 'contains'; readonly text: string }
  | { readonly how: 'regex'; readonly source: string; readonly flags: string }

export const IS_VALUES = ['corrupt', 'foreign', 'stale', 'empty', 'overdue'] as const
export type IsValue = (typeof IS_VALUES)[number]

export const PAYLOAD_KINDS = ['json', 'text', 'binary', 'empty'] as const
export type PayloadKind = (typeof PAYLOAD_KINDS)[number]

export type FilterTest =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'id'; readonly text: string }
  /** May hold `*` for any part. */
  | { readonly kind: 'node'; readonly pattern: string }
  | { readonly kind: 'state'; readonly state: TaskState }
  /** Milliseconds in the present state. */
  | { readonly kind: 'age'; readonly range: NumberRange }
  | { readonly kind: 'pushed' | 'entered' | 'due'; readonly time: TimeRange }
  /** Bytes of the payload. */
  | { readonly kind: 'size'; readonly range: NumberRange }
  | { readonly kind: 'attempts'; readonly range: NumberRange }
  | { readonly kind: 'reason'; readonly test: TextTest }
  /** The name of the error that was kept. */
  | { readonly kind: 'error'; readonly pattern: string }
  /** The title of a group of failures (failure-title.ts). */
  | { readonly kind: 'failure'; readonly title: string }
  | { readonly kind: 'has-reason' }
  /** The tasks that an act of the history moved. */
  | { readonly kind: 'act'; readonly operationId: string }
  | { readonly kind: 'is'; readonly value: IsValue }
  | { readonly kind: 'payload-kind'; readonly value: PayloadKind }
  /** The keys of a JSON object, as in a group of failures. */
  | { readonly kind: 'shape'; readonly shape: string }
  | { readonly kind: 'text'; readonly test: TextTest }
  | { readonly kind: 'json'; readonly path: PathTest }
  | { readonly kind: 'bytes'; readonly hex: string }

/** `start` and `end`: its place in the expression, in characters. */
export type FilterTerm = FilterTest & {
  readonly start: number
  readonly end: number
  readonly isNegated: boolean
}

interface FilterError {
  readonly start: number
  readonly end: number
  /** What is wrong, and what to write instead: one sentence. */
  readonly message: string
}

export type ParsedFilter =
  | { readonly kind: 'ok'; readonly terms: readonly FilterTerm[] }
  | { readonly kind: 'error'; readonly error: FilterError }

const QUOTED = /"((?:[^"\\]|\\.)*)"/sy
const FIELD = /([a-z]+):/iy
const HEX_GROUPS = /(?:[0-9a-f]{2})+(?: (?:[0-9a-f]{2})+(?=\s|$))*(?=\s|$)/iy

/**
 * Reads an expression; an empty one has no terms and finds everything.
 * @param nowMs What `today` means, ms since 1970. Lengths of time stay relative to the moment of looking.
 */
export function parseFilter(text: string, nowMs: number): ParsedFilter {
  const terms: FilterTerm[] = []
  let at = skipSpaces(text, 0)
  while (at < text.length) {
    const isNegated = text[at] === '-' && !/\s/.test(text[at + 1] ?? ' ')
    const testAt = isNegated ? at + 1 : at
    try {
      const { test, end } = readTest(text, testAt, nowMs)
      terms.push({ ...test, start: at, end, isNegated })
      at = skipSpaces(text, end)
    } catch (cause) {
      if (!(cause instanceof ValueError)) throw cause
      const start = cause instanceof PathError ? cause.at : testAt
      return { kind: 'error', error: toError(text, start, cause) }
    }
  }
  return { kind: 'ok', terms }
}

function toError(text: string, start: number, { message, remedy }: ValueError): FilterError {
  const from = Math.min(start, Math.max(0, text.length - 1))
  const gap = text.slice(from).search(/\s/)
  const end = gap <= 0 ? text.length : from + gap
  return { start: from, end, message: `At character ${from + 1}: ${message}; ${remedy}.` }
}

function readTest(text: string, at: number, nowMs: number): { test: FilterTest; end: number } {
  if (text[at] === '$' && /[.[]/.test(text[at + 1] ?? '')) {
    const { test, end } = parsePathTest(text, at)
    assertGap(text, end)
    return { test: { kind: 'json', path: test }, end }
  }
  if (text[at] === '/') {
    const { source, flags, end } = readRegex(text, at)
    return { test: { kind: 'text', test: { how: 'regex', source, flags } }, end }
  }
  FIELD.lastIndex = at
  const field = FIELD.exec(text)
  if (field !== null) {
    const name = (field[1] ?? '').toLowerCase()
    const isKnown = Object.hasOwn(FIELD_READERS, name)
    if (!isKnown && !/[:/]/.test(text[at + field[0].length] ?? ''))
      throw new ValueError(
        `there is no field “${name}”`,
        `use one of ${Object.keys(FIELD_READERS).join(', ')}, or quote the text to look for it`,
      )
    if (isKnown) return readField(text, name, at + field[0].length, nowMs)
  }
  const { value, end } = readValue(text, at)
  return { test: { kind: 'word', text: value }, end }
}

function readField(text: string, name: string, at: number, nowMs: number): { test: FilterTest; end: number } {
  if (name === 'bytes') return readBytes(text, at)
  if ((name === 'reason' || name === 'text') && text[at] === '/') {
    const { source, flags, end } = readRegex(text, at)
    return { test: { kind: name, test: { how: 'regex', source, flags } }, end }
  }
  const { value, end } = readValue(text, at)
  if (value === '')
    throw new PathError(at, `a value must follow ${name}:`, 'write it without a space in between')
  try {
    const test = FIELD_READERS[name]?.(value, nowMs)
    if (test !== undefined) return { test, end }
  } catch (cause) {
    if (cause instanceof ValueError && !(cause instanceof PathError))
      throw new PathError(at, cause.message, cause.remedy)
    throw cause
  }
  throw new PathError(at, `${name}: is not understood`, 'leave it out')
}

/** A quoted text, or all up to the next space. */
function readValue(text: string, at: number): { value: string; end: number } {
  QUOTED.lastIndex = at
  const quoted = QUOTED.exec(text)
  if (quoted !== null) {
    const end = at + quoted[0].length
    assertGap(text, end)
    const value = unescapeText(quoted[1] ?? '')
    if (value === '')
      throw new PathError(at, 'the quotation marks hold nothing', 'write what to look for between them')
    return { value, end }
  }
  if (text[at] === '"')
    throw new PathError(at, 'the quotation mark is not closed', 'put a " at the end of the text')
  const gap = text.slice(at).search(/\s/)
  const end = gap === -1 ? text.length : at + gap
  return { value: text.slice(at, end), end }
}

function assertGap(text: string, at: number): void {
  if (at < text.length && !/\s/.test(text[at] ?? ''))
    throw new PathError(at, `“${text[at]}” follows without a space`, 'put a space between two terms')
}

/** Hexadecimal digits in pairs; groups may be separated by single spaces, or the whole is quoted. */
function readBytes(text: string, at: number): { test: FilterTest; end: number } {
  const remedy = 'write pairs of hexadecimal digits, as in bytes:dead beef'
  QUOTED.lastIndex = at
  const quoted = QUOTED.exec(text)
  if (quoted !== null) {
    const hex = (quoted[1] ?? '').replace(/\s+/g, '').toLowerCase()
    if (!/^(?:[0-9a-f]{2})+$/.test(hex)) throw new PathError(at, 'these are no bytes', remedy)
    return { test: { kind: 'bytes', hex }, end: at + quoted[0].length }
  }
  HEX_GROUPS.lastIndex = at
  const found = HEX_GROUPS.exec(text)
  if (found === null) throw new PathError(at, 'these are no bytes', remedy)
  return {
    test: { kind: 'bytes', hex: found[0].replaceAll(' ', '').toLowerCase() },
    end: at + found[0].length,
  }
}

type FieldReader = (value: string, nowMs: number) => FilterTest

const FIELD_READERS: Readonly<Record<string, FieldReader>> = {
  id: (text) => ({ kind: 'id', text }),
  node: (pattern) => ({ kind: 'node', pattern }),
  state: (value) => ({ kind: 'state', state: toOneOf(value, LIST_STATES, 'state') }),
  age: (value) => ({ kind: 'age', range: parseDurationRange(value) }),
  pushed: (value, nowMs) => ({ kind: 'pushed', time: parseTimeRange(value, nowMs) }),
  entered: (value, nowMs) => ({ kind: 'entered', time: parseTimeRange(value, nowMs) }),
  due: (value, nowMs) => ({ kind: 'due', time: parseTimeRange(value, nowMs) }),
  size: (value) => ({ kind: 'size', range: parseSizeRange(value) }),
  attempts: (value) => ({ kind: 'attempts', range: parseCountRange(value) }),
  reason: (text) => ({ kind: 'reason', test: { how: 'contains', text } }),
  error: (pattern) => ({ kind: 'error', pattern }),
  failure: (title) => ({ kind: 'failure', title }),
  has: (value) => {
    toOneOf(value, ['reason'], 'thing that a task has')
    return { kind: 'has-reason' }
  },
  act: (operationId) => ({ kind: 'act', operationId }),
  is: (value) => ({ kind: 'is', value: toOneOf(value, IS_VALUES, 'condition') }),
  kind: (value) => ({ kind: 'payload-kind', value: toPayloadKind(value) }),
  shape: (shape) => ({ kind: 'shape', shape }),
  text: (text) => ({ kind: 'text', test: { how: 'contains', text } }),
  // Read by readBytes; here so that the field is known.
  bytes: (hex) => ({ kind: 'bytes', hex }),
}

/** Payloads often have a key of this name, and its value is what a person means. */
function toPayloadKind(value: string): PayloadKind {
  const known: readonly PayloadKind[] = PAYLOAD_KINDS
  const found = known.find((candidate) => candidate === value.toLowerCase())
  if (found !== undefined) return found
  const remedy = `use ${known.join(', ')}. For a key of the payload write $.kind = ${JSON.stringify(value)}`
  throw new ValueError(`“${value}” is no kind of payload`, remedy)
}

function toOneOf<T extends string>(value: string, known: readonly T[], what: string): T {
  const found = known.find((candidate) => candidate === value.toLowerCase())
  if (found === undefined) throw new ValueError(`“${value}” is no ${what}`, `use ${known.join(', ')}`)
  return found
}

function skipSpaces(text: string, at: number): number {
  let next = at
  while (next < text.length && /\s/.test(text[next] ?? '')) next++
  return next
}

/**
 * What has to be read to decide a term: nothing but the `name`, the file's `stat`, the kept `reason`, the first bytes
 * (`head`), or the whole `payload`.
 */
export type TermCost = 'name' | 'stat' | 'reason' | 'head' | 'payload'

export const TERM_COSTS: readonly TermCost[] = ['name', 'stat', 'reason', 'head', 'payload']

/** @param list Where is looked: the node is told by the place in progress, by the kept reason in failed. */
export function toTermCost(term: FilterTest, list: TaskState): TermCost {
  switch (term.kind) {
    case 'id':
    case 'state':
    case 'due':
    case 'act':
      return 'name'
    case 'age':
    case 'pushed':
    case 'entered':
    case 'size':
      return 'stat'
    case 'is':
      return term.value === 'overdue' ? 'name' : term.value === 'corrupt' ? 'payload' : 'stat'
    case 'node':
    case 'attempts':
      return list === 'failed' ? 'reason' : 'name'
    case 'reason':
    case 'error':
    case 'failure':
    case 'has-reason':
      return 'reason'
    case 'payload-kind':
      return term.value === 'json' ? 'payload' : 'head'
    case 'word':
    case 'shape':
    case 'text':
    case 'json':
    case 'bytes':
      return 'payload'
  }
}

/** True where the answer depends on the time of looking: `age:>5m`, `pushed:<1h`, `is:stale`. */
export function isTimed(term: FilterTest): boolean {
  switch (term.kind) {
    case 'age':
      return true
    case 'pushed':
    case 'entered':
    case 'due':
      return term.time.kind === 'ago'
    case 'is':
      return term.value === 'stale' || term.value === 'overdue'
    default:
      return false
  }
}
