import { app, nativeImage } from 'electron'
import type { BrowserWindow, NativeImage } from 'electron'

const SIZE = 16
const RED_BGRA = [0x48, 0x3c, 0xd6, 0xff] as const
let dot: NativeImage | null = null

/** Each window's share of the number on the app's icon. */
export class Badge {
  readonly #counts = new Map<BrowserWindow, number>()

  /** Takes the place of what this window said before; 0 takes it away. */
  set(window: BrowserWindow, count: number): void {
    if (count === 0) this.#counts.delete(window)
    else this.#counts.set(window, count)
    if (process.platform === 'win32' && !window.isDestroyed()) {
      // Windows has no numbers on icons: each window's own bears a dot, and its description the number.
      window.setOverlayIcon(count === 0 ? null : redDot(), count === 0 ? '' : `${count} new`)
    }
    app.setBadgeCount(this.#counts.values().reduce((sum, own) => sum + own, 0))
  }
}

function redDot(): NativeImage {
  if (dot !== null) return dot
  const pixels = Buffer.alloc(SIZE * SIZE * 4)
  const middle = (SIZE - 1) / 2
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      if (Math.hypot(x - middle, y - middle) <= SIZE / 2 - 1) pixels.set(RED_BGRA, (y * SIZE + x) * 4)
    }
  }
  dot = nativeImage.createFromBitmap(pixels, { width: SIZE, height: SIZE })
  return dot
}
