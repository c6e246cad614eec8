import { useEffect } from 'react'
import type { RefObject } from 'react'
import { useInspector } from '../../store/use-inspector.ts'

/**
 * Arrows, J and K, Page and End keys, Enter and Space. They act wherever nothing else wants them: on the grid, and on the
 * page while nothing has the focus.
 */
export function useGridKeys(grid: RefObject<HTMLElement | null>, pageRows: number): void {
  const inspector = useInspector()
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const isOurs = event.target === grid.current || event.target === document.body
      if (!isOurs || event.ctrlKey || event.metaKey || event.altKey) return
      if (inspector.store.get().dialog !== null) return
      if (act(event)) event.preventDefault()
    }

    function act(event: KeyboardEvent): boolean {
      const { selection, view, paneOpen } = inspector.store.get()
      const target = toTargetOrNull(event.key, selection.focusIndex, pageRows, view.total)
      if (target !== null && view.total > 0) {
        inspector.select(target, event.shiftKey && event.key.startsWith('Arrow') ? 'range' : 'only')
        grid.current?.focus({ preventScroll: true })
        return true
      }
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

function toTargetOrNull(key: string, from: number | null, pageRows: number, total: number): number | null {
  const at = from ?? -1
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
