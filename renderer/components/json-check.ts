import { readJsonTokens } from './json-tokens.ts'
import type { JsonToken } from './json-tokens.ts'

export interface JsonFault {
  /** Offset in the text, from 0. */
  readonly at: number
  readonly line: number
  readonly column: number
  /** What is wrong there, a phrase. */
  readonly message: string
}

type Expected = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close' | 'end'

const WORDS_FOR: Readonly<Record<Expected, string>> = {
  value: 'a value is expected',
  'value-or-close': 'a value or ] is expected',
  key: 'a key in double quotes is expected',
  'key-or-close': 'a key in double quotes or } is expected',
  colon: 'a colon is expected',
  'comma-or-close': 'a comma or the closing bracket is expected',
  end: 'nothing is expected after the value',
}

/** The first fault of a text that should be one JSON value, or null. Deep nesting costs no stack. */
export function jsonFaultOrNull(text: string): JsonFault | null {
  const open: string[] = []
  let expected: Expected = 'value'
  for (const token of readJsonTokens(text)) {
    const next = nextOrNull(token, expected, open)
    if (next === null) return toFault(text, token.at, describe(token, expected))
    expected = next
  }
  if (expected === 'end') return null
  return toFault(text, text.length, `the text ends where ${WORDS_FOR[expected]}`)
}

function nextOrNull(token: JsonToken, expected: Expected, open: string[]): Expected | null {
  const after = (): Expected => (open.length === 0 ? 'end' : 'comma-or-close')
  const takesValue = expected === 'value' || expected === 'value-or-close'
  switch (token.kind) {
    case 'open':
      if (!takesValue) return null
      open.push(token.text)
      return token.text === '{' ? 'key-or-close' : 'value-or-close'
    case 'close': {
      const canClose =
        expected === 'comma-or-close' || expected === 'key-or-close' || expected === 'value-or-close'
      if (!canClose || open.at(-1) !== (token.text === '}' ? '{' : '[')) return null
      open.pop()
      return after()
    }
    case 'comma':
      if (expected !== 'comma-or-close') return null
      return open.at(-1) === '{' ? 'key' : 'value'
    case 'colon':
      return expected === 'colon' ? 'value' : null
    case 'string':
      if (expected === 'key' || expected === 'key-or-close') return 'colon'
      return takesValue ? after() : null
    case 'literal':
      return takesValue ? after() : null
    case 'bad':
      return null
  }
}

function describe(token: JsonToken, expected: Expected): string {
  if (token.kind !== 'bad') return WORDS_FOR[expected]
  if (token.text.startsWith('"'))
    return 'this text in quotes is not closed, or holds a character that must be escaped'
  return `this is no JSON value; ${WORDS_FOR[expected]}`
}

function toFault(text: string, at: number, message: string): JsonFault {
  const before = text.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  return { at, line: before.split('\n').length, column: at - lineStart + 1, message }
}
