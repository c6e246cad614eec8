import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScaledScroll } from '../../renderer/views/list/scaled-scroll.ts'

const VIEW_PX = 700
const ROW_PX = 28

/** What a browser does: the body's position is kept within its height. */
function makeBody(rows: number) {
  const scaled = new ScaledScroll()
  const listPx = rows * ROW_PX
  scaled.setSize(listPx, VIEW_PX)
  let top = 0
  const maxTop = (): number => Math.max(0, scaled.bodyPx - VIEW_PX)
  const settle = (wanted: number): void => {
    top = Math.min(maxTop(), Math.max(0, wanted))
    const corrected = scaled.onScroll(top)
    if (corrected !== null) {
      top = corrected
      expect(scaled.onScroll(top)).toBeNull()
    }
  }
  return {
    scaled,
    listPx,
    maxTop,
    wheel: (px: number) => settle(top + px),
    drag: (share: number) => settle(share * maxTop()),
    jump: (px: number): void => {
      top = scaled.scrollTo(px)
      expect(top).toBeGreaterThanOrEqual(0)
      expect(top).toBeLessThanOrEqual(maxTop())
      settle(top)
    },
  }
}

describe('scrolling through a list that is taller than a page can be', () => {
  it('never makes a body taller than Chromium draws', () => {
    expect(makeBody(1_000_000).scaled.bodyPx).toBe(28_000_000)
    expect(makeBody(3_000_000).scaled.bodyPx).toBeLessThan(33_500_000)
  })

  it('goes by plain pixels where the list fits', () => {
    const { scaled, wheel, drag } = makeBody(1_000_000)
    wheel(90)
    expect([scaled.positionPx, scaled.offsetPx]).toEqual([90, 0])
    drag(1)
    expect(scaled.positionPx).toBe(28_000_000 - VIEW_PX)
  })

  it('moves by what the wheel says, anywhere', () => {
    const { scaled, wheel, jump } = makeBody(3_000_000)
    for (const px of [0, 5_000, 41_000_000]) {
      jump(px)
      const before = scaled.positionPx
      wheel(90)
      expect(scaled.positionPx).toBe(before + 90)
      wheel(-45)
      expect(scaled.positionPx).toBe(before + 45)
    }
  })

  it('reaches both ends by dragging and by wheel, and any row by jumping', () => {
    const { scaled, drag, wheel, jump, listPx } = makeBody(3_000_000)
    drag(1)
    expect(Math.round(scaled.positionPx)).toBe(listPx - VIEW_PX)
    drag(0)
    expect(scaled.positionPx).toBe(0)
    jump(listPx - VIEW_PX - 1_000)
    for (let turn = 0; turn < 20; turn++) wheel(90)
    expect(Math.round(scaled.positionPx)).toBe(listPx - VIEW_PX)
    jump(1_234_567 * ROW_PX)
    expect(Math.round(scaled.positionPx)).toBe(1_234_567 * ROW_PX)
  })

  it('never leaves the list, and never sticks before its ends, whatever is done', () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('wheel' as const), by: fc.integer({ min: -2_000, max: 2_000 }) }),
      fc.record({ kind: fc.constant('drag' as const), by: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ kind: fc.constant('jump' as const), by: fc.nat(84_000_000) }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const { scaled, listPx, ...body } = makeBody(3_000_000)
        for (const { kind, by } of acts) {
          body[kind](by)
          expect(scaled.positionPx).toBeGreaterThanOrEqual(0)
          expect(scaled.positionPx).toBeLessThanOrEqual(listPx - VIEW_PX + 1)
        }
        body.drag(0.9)
        body.drag(0)
        expect(scaled.positionPx).toBe(0)
      }),
    )
  })
})
