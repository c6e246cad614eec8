/**
 * Task names and ids. Pure.
 *
 *     <digits>_<suffix>              an original id: what push() returned, what done/ and failed/ bear
 *     <stamp>_<original id>          in a node's directory: claimed or extended at `stamp`;
 *                                    in a waiting directory: put back at `stamp`
 *     <stamp>_<original id>~<n>      the same; n claims so far, this one included when it is a claim
 *
 * Decisions where a name could be read in two ways:
 * - Only a leading number of 16 or more digits is a stamp (we pad ours with zeros), and only in front of something that is a
 *   task name itself. So the foreign `123_456_abc` is an original id, `1795416245206308_456_abc` is the task `456_abc`.
 * - Only ONE stamp is taken off: a foreign id that looks stamped after our claim is still read back to itself.
 * - `~n` counts only on a stamped name. An original id that itself ends in `~3` always travels with a count of its own
 *   (`…~3~1`), so it is read back whole.
 * - One task can lie in done/ under several names, because Python finishes a stamped name as it is: compare `originalId`.
 */

export const STAMP_DIGITS = 16
/** Longer names leave no room for a stamp and a count under the 255 bytes of common file systems: the core leaves them alone. */
export const MAX_NAME_BYTES = 220

const OWN_ID = /^\d{16,17}_[0-9a-f]{32}$/
const UNDERSCORE = 95
const MAX_COUNT_DIGITS = 9
const ENDS_LIKE_A_COUNT = /~\d{1,9}$/

/** Where a name lies decides how a missing count reads: claimed once in a node's directory, never in a waiting one. */
export type NamePlace = 'waiting' | 'node'

export interface ParsedTaskName {
  readonly name: string
  /** The number in front: it orders the waiting tasks. Exact up to 2^53; compare names by compareTaskNames(). */
  readonly stampUs: number
  /** The task's identity: what push() returned. */
  readonly originalId: string
  /** The number in front of the original id: time of push, or the time it was scheduled for. */
  readonly originalUs: number
  /** True when a stamp stands in front of the original id. */
  readonly stamped: boolean
  /** Claims so far, the present one included. Claims by Python workers leave no trace in a name. */
  readonly attempts: number
}

/**
 * The number in front of a bare task name, or NaN when the name is none: digits, an underscore, and more. Beyond 2^53 it is rounded,
 * never so that a smaller number becomes the larger one.
 */
export function stampOf(name: string): number {
  let stampUs = 0
  let at = 0
  for (; ; at++) {
    const digit = name.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) break
    stampUs = stampUs * 10 + digit
  }
  return at > 0 && name.charCodeAt(at) === UNDERSCORE && at + 1 < name.length ? stampUs : Number.NaN
}

/** True for a bare file name that FemtoQueue takes for a task: digits, an underscore, and more. */
export function isTaskName(name: string): boolean {
  const end = digitsEnd(name, 0)
  if (end === 0 || end + 1 >= name.length || name.charCodeAt(end) !== UNDERSCORE) return false
  return !name.includes('\0') && !name.includes('/')
}

/** Reads names without regular expressions where they would cost: every look and every move parses each name it meets. */
export function parseTaskName(name: string, place: NamePlace = 'waiting'): ParsedTaskName | null {
  if (!isTaskName(name)) return null
  const uncounted = place === 'node' ? 1 : 0
  const stampEnd = digitsEnd(name, 0)
  const stampUs = toNumber(name, 0, stampEnd)
  const idEnd = stampedIdEnd(name, stampEnd)
  if (idEnd === -1)
    return { name, stampUs, originalId: name, originalUs: stampUs, stamped: false, attempts: uncounted }
  const originalId = name.slice(stampEnd + 1, idEnd)
  return {
    name,
    stampUs,
    originalId,
    originalUs: toNumber(originalId, 0, digitsEnd(originalId, 0)),
    stamped: true,
    attempts: idEnd === name.length ? uncounted : Number(name.slice(idEnd + 1)),
  }
}

