import type { ReactNode } from 'react'
import { formatBytes } from '../../components/format.ts'
import type { Draft } from './push-draft.ts'
import styles from './push.module.css'

interface VerdictProps {
  readonly draft: Pick<Draft, 'fault' | 'faultAt' | 'size' | 'note'>
  readonly onGoTo: (goTo: { readonly at: number }) => void
}

/** What is wrong, with the way to its place, and how much it is. */
export function Verdict({ draft, onGoTo }: VerdictProps): ReactNode {
  const { fault, faultAt, size, note = '' } = draft
  return (
    <output className={styles['verdict']} data-bad={fault !== null || undefined}>
      {fault !== null && faultAt !== null ? (
        <button type="button" className={styles['fault']} onClick={() => onGoTo({ at: faultAt })}>
          {fault}
        </button>
      ) : (
        <span>{fault ?? note}</span>
      )}
      <span className={styles['bytes']}>{size === null ? '' : formatBytes(size)}</span>
    </output>
  )
}
