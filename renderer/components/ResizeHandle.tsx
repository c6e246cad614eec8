import type { KeyboardEvent, PointerEvent, ReactNode } from 'react'
import styles from './resize-handle.module.css'

const KEY_STEP_PX = 24

interface ResizeHandleProps {
  readonly label: string
  /** The edge of its parent on which it lies. */
  readonly edge: 'left' | 'right'
  readonly width: number
  readonly range: { readonly min: number; readonly max: number; readonly first: number }
  /** Px, within the range. */
  readonly onResize: (width: number) => void
}

/** Moves an edge of its parent, by pointer or by the arrow keys; a double click gives the first width back. */
export function ResizeHandle({ label, edge, width, range, onResize }: ResizeHandleProps): ReactNode {
  function resizeTo(px: number): void {
    onResize(Math.round(Math.min(range.max, Math.max(range.min, px))))
  }
  function onPointerMove(event: PointerEvent<HTMLDivElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (box !== undefined) resizeTo(edge === 'left' ? box.right - event.clientX : event.clientX - box.left)
  }
  function onKeyDown(event: KeyboardEvent): void {
    const outwards = edge === 'left' ? 'ArrowLeft' : 'ArrowRight'
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    resizeTo(width + (event.key === outwards ? KEY_STEP_PX : -KEY_STEP_PX))
  }
  return (
    // A separator that can be moved is a control (WAI-ARIA "window splitter").
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/prefer-tag-over-role
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- <hr> cannot be a splitter
      role="separator"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={range.min}
      aria-valuemax={range.max}
      data-edge={edge}
      className={styles['handle']}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDoubleClick={() => resizeTo(range.first)}
      onKeyDown={onKeyDown}
    />
  )
}
