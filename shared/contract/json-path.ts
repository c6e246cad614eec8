/** The JSON path terms of a filter expression: `$.user.id = 42`. Pure; matching is in the inspector's query engine. */
import { unescapeText, ValueError } from './filter-values.ts'

/** `*` stands for every member of an object or element of an array. */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'every' }

/** A number keeps its digits: it may be larger or finer than a double can say. */
export type PathValue =
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }

export type PathOperator = 'exists' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '~'

export interface PathTest {
  readonly steps: readonly PathStep[]
  readonly operator: PathOperator
  /** Null for `exists`. */
  readonly value: PathValue | null
}

/** Thrown with the place in the whole expression. */
export class PathError extends ValueError {
  readonly at: number

  constructor(at: number, message: string, remedy: string) {
    super(message, remedy)
    this.at = at
  }
}

const BARE_KEY = /[\p{L}\p{N}_$-]+/uy
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![^\s])/y
const OPERATOR = /==|!=|<=|>=|=|<|>|~/y
const FORM = 'write for example $.user.id = 42, $.items[0].name ~ "blue" or $["odd key"]'

/** Reads a path test that begins at `at` (where the `$` is). @throws {PathError} */
export function parsePathTest(text: string, at: number): { test: PathTest; end: number } {
  const steps: PathStep[] = []
  let end = at + 1
  for (;;) {
    const step = readStepOrNull(text, end)
    if (step === null) break
    steps.push(step.step)
    end = step.end
  }
  if (end < text.length && !/[\s=!<>~]/.test(text[end] ?? ''))
    throw new PathError(end, `“${text[end]}” cannot follow here in a JSON path`, FORM)
  const operatorAt = skipSpaces(text, end)
  const found = matchAt(OPERATOR, text, operatorAt)?.[0]
  if (found === undefined) return { test: { steps, operator: 'exists', value: null }, end }
  const operator = found === '==' ? '=' : toOperator(found)
  const valueAt = skipSpaces(text, operatorAt + found.length)
  const { value, end: valueEnd } = readValue(text, valueAt, operator)
  checkValue(operator, value, valueAt)
  return { test: { steps, operator, value }, end: valueEnd }
}

function toOperator(found: string): PathOperator {
  switch (found) {
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '~':
      return found
    default:
      return '='
  }
}

function readStepOrNull(text: string, at: number): { step: PathStep; end: number } | null {
  if (text[at] === '.') {
    if (text[at + 1] === '*') return { step: { kind: 'every' }, end: at + 2 }
    const key = matchAt(BARE_KEY, text, at + 1)?.[0]
    if (key === undefined) throw new PathError(at + 1, 'a key must follow the dot', FORM)
    return { step: { kind: 'key', key }, end: at + 1 + key.length }
  }
  if (text[at] !== '[') return null
  const index = matchAt(/\d{1,15}|\*/y, text, at + 1)?.[0]
  const quoted = index === undefined ? matchAt(QUOTED, text, at + 1) : null
  const length = index?.length ?? quoted?.[0].length
  if (length === undefined || text[at + 1 + length] !== ']')
    throw new PathError(
      at,
      'this bracket is not understood',
      'write [0], [*] or ["key"], with its closing bracket',
    )
  const end = at + length + 2
  if (index === '*') return { step: { kind: 'every' }, end }
  if (index !== undefined) return { step: { kind: 'index', index: Number(index) }, end }
  return { step: { kind: 'key', key: unescapeText(quoted?.[1] ?? '') }, end }
}

function readValue(text: string, at: number, operator: PathOperator): { value: PathValue; end: number } {
  const quoted = matchAt(QUOTED, text, at)
  if (quoted !== null)
    return { value: { kind: 'string', text: unescapeText(quoted[1] ?? '') }, end: at + quoted[0].length }
  if (text[at] === '"')
    throw new PathError(at, 'the quotation mark is not closed', 'put a " at the end of the text')
  if (operator === '~' && text[at] === '/') {
    const { source, flags, end } = readRegex(text, at)
    return { value: { kind: 'regex', source, flags }, end }
  }
  const number = matchAt(NUMBER, text, at)?.[0]
  if (number !== undefined) return { value: { kind: 'number', digits: number }, end: at + number.length }
  const word = matchAt(/\S+/y, text, at)?.[0]
  if (word === undefined)
    throw new PathError(
      at,
      `a value must follow the ${operator}`,
      'write a number, "text", true, false or null',
    )
  const end = at + word.length
  if (word === 'true' || word === 'false') return { value: { kind: 'boolean', value: word === 'true' }, end }
  if (word === 'null') return { value: { kind: 'null' }, end }
  return { value: { kind: 'string', text: word }, end }
}

function checkValue(operator: PathOperator, value: PathValue, at: number): void {
  const isOrder = operator !== '=' && operator !== '!=' && operator !== '~'
  if (isOrder && value.kind !== 'number' && value.kind !== 'string')
    throw new PathError(
      at,
      `${operator} compares numbers or texts only`,
      'use = or != with true, false and null',
    )
  if (operator === '~' && value.kind !== 'string' && value.kind !== 'regex' && value.kind !== 'number')
    throw new PathError(at, '~ looks for text', 'write ~ "part" or ~ /pattern/')
}

const REGEX_FLAGS = /^[imsuv]*$/

/**
 * Reads `/source/flags` that begins at `at`; a slash inside is written `\/`, or stands in brackets.
 * @throws {PathError} where it is not closed, a flag is unknown, or it is no regular expression.
 */
export function readRegex(text: string, at: number): { source: string; flags: string; end: number } {
  let end = at + 1
  let isInClass = false
  for (; end < text.length; end++) {
    const char = text[end]
    if (char === '\\') end++
    else if (char === '[') isInClass = true
    else if (char === ']') isInClass = false
    else if (char === '/' && !isInClass) break
  }
  if (end >= text.length)
    throw new PathError(at, 'the regular expression is not closed', 'put a / at its end, or quote the text')
  const source = text.slice(at + 1, end)
  if (source === '')
    throw new PathError(at, 'the regular expression is empty', 'write something between the slashes')
  const flags = matchAt(/[^\s]*/y, text, end + 1)?.[0] ?? ''
  if (!REGEX_FLAGS.test(flags))
    throw new PathError(
      end + 1,
      `“${flags}” cannot follow the regular expression`,
      'its flags can be i, m, s, u and v',
    )
  try {
    void new RegExp(source, flags)
  } catch (cause) {
    throw new PathError(
      at,
      `this is no regular expression: ${cause instanceof Error ? cause.message : String(cause)}`,
      'correct it, or quote it to look for it as text',
    )
  }
  return { source, flags, end: end + 1 + flags.length }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function skipSpaces(text: string, at: number): number {
  let next = at
  while (next < text.length && /\s/.test(text[next] ?? '')) next++
  return next
}

const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_]*$/u

/** A path as it is written: `$.user["odd key"][0]`. */
export function toPathText(steps: readonly PathStep[]): string {
  return `$${steps
    .map((step) => {
      if (step.kind === 'every') return '[*]'
      if (step.kind === 'index') return `[${step.index}]`
      return PLAIN_KEY.test(step.key) ? `.${step.key}` : `[${JSON.stringify(step.key)}]`
    })
    .join('')}`
}
