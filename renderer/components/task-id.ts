/** An id in two parts: the digits that most ids share, and what tells tasks apart. */
export interface IdParts {
  readonly head: string
  readonly tail: string
}

const TAIL_DIGITS = 6
const SUFFIX_CHARS = 8

/** Digits of the seconds first, then the microseconds and the suffix. */
export function splitId(id: string): IdParts {
  const bar = id.indexOf('_')
  const at = Math.max(0, bar - TAIL_DIGITS)
  return { head: id.slice(0, at), tail: id.slice(at) }
}

/** The part that tells tasks apart, cut to fit a column. */
export function toShortTail(tail: string): string {
  const bar = tail.indexOf('_')
  const max = bar + 1 + SUFFIX_CHARS
  return tail.length > max ? `${tail.slice(0, max)}…` : tail
}
