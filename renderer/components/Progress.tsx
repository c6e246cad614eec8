import type { ReactNode } from 'react'
import styles from './progress.module.css'

interface ProgressProps {
  /** 0 to 1. */
  readonly part: number
  readonly label: string
}

/** How far something is. */
export function Progress({ part, label }: ProgressProps): ReactNode {
  const percent = Math.round(Math.min(1, Math.max(0, part)) * 100)
  return (
    <div
      // <progress> cannot be drawn alike in all browsers.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={styles['track']}
    >
      <div className={styles['bar']} style={{ width: `${percent}%` }} />
    </div>
  )
}
