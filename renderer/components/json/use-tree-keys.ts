import type { KeyboardEvent } from 'react'
import { toJsonPath } from './json-tree.ts'
import type { JsonNode } from './json-tree.ts'

interface TreeState {
  readonly text: string
  readonly nodes: readonly JsonNode[]
  /** Indices of the nodes that are seen. */
  readonly visible: readonly number[]
  readonly folded: ReadonlySet<number>
  readonly setFolded: (folded: ReadonlySet<number>) => void
  readonly focused: number
  readonly setFocused: (index: number) => void
  readonly moveTo: (at: number) => void
  readonly onCopy: (text: string, what: string) => void
}

interface TreeKeys {
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly toggle: (index: number) => void
  readonly copyValue: (index: number) => void
}

/** The keys of a tree as WAI-ARIA has them; C copies the value, P its path. */
export function useTreeKeys(state: TreeState): TreeKeys {
  const { text, nodes, visible, folded, setFolded, focused, setFocused, moveTo, onCopy } = state

  function fold(index: number, isFolded: boolean): void {
    const next = new Set(folded)
    if (isFolded) next.add(index)
    else next.delete(index)
    setFolded(next)
  }

  function copyValue(index: number): void {
    const node = nodes[index]
    if (node !== undefined) onCopy(toValue(text, node), 'the value')
  }

  function focus(at: number): void {
    const place = Math.min(visible.length - 1, Math.max(0, at))
    setFocused(visible[place] ?? 0)
    moveTo(place)
  }

  function act(key: string, node: JsonNode): boolean {
    const at = visible.indexOf(focused)
    const isOpen = node.children > 0 && !folded.has(focused)
    if (key === 'ArrowDown') focus(at + 1)
    else if (key === 'ArrowUp') focus(at - 1)
    else if (key === 'Home') focus(0)
    else if (key === 'End') focus(visible.length - 1)
    else if (key === 'ArrowRight' && isOpen) focus(at + 1)
    else if (key === 'ArrowRight') fold(focused, false)
    else if (key === 'ArrowLeft' && isOpen) fold(focused, true)
    else if (key === 'ArrowLeft') focus(node.parent === null ? at : visible.indexOf(node.parent))
    else if (key === 'Enter' || key === ' ') fold(focused, isOpen)
    else if (key === 'c') copyValue(focused)
    else if (key === 'p') onCopy(toJsonPath(nodes, focused), 'the path')
    else return false
    return true
  }

  return {
    onKeyDown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const node = nodes[focused]
      if (node === undefined || !act(event.key, node)) return
      event.preventDefault()
      event.stopPropagation()
    },
    toggle: (index) => fold(index, !folded.has(index)),
    copyValue,
  }
}

/** A text without its quotes and escapes; all else as it is written. */
function toValue(text: string, node: JsonNode): string {
  const written = text.slice(node.from, node.to)
  if (node.kind !== 'string') return written
  const parsed: unknown = JSON.parse(written)
  return typeof parsed === 'string' ? parsed : written
}
