import { useState } from 'react'
import type { KeyboardEvent, RefObject } from 'react'
import { completeFilter } from '../../../shared/contract/filter-help.ts'
import type { FilterCompletion } from '../../../shared/contract/filter-help.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'

const NO_OPTIONS: FilterCompletion['options'] = []

interface Completion {
  readonly options: FilterCompletion['options']
  /** The option that Enter takes; null: Enter searches. */
  readonly active: number | null
  readonly isOpen: boolean
  readonly change: (text: string, caret: number) => void
  readonly take: (at: number) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly setCaret: (caret: number) => void
  readonly setOpen: (isOpen: boolean) => void
}

/** What could be written next in the filter field, and the keys that choose it. */
export function useCompletion(field: RefObject<HTMLInputElement | null>): Completion {
  const inspector = useInspector()
  const text = useInspectorState(({ filter }) => filter.text)
  const [caret, setCaret] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState<number | null>(null)
  const completion = isOpen ? completeFilter(text, caret) : null
  const options = completion?.options ?? NO_OPTIONS

  function change(next: string, nextCaret: number): void {
    setCaret(nextCaret)
    setOpen(true)
    setActive(null)
    inspector.filter.setText(next)
  }

  function take(at: number): void {
    const option = options[at]
    if (completion === null || option === undefined) return
    const next = text.slice(0, completion.from) + option.insert + text.slice(completion.to)
    const nextCaret = completion.from + option.insert.length
    change(next, nextCaret)
    requestAnimationFrame(() => field.current?.setSelectionRange(nextCaret, nextCaret))
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (act(event)) event.preventDefault()
  }

  function act({ key, shiftKey }: KeyboardEvent): boolean {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key]
    if (step !== undefined && options.length > 0) {
      setActive(((active ?? (step > 0 ? -1 : 0)) + step + options.length) % options.length)
      return true
    }
    if (key === 'Tab' && !shiftKey && text !== '' && options.length > 0) take(active ?? 0)
    else if (key === 'Enter') search()
    else if (key === 'Escape') leave()
    else return false
    return true
  }

  function search(): void {
    if (active !== null) return take(active)
    setOpen(false)
    inspector.filter.submit()
  }

  function leave(): void {
    if (options.length > 0) setOpen(false)
    else if (text === '') field.current?.blur()
    else inspector.filter.clear()
  }

  return { options, active, isOpen, change, take, onKeyDown, setCaret, setOpen }
}
