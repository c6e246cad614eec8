import { Button } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { toVisibleText } from '../../shared/contract/visible-text.ts'
import type { ErrorReport } from '../client/error-report.ts'
import { useCopy } from '../hooks/use-copy.ts'
import { WORDS } from '../words.ts'
import styles from './error-note.module.css'

interface ErrorNoteProps {
  readonly report: Pick<ErrorReport, 'message' | 'cause'>
  readonly onRetry?: (() => void) | undefined
}

/** What happened and what to do; the technical cause folds out and can be copied. */
export function ErrorNote({ report, onRetry }: ErrorNoteProps): ReactNode {
  return (
    <div className={styles['note']} role="alert">
      <IconAlertCircle size={16} color="var(--fq-failed)" aria-hidden className={styles['icon']} />
      <div className={styles['body']}>
        <p className={styles['message']}>{toVisibleText(report.message)}</p>
        {report.cause === null ? null : <CauseFold cause={report.cause} />}
        {onRetry === undefined ? null : <Button onClick={onRetry}>{WORDS.errors.retry}</Button>}
      </div>
    </div>
  )
}

interface CauseFoldProps {
  readonly cause: string
  readonly label?: string
}

export function CauseFold({ cause, label = WORDS.errors.technical }: CauseFoldProps): ReactNode {
  const copy = useCopy()
  return (
    <details className={styles['fold']}>
      <summary>{label}</summary>
      <pre className={styles['cause']}>{toVisibleText(cause)}</pre>
      <Button variant="subtle" onClick={() => copy(cause, 'the technical cause')}>
        {WORDS.errors.copy}
      </Button>
    </details>
  )
}
