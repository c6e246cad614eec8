/** A small reader of JSON that keeps every literal as it was written: numbers are never turned into doubles. */
type JsonTokenKind = 'open' | 'close' | 'comma' | 'colon' | 'string' | 'literal' | 'bad'

export interface JsonToken {
  readonly kind: JsonTokenKind
  readonly text: string
  readonly at: number
}

const SPACE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y
const BAD = /[^\s{}[\],:"]+|"[^"\n]*|./suy

const PUNCTUATION: Readonly<Record<string, JsonTokenKind>> = {
  '{': 'open',
  '[': 'open',
  '}': 'close',
  ']': 'close',
  ',': 'comma',
  ':': 'colon',
}

export function* readJsonTokens(text: string): Generator<JsonToken> {
  let at = 0
  while (at < text.length) {
    SPACE.lastIndex = at
    at += SPACE.exec(text)?.[0].length ?? 0
    const char = text[at]
    if (char === undefined) return
    const token = toToken(text, at, char)
    yield token
    at += token.text.length
  }
}

function toToken(text: string, at: number, char: string): JsonToken {
  const punctuation = PUNCTUATION[char]
  if (punctuation !== undefined) return { kind: punctuation, text: char, at }
  const [pattern, kind] = char === '"' ? ([STRING, 'string'] as const) : ([LITERAL, 'literal'] as const)
  pattern.lastIndex = at
  const found = pattern.exec(text)?.[0]
  if (found !== undefined) return { kind, text: found, at }
  BAD.lastIndex = at
  return { kind: 'bad', text: BAD.exec(text)?.[0] ?? char, at }
}
