import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HISTOGRAM_ERROR, LogHistogram } from '../../../shared/inspector/history/log-histogram.ts'

const spanMs = fc.double({ min: 0, max: 2 ** 39, noNaN: true })

function exactPercentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

describe('a histogram of spans', () => {
  it('gives percentiles within its stated error, half a millisecond for the smallest', () => {
    fc.assert(
      fc.property(
        fc.array(spanMs, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (values, share) => {
          const histogram = new LogHistogram()
          for (const value of values) histogram.record(value)
          const exact = exactPercentile(values, share)
          const error = Math.abs((histogram.percentileOrNull(share) ?? NaN) - exact)
          expect(error).toBeLessThanOrEqual(Math.max(0.5, exact * HISTOGRAM_ERROR) + 1e-9)
        },
      ),
    )
  })

  it('merged of parts is the histogram of the whole', () => {
    fc.assert(
      fc.property(fc.array(spanMs), fc.array(spanMs), (some, others) => {
        const [merged, part, whole] = [new LogHistogram(), new LogHistogram(), new LogHistogram()]
        for (const value of some) merged.record(value)
        for (const value of others) part.record(value)
        for (const value of [...some, ...others]) whole.record(value)
        merged.merge(part)
        expect(merged.buckets()).toEqual(whole.buckets())
        expect(merged.total).toBe(some.length + others.length)
      }),
    )
  })

  it('counts one sampled task for all that it stands for', () => {
    const histogram = new LogHistogram()
    histogram.record(10, 99)
    histogram.record(5_000, 1)
    expect(histogram.total).toBe(100)
    expect(histogram.percentileOrNull(0.95)).toBeCloseTo(10.5)
    expect(histogram.percentileOrNull(0.999)).toBeGreaterThan(4_800)
  })

  it('knows no percentile of nothing', () => {
    expect(new LogHistogram().percentileOrNull(0.5)).toBeNull()
  })
})
