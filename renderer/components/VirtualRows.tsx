import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { ReactNode } from 'react'
import styles from './virtual-rows.module.css'

interface VirtualRowsProps {
  readonly count: number
  /** Every row has this height. */
  readonly rowPx: number
  /** The list takes no more height than this. */
  readonly maxHeightPx: number
  /** The accessible name. */
  readonly label: string
  readonly children: (index: number) => ReactNode
}

/** A list of any length of which only what is seen is drawn. */
export function VirtualRows({ count, rowPx, maxHeightPx, label, children }: VirtualRowsProps): ReactNode {
  const scroller = useRef<HTMLUListElement>(null)
  // Its rows are made anew at each scroll; no compiler memoises here.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer<HTMLUListElement, Element>({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
    useFlushSync: false,
  })
  const height = virtualizer.getTotalSize()
  return (
    <ul
      ref={scroller}
      className={styles['scroller']}
      style={{ height: Math.min(height, maxHeightPx) }}
      // A region that scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={label}
    >
      <li aria-hidden role="presentation" style={{ height }} />
      {virtualizer.getVirtualItems().map(({ index, start }) => (
        <li
          key={index}
          aria-setsize={count}
          aria-posinset={index + 1}
          className={styles['row']}
          style={{ transform: `translateY(${start}px)`, height: rowPx }}
        >
          {children(index)}
        </li>
      ))}
    </ul>
  )
}
