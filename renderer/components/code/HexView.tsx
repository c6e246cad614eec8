import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { ReactNode } from 'react'
import { countHexRows, toHexRow } from '../hex.ts'
import styles from './hex-view.module.css'

const ROW_PX = 18
const PADDING_PX = 8
/** More is scrolled within. */
const MAX_HEIGHT_PX = 440

interface HexViewProps {
  readonly bytes: Uint8Array
  /** Offset of the first byte. */
  readonly base?: number
  /** 16 where there is room, else 8. */
  readonly rowBytes: number
  /** The accessible name. */
  readonly label: string
}

/** Offsets, bytes and their characters; drawn row by row as they are seen. */
export function HexView({ bytes, base = 0, rowBytes, label }: HexViewProps): ReactNode {
  const scroller = useRef<HTMLElement>(null)
  // It is not memoised by a compiler here, and its rows are made anew at each scroll.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer<HTMLElement, Element>({
    count: countHexRows(bytes, rowBytes),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
    paddingStart: PADDING_PX,
    paddingEnd: PADDING_PX,
    useFlushSync: false,
  })
  const height = virtualizer.getTotalSize()
  return (
    // A region that scrolls must be reachable by keyboard.
    <section
      ref={scroller}
      className={styles['scroller']}
      style={{ height: Math.min(height, MAX_HEIGHT_PX) }}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={label}
    >
      <div className={styles['rows']} style={{ height }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const { offset, hex, ascii } = toHexRow(bytes, index, rowBytes, base)
          return (
            <pre key={index} className={styles['row']} style={{ transform: `translateY(${start}px)` }}>
              <span className={styles['offset']}>{offset}</span>
              <span className={styles['hex']} style={{ width: `${rowBytes * 3}ch` }}>
                {hex}
              </span>
              <span className={styles['ascii']}>{ascii}</span>
            </pre>
          )
        })}
      </div>
    </section>
  )
}
