import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useNow } from '../hooks/use-now.ts'
import { toDueOrNull } from './due-time.ts'
import styles from './due-field.module.css'
import { formatExactTime, formatRelative } from './format.ts'

interface DueFieldProps {
  /** As `datetime-local` gives it. */
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A time to come, in this machine's zone, with the way to it in words. */
export function DueField({ value, onChange }: DueFieldProps): ReactNode {
  const nowMs = useNow()
  const atMs = toDueOrNull(value)
  return (
    <span className={styles['field']}>
      <TextInput
        type="datetime-local"
        step={1}
        aria-label="Due at"
        aria-invalid={atMs === null}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <span className={styles['hint']}>
        {atMs === null
          ? 'Choose a date and a time.'
          : atMs < nowMs
            ? 'In the past: due at once.'
            : `${formatRelative(atMs, nowMs)}: not before ${formatExactTime(atMs).slice(0, 19)}`}
      </span>
    </span>
  )
}
