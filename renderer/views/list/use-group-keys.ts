import { useEffect } from 'react'
import type { RefObject } from 'react'
import { useInspector } from '../../store/use-inspector.ts'
import { toTargetOrNull, wantsKeysItself } from './use-grid-keys.ts'

const PAGE_GROUPS = 10

/** Arrows, J and K, Page Up and Down, Home and End lead from group to group, wherever nothing else wants them; Enter then opens the one in focus. */
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
      const focusIndex = from === -1 ? null : from
      const to = toTargetOrNull(event.key, { focusIndex, gapIndex: null }, PAGE_GROUPS, groups.length)
      if (to === null || groups.length === 0) return
      event.preventDefault()
      groups[to]?.focus()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [inspector, list])
}
