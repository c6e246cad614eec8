/** Made when it is first used: each takes a browser a millisecond or more, and the first screen needs few of them. */
function toFormat<Value>(make: () => { format: (value: Value) => string }): (value: Value) => string {
  let made: { format: (value: Value) => string } | null = null
  return (value) => (made ??= make()).format(value)
}

const formatNumber = toFormat<number>(() => new Intl.NumberFormat('en'))
/** Never more than there are. */
const shortCount = toFormat<number>(
  () =>
    new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3, roundingMode: 'trunc' }),
)
const oneDigit = toFormat<number>(() => new Intl.NumberFormat('en', { maximumFractionDigits: 1 }))
const compact = toFormat<number>(
  () => new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }),
)
const exactTime = toFormat<number>(
  () =>
    new Intl.DateTimeFormat('en-CA', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    }),
)
const clockTime = toFormat<number>(
  () => new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
)
const clockSeconds = toFormat<number>(
  () =>
    new Intl.DateTimeFormat('en', {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    }),
)
const dayTime = toFormat<number>(
  () =>
    new Intl.DateTimeFormat('en', {
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
)

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export function formatCount(count: number): string {
  return formatNumber(count)
}

/** Where there is no room: `999`, `12.3K`, `1M`. */
export function formatShortCount(count: number): string {
  return shortCount(count)
}

/** `1 task`, `2,000 tasks`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** `412k`, `1.04M`: for numbers that run. */
export function formatCompact(count: number): string {
  return count < 10_000 ? formatNumber(count) : compact(count).replace('K', 'k')
}

/** Tasks per second; small rates keep a digit, and 0 is a plain 0. */
export function formatRate(perSecond: number): string {
  return perSecond >= 100 ? formatNumber(Math.round(perSecond)) : oneDigit(perSecond)
}

/** Binary units, as directories count: `124 B`, `1.5 KiB`, `16 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value >= 100 ? formatNumber(Math.round(value)) : oneDigit(value)} ${units[unit]}`
}

/** A span in the one unit that matters: `now`, `12 s`, `4 min`, `3 h`, `2 d`. */
export function formatSpan(ms: number): string {
  const span = Math.max(0, ms)
  if (span < SECOND) return 'now'
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`
  if (span < DAY) return `${Math.floor(span / HOUR)} h`
  return `${formatNumber(Math.floor(span / DAY))} d`
}

/** A span to be compared: `320 ms`, `1.2 s`, `4 min 3 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  const span = Math.max(0, ms)
  if (span < SECOND) return `${Math.round(span)} ms`
  if (span < MINUTE) return `${oneDigit(span / SECOND)} s`
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min ${Math.floor((span % MINUTE) / SECOND)} s`
  return `${formatNumber(Math.floor(span / HOUR))} h ${Math.floor((span % HOUR) / MINUTE)} min`
}

/** `12 s ago`, `in 4 min`, `now`. */
export function formatRelative(atMs: number, nowMs: number): string {
  const span = formatSpan(Math.abs(nowMs - atMs))
  if (span === 'now') return span
  return atMs > nowMs ? `in ${span}` : `${span} ago`
}

/** `2026-11-23 11:13:39.042`, in local time. */
export function formatExactTime(atMs: number): string {
  return isDate(atMs) ? exactTime(atMs).replace(',', '') : `${atMs} ms`
}

/** `14:05` within a day of `now`, else `Nov 23, 14:05`. */
export function formatShortTime(atMs: number, nowMs: number): string {
  if (!isDate(atMs)) return 'beyond the calendar'
  return (Math.abs(atMs - nowMs) < DAY ? clockTime : dayTime)(atMs)
}

/** `15:04:05`, in local time. */
export function formatClock(atMs: number): string {
  return isDate(atMs) ? clockSeconds(atMs) : 'beyond the calendar'
}

/** Milliseconds out of a decimal string of microseconds, which may exceed 2^53. */
export function usToMs(us: string): number {
  return Number(BigInt(us) / 1000n)
}

function isDate(atMs: number): boolean {
  return Math.abs(atMs) <= 8.64e15
}
