import { describe, expect, it } from 'vitest'
import { parseJumpTarget } from '../../renderer/store/jump-target.ts'

const NOW = new Date(2026, 10, 24, 15, 30, 0).getTime()
const parse = (text: string) => parseJumpTarget(text, 1_000_000, NOW)

describe('where a person wants to go', () => {
  it.each([
    ['end', 999_999],
    ['Start', 0],
    ['1', 0],
    ['500,000', 499_999],
    ['#42', 41],
    ['2000000', 999_999],
    ['50 %', 500_000],
    ['100%', 999_999],
  ])('%s is a row', (text, index) => {
    expect(parse(text)).toEqual({ kind: 'row', index })
  })

  it.each([
    ['14:05', new Date(2026, 10, 24, 14, 5)],
    ['9:05:30', new Date(2026, 10, 24, 9, 5, 30)],
    ['2026-11-20', new Date(2026, 10, 20)],
    ['2026-11-20 08:15', new Date(2026, 10, 20, 8, 15)],
    ['2026-11-20T08:15', new Date(2026, 10, 20, 8, 15)],
    ['2h ago', new Date(2026, 10, 24, 13, 30)],
    ['-90s', new Date(2026, 10, 24, 15, 28, 30)],
    ['in 1d', new Date(2026, 10, 25, 15, 30)],
  ])('%s is a time', (text, date) => {
    expect(parse(text)).toEqual({ kind: 'time', atMs: date.getTime() })
  })

  it.each(['1795416245206308_ab', '17954162452', '5_x', ' 1795416245206308_<built-in> '])(
    '%s is an id',
    (text) => {
      expect(parse(text)).toEqual({ kind: 'id', text: text.trim() })
    },
  )

  it.each(['', '25:00', '2026-02-30', 'yesterday', '%', '../x'])(
    '“%s” is unclear, and the answer says what can be typed',
    (text) => {
      expect(parse(text)).toMatchObject({ kind: 'unclear', message: expect.stringMatching(/id.*time.*row/s) })
    },
  )

  it('stays in an empty list', () => {
    expect(parseJumpTarget('end', 0, NOW)).toEqual({ kind: 'row', index: 0 })
  })
})
