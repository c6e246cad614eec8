import type { ReactNode } from 'react'
import styles from './keys.module.css'

interface KeysProps {
  /** As shown: `R`, `Ctrl K`. */
  readonly keys: string
}

export function Keys({ keys }: KeysProps): ReactNode {
  return (
    <span className={styles['keys']} aria-hidden>
      {keys.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  )
}
