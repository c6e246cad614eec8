import type { Rectangle } from 'electron'
import type { WindowState } from './settings.ts'

const DEFAULT_SIZE = { width: 1_280, height: 800 } as const
/** So much of a window must lie on a display for a person to catch hold of it. */
const GRIP = { width: 120, height: 40 } as const

/** A window that would lie exactly on another one steps aside by so much. */
const CASCADE = 28

/**
 * Where a window opens: as it was, if a display is still there, else in the middle at the usual size.
 * @param workAreas Of the displays that exist now.
 * @param taken Of the windows that are open.
 */
export function toWindowBounds(
  state: WindowState | null,
  workAreas: readonly Rectangle[],
  taken: readonly Pick<Rectangle, 'x' | 'y'>[] = [],
): { width: number; height: number; x?: number; y?: number } {
  if (state === null) return DEFAULT_SIZE
  const { width, height } = state
  let { x, y } = state
  while (taken.some((other) => other.x === x && other.y === y)) {
    x += CASCADE
    y += CASCADE
  }
  return isReachable({ x, y, width, height }, workAreas) ? { x, y, width, height } : DEFAULT_SIZE
}

function isReachable({ x, y, width }: Rectangle, workAreas: readonly Rectangle[]): boolean {
  return workAreas.some((area) => {
    const visibleWidth = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
    // The title bar is what one moves a window by: it must not lie above the display.
    return visibleWidth >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height
  })
}
