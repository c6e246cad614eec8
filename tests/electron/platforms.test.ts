/** What one platform wants and the others have not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BrowserWindow } from 'electron'
import { Badge } from '../../electron/main/badge.ts'
import { BrowserWindow as FakeWindow, calls, callsTo } from '../stubs/electron.ts'

const ownPlatform = process.platform

function onPlatform(platform: NodeJS.Platform): void {
  Object.defineProperty(process, 'platform', { value: platform })
}

beforeEach(() => {
  calls.length = 0
})

afterEach(() => onPlatform(ownPlatform))

describe('the number on the icon', () => {
  // The stub has what the badge uses of a window.
  const makeWindow = (): BrowserWindow => new FakeWindow({}) as unknown as BrowserWindow

  it('is a red dot with a description on Windows, whose icons bear no numbers', () => {
    onPlatform('win32')
    const badge = new Badge()
    const window = makeWindow()
    badge.set(window, 3)
    badge.set(window, 0)
    const [shown = [], gone] = callsTo('window.setOverlayIcon')
    const { pixels } = shown[0] as { pixels: Buffer }
    expect(pixels).toHaveLength(16 * 16 * 4)
    // Clear in its corner, red in its middle (blue, green, red, opaque).
    expect([...pixels.subarray(0, 4)]).toEqual([0, 0, 0, 0])
    expect(pixels[(8 * 16 + 8) * 4 + 2]).toBeGreaterThan(0xc0)
    expect(shown[1]).toBe('3 new')
    expect(gone).toEqual([null, ''])
  })

  it('needs no dot elsewhere, and goes with its window', () => {
    onPlatform('linux')
    const badge = new Badge()
    const [first, second] = [makeWindow(), makeWindow()]
    badge.set(first, 3)
    badge.set(second, 4)
    badge.set(first, 0)
    expect(callsTo('window.setOverlayIcon')).toEqual([])
    expect(callsTo('app.setBadgeCount')).toEqual([[3], [7], [4]])
  })
})
