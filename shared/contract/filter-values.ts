/** The values of a filter expression: quoted text, numbers, sizes, durations and times. Pure. */

/** A range of numbers; null: open at that end. */
export interface NumberRange {
  readonly min: number | null
  readonly max: number | null
  readonly isMinExcluded: boolean
  readonly isMaxExcluded: boolean
}

/** `ago`: ms back from now (or, for what lies ahead, from now on). `between`: ms since 1970. */
export interface TimeRange {
  readonly kind: 'ago' | 'between'
  readonly range: NumberRange
}

/** A place where reading went wrong, in characters from the start of the value. */
export class ValueError extends Error {
  readonly remedy: string

  constructor(message: string, remedy: string) {
    super(message)
    this.name = 'ValueError'
    this.remedy = remedy
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
}

/** Undoes the escapes of JSON strings. A backslash in front of any other character stays: `C:\dir` means itself. */
export function unescapeText(inner: string): string {
  return inner.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (whole, hex: string | undefined, char: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return ESCAPES[char] ?? whole
  })
}

/** Text as one value of an expression, quoted where it must be. */
export function quoteFilterText(text: string): string {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(text) ? text : JSON.stringify(text)
}

export function isInRange(value: number, { min, max, isMinExcluded, isMaxExcluded }: NumberRange): boolean {
  if (min !== null && (isMinExcluded ? value <= min : value < min)) return false
  return max === null || (isMaxExcluded ? value < max : value <= max)
}

function toRange(
  text: string,
  toNumber: (part: string) => { readonly from: number; readonly until: number },
): NumberRange {
  const between = text.indexOf('..')
  if (between !== -1) {
    const min = between === 0 ? null : toNumber(text.slice(0, between)).from
    const max = between + 2 === text.length ? null : toNumber(text.slice(between + 2)).until
    if (min === null && max === null)
      throw new ValueError('a range needs at least one end', 'write 1..5, 1.. or ..5')
    if (min !== null && max !== null && max < min)
      throw new ValueError('the range ends before it begins', 'swap its two ends')
    return { min, max, isMinExcluded: false, isMaxExcluded: false }
  }
  const operator = /^[<>]=?|^=/.exec(text)?.[0] ?? ''
  const { from, until } = toNumber(text.slice(operator.length))
  const open = { min: null, max: null, isMinExcluded: false, isMaxExcluded: false }
  switch (operator) {
    case '>':
      return { ...open, min: until, isMinExcluded: true }
    case '>=':
      return { ...open, min: from }
    case '<':
      return { ...open, max: from, isMaxExcluded: true }
    case '<=':
      return { ...open, max: until }
    default:
      return { ...open, min: from, max: until }
  }
}

export function parseCountRange(text: string): NumberRange {
  return toRange(text, (part) => {
    if (!/^\d{1,15}$/.test(part))
      throw new ValueError(`“${part}” is no whole number`, 'write for example >3, 2..5 or 1')
    return { from: Number(part), until: Number(part) }
  })
}

const SIZE_UNITS = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
  ['kb', 1000],
  ['mb', 1000 ** 2],
  ['gb', 1000 ** 3],
])

/** Bytes. KiB, MiB and GiB (also k, m, g) are powers of 1024, kB, MB and GB of 1000. */
export function parseSizeRange(text: string): NumberRange {
  return toRange(text, (part) => {
    const [, digits, unit] = /^(\d{1,15}(?:\.\d+)?)\s*([a-z]*)$/i.exec(part) ?? []
    const factor = SIZE_UNITS.get((unit ?? '').toLowerCase())
    if (digits === undefined || factor === undefined)
      throw new ValueError(`“${part}” is no size`, 'write for example >1MiB, <=500 or 1kB..2kB')
    const bytes = Math.round(Number(digits) * factor)
    return { from: bytes, until: bytes }
  })
}

const DURATION_UNITS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
])
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/i

function toDurationMs(part: string): number {
  if (!DURATION.test(part))
    throw new ValueError(`“${part}” is no length of time`, 'write for example >5m, <1h30m or 1d..2d')
  let totalMs = 0
  for (const [, number, unit] of part.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/gi))
    totalMs += Number(number) * (DURATION_UNITS.get((unit ?? '').toLowerCase()) ?? 0)
  return totalMs
}

/** Milliseconds. */
export function parseDurationRange(text: string): NumberRange {
  return toRange(text, (part) => {
    const ms = toDurationMs(part)
    return { from: ms, until: ms }
  })
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(Z|[+-]\d\d:\d\d)?$/
const DAY_MS = 86_400_000

/** The first and the last millisecond of what is named: a day, a minute, a second. */
function toTime(part: string, nowMs: number): { from: number; until: number } {
  if (part === 'today' || part === 'yesterday') {
    const day = new Date(nowMs)
    if (part === 'yesterday') day.setDate(day.getDate() - 1)
    day.setHours(0, 0, 0, 0)
    const next = new Date(day)
    next.setDate(next.getDate() + 1)
    return { from: day.getTime(), until: next.getTime() - 1 }
  }
  if (part === 'now') return { from: nowMs, until: nowMs }
  const [, year, month, day, hour, minute, second, milli, zone] = TIME.exec(part) ?? []
  const remedy =
    'write 2026-11-20, 2026-11-20T14:30 or 2026-11-20T14:30Z, a range of two, today, or a length of time such as <1h'
  if (year === undefined) throw new ValueError(`“${part}” is no time`, remedy)
  const numbers = [year, month, day, hour ?? 0, minute ?? 0, second ?? 0].map(Number)
  const [y = 0, mo = 1, d = 1, h = 0, mi = 0, s = 0] = numbers
  const ms = milli === undefined ? 0 : Number(milli.padEnd(3, '0'))
  const asUtc = Date.UTC(y, mo - 1, d, h, mi, s, ms)
  const check = new Date(asUtc)
  if (check.getUTCMonth() !== mo - 1 || check.getUTCDate() !== d || h > 23 || mi > 59 || s > 59)
    throw new ValueError(`“${part}” is not in the calendar`, remedy)
  const from = zone === undefined ? new Date(y, mo - 1, d, h, mi, s, ms).getTime() : asUtc - toZoneMs(zone)
  const spanMs = hour === undefined ? DAY_MS : second === undefined ? 60_000 : milli === undefined ? 1_000 : 1
  const until =
    hour === undefined && zone === undefined ? new Date(y, mo - 1, d + 1).getTime() - 1 : from + spanMs - 1
  return { from, until }
}

function toZoneMs(zone: string): number {
  if (zone === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60_000
}

/**
 * A time or a range of times, or a length of time from now. Days and times without a zone are those of this machine.
 * @param nowMs What `today` and `now` mean, ms since 1970.
 */
export function parseTimeRange(text: string, nowMs: number): TimeRange {
  const bare = text.replace(/^[<>]=?|^=/, '')
  if (bare.split('..').every((part) => part === '' || DURATION.test(part)) && bare !== '..' && bare !== '')
    return { kind: 'ago', range: parseDurationRange(text) }
  return { kind: 'between', range: toRange(text, (part) => toTime(part, nowMs)) }
}
