import { useEffect } from 'react'
import type { RefObject } from 'react'
import { useInspector } from '../../store/use-inspector.ts'

/** Arrows, J and K, Home and End lead from group to group, wherever nothing else wants them; Enter then opens the one in focus. */
export function useGroupKeys(list: RefObject<HTMLElement | null>): void {
  const inspector = useInspector()
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (inspector.store.get().dialog !== null || wantsKeysItself(event.target)) return
      const groups = [
        ...(list.current?.querySelectorAll<HTMLElement>(':scope > li > button:first-child') ?? []),
      ]
      const current = document.activeElement?.closest('li') ?? null
      const from = groups.findIndex((group) => group.parentElement === current)
      const to = toTargetOrNull(event.key, from, groups.length)
      if (to === null) return
      event.preventDefault()
      groups[to]?.focus()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [inspector, list])
}

function wantsKeysItself(target: EventTarget | null): boolean {
  const own = 'input, textarea, select, [contenteditable], [role="menu"], [role="dialog"], [role="separator"]'
  return target instanceof Element && target.closest(own) !== null
}

function toTargetOrNull(key: string, from: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
    case 'J':
      return Math.min(count - 1, from + 1)
    case 'ArrowUp':
    case 'k':
    case 'K':
      return Math.max(0, from - 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
