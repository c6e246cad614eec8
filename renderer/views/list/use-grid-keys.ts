import { useEffect } from 'react'
import type { RefObject } from 'react'
import type { Selection } from '../../store/inspector-state.ts'
import { useInspector } from '../../store/use-inspector.ts'

/**
 * Arrows, J and K, Page and End keys, with Shift for a range, act wherever nothing else wants them, and lead the focus to the list. Enter and Space
 * act on the list only: on a button they mean the button.
 */
export function useGridKeys(grid: RefObject<HTMLElement | null>, pageRows: number): void {
  const inspector = useInspector()
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (inspector.store.get().dialog !== null || wantsKeysItself(event.target)) return
      const isOnList = event.target === grid.current || event.target === document.body
      if (act(event, isOnList)) event.preventDefault()
    }

    function act(event: KeyboardEvent, isOnList: boolean): boolean {
      const { selection, view, paneOpen } = inspector.store.get()
      const target = toTargetOrNull(event.key, selection, pageRows, view.total)
      if (target !== null && view.total > 0) {
        inspector.select(target, event.shiftKey ? 'range' : 'only')
        grid.current?.focus({ preventScroll: true })
        return true
      }
      if (!isOnList) return false
      if (event.key === 'Enter' && selection.focusIndex !== null) inspector.openPane()
      else if (event.key === ' ' && selection.focusIndex !== null) {
        if (paneOpen) inspector.closePane()
        else inspector.openPane()
      } else return false
      return true
    }

    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [grid, inspector, pageRows])
}

/** Texts, menus, sliders and what scrolls have a use of their own for the arrows. */
export function wantsKeysItself(target: EventTarget | null): boolean {
  const own =
    'input, textarea, select, summary, [contenteditable], [role="menu"], [role="dialog"], [role="separator"], section[tabindex]'
  return target instanceof Element && target.closest(own) !== null
}

/** The row that a key leads to; null for a key that leads nowhere. */
export function toTargetOrNull(
  key: string,
  { focusIndex, gapIndex }: Pick<Selection, 'focusIndex' | 'gapIndex'>,
  pageRows: number,
  total: number,
): number | null {
  // From a gap, down leads to the row behind it and up to the one before it.
  const at = focusIndex ?? (gapIndex ?? 0) - (isUpwards(key) ? 0 : 1)
  const clamp = (index: number): number => Math.min(total - 1, Math.max(0, index))
  switch (key) {
    case 'ArrowDown':
    case 'j':
    case 'J':
      return clamp(at + 1)
    case 'ArrowUp':
    case 'k':
    case 'K':
      return clamp(at - 1)
    case 'PageDown':
      return clamp(at + pageRows)
    case 'PageUp':
      return clamp(at - pageRows)
    case 'Home':
      return 0
    case 'End':
      return clamp(total - 1)
    default:
      return null
  }
}

function isUpwards(key: string): boolean {
  return ['ArrowUp', 'k', 'K', 'PageUp'].includes(key)
}
