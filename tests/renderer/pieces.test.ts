import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../renderer/client/base64.ts'
import { Pieces } from '../../renderer/store/pieces.ts'

const BYTES = Uint8Array.from({ length: 1_000 }, (_, at) => at % 251)

/** Fetches all pieces in an order of chance from a file of so many bytes. */
function fetchAll(
  start: number,
  pieceBytes: number,
  fileBytes: number,
  order: readonly number[],
): Uint8Array {
  const pieces = new Pieces(start, BYTES.length, pieceBytes)
  const asked = [...pieces.offsets()]
  const shuffled = asked.toSorted((a, b) => (order[a.at] ?? 0) - (order[b.at] ?? 0))
  for (const { at, offset, limit } of shuffled)
    pieces.put(at, BYTES.subarray(Math.min(fileBytes, offset), Math.min(fileBytes, offset + limit)))
  return concatBytes(pieces.joined())
}

describe('a payload in pieces', () => {
  it('is joined as it lies, whatever came first, and ends where the file does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: 1_000 }),
        fc.array(fc.nat(), { minLength: 1_000, maxLength: 1_000 }),
        (start, pieceBytes, fileBytes, order) => {
          const joined = fetchAll(start, pieceBytes, fileBytes, order)
          expect(Buffer.from(joined).equals(BYTES.subarray(start, Math.max(start, fileBytes)))).toBe(true)
        },
      ),
    )
  })

  it('keeps what came in one piece where it was cancelled', () => {
    const pieces = new Pieces(0, 10, 4)
    const [first, second, third] = [...pieces.offsets()]
    expect([first, second, third]).toEqual([
      { at: 0, offset: 0, limit: 4 },
      { at: 1, offset: 4, limit: 4 },
      { at: 2, offset: 8, limit: 2 },
    ])
    pieces.put(2, BYTES.subarray(8, 10))
    pieces.put(0, BYTES.subarray(0, 4))
    expect(pieces.done).toBe(6)
    expect(concatBytes(pieces.joined())).toEqual(BYTES.slice(0, 4))
  })
})
