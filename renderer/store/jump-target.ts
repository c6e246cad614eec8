/** Where a person wants to go in a list, as they type it. Pure. */
export type JumpTarget =
  /** From 0. */
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'id'; readonly text: string }
  | { readonly kind: 'time'; readonly atMs: number }
  | { readonly kind: 'unclear'; readonly message: string }

/** Shorter numbers are rows, longer ones the beginning of an id: an id begins with its time in µs, 16 digits. */
const MAX_ROW_DIGITS = 9
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * @param total Rows of the list.
 * @param nowMs Wall clock; times without a date are today's, in the person's time zone.
 */
export function parseJumpTarget(text: string, total: number, nowMs: number): JumpTarget {
  const wanted = text.trim()
  const lower = wanted.toLowerCase()
  const last = Math.max(0, total - 1)
  if (['start', 'top', 'first'].includes(lower)) return { kind: 'row', index: 0 }
  if (['end', 'bottom', 'last'].includes(lower)) return { kind: 'row', index: last }
  const row = /^#?([\d,. ]+)$/.exec(wanted)?.[1]?.replaceAll(/\D/g, '')
  if (row !== undefined && row !== '' && row.length <= MAX_ROW_DIGITS)
    return { kind: 'row', index: Math.min(last, Math.max(0, Number(row) - 1)) }
  const percent = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(wanted)?.[1]
  if (percent !== undefined)
    return { kind: 'row', index: Math.round((Math.min(100, Number(percent)) / 100) * last) }
  const atMs = parseTimeOrNull(lower, nowMs)
  if (atMs !== null) return { kind: 'time', atMs }
  if (/^\d+(_|$)/.test(wanted)) return { kind: 'id', text: wanted }
  return {
    kind: 'unclear',
    message:
      wanted === ''
        ? 'Type an id or its beginning, a time, a row’s number, or “end”.'
        : 'This is no id (digits, then an underscore), no time (14:05, 2026-11-24 14:05, 2h ago) and no row (500,000 or 50 %).',
  }
}

function parseTimeOrNull(text: string, nowMs: number): number | null {
  const ago = /^(?:-(\d+) ?([smhd])|(\d+) ?([smhd]) ago)$/.exec(text)
  if (ago !== null) return nowMs - Number(ago[1] ?? ago[3]) * (UNIT_MS[ago[2] ?? ago[4] ?? ''] ?? 0)
  const ahead = /^(?:\+|in )(\d+) ?([smhd])$/.exec(text)
  if (ahead !== null) return nowMs + Number(ahead[1]) * (UNIT_MS[ahead[2] ?? ''] ?? 0)
  const clock = /^(?:(\d{4})-(\d{2})-(\d{2})(?:[ t]|$))?(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text)
  if (clock === null || text === '') return null
  const today = new Date(nowMs)
  const [year, month, day] =
    clock[1] === undefined
      ? [today.getFullYear(), today.getMonth() + 1, today.getDate()]
      : [Number(clock[1]), Number(clock[2]), Number(clock[3])]
  const [hour, minute, second] = [Number(clock[4] ?? 0), Number(clock[5] ?? 0), Number(clock[6] ?? 0)]
  const date = new Date(year, month - 1, day, hour, minute, second)
  const isReal =
    date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60 && second < 60
  return isReal ? date.getTime() : null
}
