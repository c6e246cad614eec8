import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countHexRows, parseHexOrNull, toHexRow } from '../../renderer/components/hex.ts'

describe('the hex view', () => {
  const bytes = new Uint8Array([0x7b, 0x00, 0xff, 0x41, 0x7f, 0x20, 0x0a, 0x7e, 0x80])

  it('shows offsets, bytes and what can be printed of them', () => {
    expect(toHexRow(bytes, 0, 8)).toEqual({
      offset: '00000000',
      hex: '7b 00 ff 41 7f 20 0a 7e',
      ascii: '{··A· ·~',
    })
    expect(toHexRow(bytes, 1, 8)).toEqual({ offset: '00000008', hex: '80', ascii: '·' })
  })

  it('parts 16 bytes in two halves', () => {
    expect(toHexRow(new Uint8Array(16), 0, 16).hex).toBe('00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00')
  })

  it('counts a begun row as one', () => {
    expect([0, 1, 8, 9].map((length) => countHexRows(new Uint8Array(length), 8))).toEqual([0, 1, 1, 2])
  })
})

describe('typed hex', () => {
  it('reads back any bytes, however they are spaced', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom('', ' ', '\n', ', ', ' 0x'), (bytes, space) => {
        const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(space)
        expect(parseHexOrNull(text)).toEqual(bytes)
      }),
    )
  })

  it('refuses half a byte and anything that is no digit', () => {
    expect([parseHexOrNull('abc'), parseHexOrNull('zz'), parseHexOrNull('<img>')]).toEqual([null, null, null])
  })
})
