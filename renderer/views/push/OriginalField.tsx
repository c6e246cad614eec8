import type { ReactNode } from 'react'
import { EDIT_WORDS } from '../../words/push-words.ts'
import styles from './push.module.css'

export type OriginalFate = 'keep' | 'trash'

const FATES = [
  { value: 'keep', label: EDIT_WORDS.keep, meaning: EDIT_WORDS.keepMeaning },
  { value: 'trash', label: EDIT_WORDS.trash, meaning: EDIT_WORDS.trashMeaning },
] as const

interface OriginalFieldProps {
  readonly value: OriginalFate
  readonly onChange: (value: OriginalFate) => void
}

/** What becomes of the task whose payload was changed: the person says. */
export function OriginalField({ value, onChange }: OriginalFieldProps): ReactNode {
  return (
    <div className={styles['original']} role="radiogroup" aria-label={EDIT_WORDS.original}>
      <h3>{EDIT_WORDS.original}</h3>
      {FATES.map((fate) => (
        <label key={fate.value}>
          <input
            type="radio"
            name="original"
            checked={value === fate.value}
            onChange={() => onChange(fate.value)}
          />
          <span>{fate.label}</span>
          <span className={styles['hint']}>{fate.meaning}</span>
        </label>
      ))}
    </div>
  )
}
