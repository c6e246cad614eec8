import { describe, expect, it } from 'vitest'
import { toWindowBounds } from '../../electron/main/window-state.ts'

const DISPLAY = { x: 0, y: 25, width: 1_920, height: 1_055 }
const SECOND = { x: 1_920, y: 0, width: 1_280, height: 1_024 }
const DEFAULT = { width: 1_280, height: 800 }

function at(x: number, y: number): object {
  return { x, y, width: 900, height: 700, isMaximized: false }
}

describe('a window', () => {
  it('opens in its usual size at the first start', () => {
    expect(toWindowBounds(null, [DISPLAY])).toEqual(DEFAULT)
  })

  it('comes back where it was', () => {
    expect(toWindowBounds({ ...at(2_000, 50), isMaximized: false } as never, [DISPLAY, SECOND])).toEqual({
      x: 2_000,
      y: 50,
      width: 900,
      height: 700,
    })
  })

  it('steps aside where another window lies exactly there', () => {
    const taken = [
      { x: 100, y: 100 },
      { x: 128, y: 128 },
    ]
    expect(toWindowBounds(at(100, 100) as never, [DISPLAY], taken)).toMatchObject({ x: 156, y: 156 })
  })

  it.each([
    ['on a display that is gone', 2_000, 50],
    ['far to the left', -900, 100],
    ['with its title bar above the display', 100, -300],
    ['with its title bar below the display', 100, 1_070],
    ['with a mere edge in sight', 1_900, 100],
  ])('does not come back %s', (_name, x, y) => {
    expect(toWindowBounds(at(x, y) as never, [DISPLAY])).toEqual(DEFAULT)
  })
})