/** The original id in a name, wherever that lies; a name that is no task's is given back as it is. */
export function originalIdOf(name: string): string {
  const stampEnd = digitsEnd(name, 0)
  const idEnd = stampedIdEnd(name, stampEnd)
  return idEnd === -1 || !isTaskName(name) ? name : name.slice(stampEnd + 1, idEnd)
}

/** Where the original id behind the stamp that ends at `stampEnd` ends; -1: the name is not stamped. */
function stampedIdEnd(name: string, stampEnd: number): number {
  if (stampEnd < STAMP_DIGITS || name.charCodeAt(stampEnd) !== UNDERSCORE) return -1
  const digits = digitsEnd(name, stampEnd + 1)
  const suffix = digits + 1
  if (digits === stampEnd + 1 || name.charCodeAt(digits) !== UNDERSCORE || suffix >= name.length) return -1
  const tilde = name.lastIndexOf('~')
  const countDigits = name.length - tilde - 1
  // The suffix keeps at least one character: what follows its underscore at once is no count.
  const isCounted =
    tilde > suffix &&
    countDigits >= 1 &&
    countDigits <= MAX_COUNT_DIGITS &&
    digitsEnd(name, tilde + 1) === name.length
  return isCounted ? tilde : name.length
}

/** Where the digits that begin at `from` end. */
function digitsEnd(name: string, from: number): number {
  let at = from
  for (let code = name.charCodeAt(at); code >= 48 && code <= 57; code = name.charCodeAt(at)) at++
  return at
}

/** The digits as a number: exact up to 2^53, else as Number() rounds it. */
function toNumber(name: string, from: number, end: number): number {
  let value = 0
  for (let at = from; at < end; at++) value = value * 10 + name.charCodeAt(at) - 48
  return value <= Number.MAX_SAFE_INTEGER ? value : Number(name.slice(from, end))
}

/** `<stamp>_<original id>`, with `~n` where the reader at `place` would not assume that count anyway. */
export function toStampedName(
  stampUs: number,
  originalId: string,
  attempts: number,
  place: NamePlace,
): string {
  const plain = `${toStamp(stampUs)}_${originalId}`
  const assumed = place === 'node' ? 1 : 0
  return attempts === assumed && !ENDS_LIKE_A_COUNT.test(originalId) ? plain : `${plain}~${attempts}`
}

/** Microseconds as the digits in front of a name, padded so that plain string order is time order until the year 2286. */
export function toStamp(us: number): string {
  return us >= 1e15 ? String(us) : String(us).padStart(STAMP_DIGITS, '0')
}

/** True for ids that only our own push() and schedule() make: nobody else can hold that name. */
export function isOwnId(id: string): boolean {
  return OWN_ID.test(id)
}

/** Orders two task names by the number in front (of any length), then by plain string order. */
export function compareTaskNames(a: string, b: string): number {
  const digitsA = leadingNumber(a)
  const digitsB = leadingNumber(b)
  if (digitsA.length !== digitsB.length) return digitsA.length - digitsB.length
  if (digitsA !== digitsB) return digitsA < digitsB ? -1 : 1
  if (a === b) return 0
  return a < b ? -1 : 1
}

function leadingNumber(name: string): string {
  const end = name.indexOf('_')
  let start = 0
  while (start < end - 1 && name.charCodeAt(start) === 48) start++
  return name.slice(start, end === -1 ? undefined : end)
}

/** Sorts task names, in place, into the order in which they are offered. */
export function sortTaskNames(names: string[]): string[] {
  // Plain string order is several times faster, and right while all numbers are equally long: normally so.
  const isPlainOrder = names.every((name) => name.indexOf('_') === STAMP_DIGITS)
  // oxlint-disable-next-line unicorn/no-array-sort -- a copy of a million names is what this avoids
  return names.sort(isPlainOrder ? undefined : compareTaskNames)
}
