import { Tooltip } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { Keys } from './Keys.tsx'
import styles from './tip.module.css'

interface TipProps {
  readonly label: string
  readonly keys?: string | undefined
  readonly position?: 'bottom' | 'right' | 'top'
  /** In pixels; what stands beside must stay in sight. */
  readonly maxWidth?: number
  /** While what it tells stands there anyway. */
  readonly disabled?: boolean
  readonly children: ReactElement
}

/** A tooltip that tells the shortcut too. */
export function Tip({
  label,
  keys,
  position = 'bottom',
  maxWidth,
  disabled = false,
  children,
}: TipProps): ReactNode {
  const content = (
    <span className={styles['tip']}>
      {label}
      {keys === undefined ? null : <Keys keys={keys} />}
    </span>
  )
  return (
    <Tooltip
      label={content}
      position={position}
      disabled={disabled}
      {...(maxWidth !== undefined && { maw: maxWidth })}
    >
      {children}
    </Tooltip>
  )
}
