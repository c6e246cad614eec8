import type { FailedAttempt } from '../../queue/index.ts'

const MAX_TITLE_CHARS = 300
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
/** `0x…`, or at least eight hexadecimal digits with a decimal one among them. */
const HEX_ID = /\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi
const NUMBER = /\d+(?:\.\d+)?/g

/**
 * What failures that look alike have in common: the error's name and the first line of its message, with numbers and
 * ids as `#`. `failure:"…"` in a filter compares with exactly this.
 */
export function toFailureTitle(failed: Pick<FailedAttempt, 'name' | 'message'>): string {
  return toTitle(failed, (line) => line.replace(UUID, '#').replace(HEX_ID, '#').replace(NUMBER, '#'))
}

/** The same, with its numbers and ids. */
export function toFailureLine(failed: Pick<FailedAttempt, 'name' | 'message'>): string {
  return toTitle(failed, (line) => line)
}

function toTitle(
  { name, message }: Pick<FailedAttempt, 'name' | 'message'>,
  reduce: (line: string) => string,
): string {
  const line =
    message
      .slice(0, MAX_TITLE_CHARS * 4)
      .trim()
      .split(/[\r\n]/, 1)[0] ?? ''
  const said = reduce(line).replace(/\s+/g, ' ').trim()
  const isNamed = name !== '' && name !== 'Error' && !said.startsWith(name)
  const title = isNamed ? (said === '' ? name : `${name}: ${said}`) : said
  return title === '' ? 'no message' : title.slice(0, MAX_TITLE_CHARS)
}

/**
 * What `shape:"…"` in a filter compares: the keys of a JSON object, sorted; `{}`, `[]` or `<number>` for what has none.
 * Keys that could be mistaken are quoted.
 */
export function toShape(value: unknown): string {
  if (Array.isArray(value)) return '[]'
  if (typeof value !== 'object') return `<${typeof value}>`
  if (value === null) return '<null>'
  const keys = Object.keys(value).toSorted()
  if (keys.length === 0) return '{}'
  return keys
    .map((key) => (/^[\p{L}\p{N}_.-]+$/u.test(key) ? key : JSON.stringify(key)))
    .join(' ')
    .slice(0, MAX_TITLE_CHARS)
}
