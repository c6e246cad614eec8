import { useCallback } from 'react'
import { useInspector } from '../store/use-inspector.ts'

/** Copies text as it is, and says so. @param what What was copied, for the message: "the id". */
export function useCopy(): (text: string, what: string) => void {
  const inspector = useInspector()
  return useCallback(
    (text, what) => {
      void (async () => {
        try {
          await navigator.clipboard.writeText(text)
        } catch {
          copyBySelection(text)
        }
        inspector.reportCopied(what)
      })()
    },
    [inspector],
  )
}

/** Where the page may not use the clipboard (no permission, an old browser): the way of a person, select and copy. */
function copyBySelection(text: string): void {
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'fq-hidden'
  const focused = document.activeElement
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
}
