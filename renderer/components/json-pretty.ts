import { readJsonTokens } from './json-tokens.ts'

/** Deeper structures are indented no further: a hostile nesting would be all spaces. */
const MAX_INDENT = 200

/**
 * Lays JSON out over lines. Literals stay byte for byte as they were written, so 9007199254740993 is not rounded and 1.0
 * stays 1.0. A text that breaks off, or is not quite JSON, is laid out as far as it goes.
 */
export function toPrettyJson(text: string): string {
  const parts: string[] = []
  let depth = 0
  let last = ''
  const newLine = (): void => {
    parts.push('\n', '  '.repeat(Math.min(depth, MAX_INDENT)))
  }
  for (const { kind, text: literal } of readJsonTokens(text)) {
    if (kind === 'close') {
      depth = Math.max(0, depth - 1)
      if (last !== 'open') newLine()
    } else if (last === 'open' || last === 'comma') newLine()
    parts.push(kind === 'colon' ? ': ' : literal)
    if (kind === 'open') depth++
    last = kind
  }
  return parts.join('')
}

/** True for a text that looks like a JSON object or array; anything shorter is better read as it is. */
export function looksLikeJson(text: string): boolean {
  return /^\s*(?:\{\s*(?:"|\}|$)|\[)/.test(text)
}
