import { describe, expect, it } from 'vitest'
import {
  countOf,
  formatBytes,
  formatExactTime,
  formatRate,
  formatRelative,
  formatShortCount,
  formatShortTime,
  formatSpan,
  usToMs,
} from '../../renderer/components/format.ts'
import { splitId, toShortTail } from '../../renderer/components/task-id.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('counts where there is no room', () => {
  it('never say more than there is', () => {
    expect([0, 999, 1_000, 12_399, 999_999, 1_000_000].map(formatShortCount)).toEqual([
      '0',
      '999',
      '1K',
      '12.3K',
      '999K',
      '1M',
    ])
  })
})

describe('times', () => {
  it('are told in the one unit that matters', () => {
    const spans = [-5, 0, 999, SECOND, 59_999, MINUTE, HOUR - 1, HOUR, DAY - 1, DAY, 4_000 * DAY]
    expect(spans.map(formatSpan)).toEqual([
      'now',
      'now',
      'now',
      '1 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h',
      '23 h',
      '1 d',
      '4,000 d',
    ])
  })

  it('say whether they are past or to come', () => {
    expect([formatRelative(0, 5 * MINUTE), formatRelative(5 * MINUTE, 0), formatRelative(0, 10)]).toEqual([
      '5 min ago',
      'in 5 min',
      'now',
    ])
  })

  it('beyond the calendar do not throw', () => {
    const farMs = usToMs('999999999999999999999999')
    expect(formatExactTime(farMs)).toContain('ms')
    expect(formatShortTime(farMs, 0)).toBe('beyond the calendar')
  })

  it('are exact to the millisecond', () => {
    expect(formatExactTime(new Date(2026, 10, 23, 4, 5, 6, 7).getTime())).toMatch(
      /^2026-11-23 04:05:06[.,]007$/,
    )
  })

  it('in microseconds keep their milliseconds beyond 2^53', () => {
    expect(usToMs('9007199254740993999')).toBe(Number('9007199254740993'))
  })
})

describe('numbers', () => {
  it('of bytes are in binary units', () => {
    expect([0, 124, 1023, 1024, 1536, 102_400, 16 * 1024 ** 2, 3 * 1024 ** 4].map(formatBytes)).toEqual([
      '0 B',
      '124 B',
      '1,023 B',
      '1 KiB',
      '1.5 KiB',
      '100 KiB',
      '16 MiB',
      '3 TiB',
    ])
  })

  it('of things name the one and the many', () => {
    expect([countOf(1, 'task'), countOf(0, 'task'), countOf(2_000, 'task')]).toEqual([
      '1 task',
      '0 tasks',
      '2,000 tasks',
    ])
  })

  it('of rates keep a digit while they are small', () => {
    expect([0, 0.25, 12.34, 1_234.5].map(formatRate)).toEqual(['0', '0.3', '12.3', '1,235'])
  })
})

describe('a short id', () => {
  it('keeps the part that tells tasks apart', () => {
    const { head, tail } = splitId('1795434614845420_6a54e98012345678901234567890abcd')
    expect([head, toShortTail(tail)]).toEqual(['1795434614', '845420_6a54e980…'])
  })

  it('cuts a suffix of any kind, and leaves a short id whole', () => {
    expect(toShortTail(splitId('1795418499712904_<built-in method hex of bytes object>').tail)).toBe(
      '712904_<built-i…',
    )
    expect(splitId('1_a')).toEqual({ head: '', tail: '1_a' })
  })
})
