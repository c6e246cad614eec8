import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { ReactNode } from 'react'
import { countHexRows, toHexRow } from '../hex.ts'
import styles from './hex-view.module.css'

const ROW_PX = 18

interface HexViewProps {
  readonly bytes: Uint8Array
  /** The accessible name. */
  readonly label: string
}

/** Offsets, bytes and their characters; drawn row by row as they are seen. */
export function HexView({ bytes, label }: HexViewProps): ReactNode {
  const scroller = useRef<HTMLElement>(null)
  // It is not memoised by a compiler here, and its rows are made anew at each scroll.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer<HTMLElement, Element>({
    count: countHexRows(bytes),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
    useFlushSync: false,
  })
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section ref={scroller} className={styles['scroller']} tabIndex={0} aria-label={label}>
      <div className={styles['rows']} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const { offset, hex, ascii } = toHexRow(bytes, index)
          return (
            <pre key={index} className={styles['row']} style={{ transform: `translateY(${start}px)` }}>
              <span className={styles['offset']}>{offset}</span>
              <span className={styles['hex']}>{hex}</span>
              <span className={styles['ascii']}>{ascii}</span>
            </pre>
          )
        })}
      </div>
    </section>
  )
}
