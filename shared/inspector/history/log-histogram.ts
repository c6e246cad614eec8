/**
 * Counts spans of time in buckets that grow with the value, as HdrHistogram does: whole milliseconds below 32, then 16 buckets
 * per doubling. A value read back is the middle of its bucket, so it is off by at most 1/32 (3.2 %), or half a millisecond.
 * Two histograms are merged by adding their counts, and nothing is lost by it.
 */
const PER_DOUBLING = 16
const LINEAR_BELOW = PER_DOUBLING
const LINEAR_BITS = 4
/** 2^40 ms, 34 years: longer spans count as this long. */
const MAX_MS = 2 ** 40

export const HISTOGRAM_ERROR = 1 / (2 * PER_DOUBLING)
export const MAX_BUCKET = toBucket(MAX_MS)

export class LogHistogram {
  readonly #counts = new Map<number, number>()
  #total = 0

  get total(): number {
    return this.#total
  }

  /** @param count May be a fraction: one sampled task stands for several. */
  record(spanMs: number, count = 1): void {
    this.add(toBucket(spanMs), count)
  }

  add(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count)
    this.#total += count
  }

  merge(other: LogHistogram): void {
    for (const [bucket, count] of other.#counts) this.add(bucket, count)
  }

  /** The span that `share` (0 to 1) of all recorded ones do not exceed, ms; null where none was recorded. */
  percentileOrNull(share: number): number | null {
    if (this.#total === 0) return null
    const rank = share * this.#total
    let seen = 0
    let last = 0
    for (const [bucket, count] of this.buckets()) {
      seen += count
      last = bucket
      // Sums of fractions may end a hair below the whole.
      if (seen >= rank - 1e-9) break
    }
    return toMiddleMs(last)
  }

  /** Bucket and count, smallest spans first. */
  buckets(): [bucket: number, count: number][] {
    return [...this.#counts].toSorted(([a], [b]) => a - b)
  }
}

function toBucket(spanMs: number): number {
  const span = Math.min(MAX_MS, Math.max(0, spanMs))
  if (span < LINEAR_BELOW) return Math.floor(span)
  const doubling = Math.floor(Math.log2(span))
  const within = Math.floor(span / 2 ** (doubling - LINEAR_BITS)) - PER_DOUBLING
  return LINEAR_BELOW + (doubling - LINEAR_BITS) * PER_DOUBLING + within
}

function toMiddleMs(bucket: number): number {
  if (bucket < LINEAR_BELOW) return bucket + 0.5
  const doubling = Math.floor((bucket - LINEAR_BELOW) / PER_DOUBLING)
  const within = (bucket - LINEAR_BELOW) % PER_DOUBLING
  return (PER_DOUBLING + within + 0.5) * 2 ** doubling
}
