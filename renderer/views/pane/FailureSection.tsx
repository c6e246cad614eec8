import type { ReactNode } from 'react'
import type { FailureRecord } from '../../../shared/contract/model.ts'
import { toVisibleLine, toVisibleText } from '../../../shared/contract/visible-text.ts'
import { CauseFold } from '../../components/ErrorNote.tsx'
import { RelativeTime } from '../../components/RelativeTime.tsx'
import type { DetailView } from '../../store/inspector-state.ts'
import styles from './pane.module.css'

/** Why it failed, the latest attempt first: what one came for. */
export function FailureSection({ view }: { readonly view: DetailView }): ReactNode {
  const { detail } = view
  if (detail === null) return null
  const [latest, ...earlier] = detail.failures
  return (
    <section className={styles['section']} aria-label="Failure">
      {latest === undefined ? (
        <p className={styles['noReason']}>
          No reason was kept for this failure. Python workers keep none; what they logged may tell.
        </p>
      ) : (
        <>
          <Failure failure={latest} />
          {earlier.length === 0 ? null : (
            <details className={styles['earlier']}>
              <summary>Earlier attempts ({earlier.length})</summary>
              {earlier.map((failure) => (
                <Failure key={`${failure.attempt} ${failure.failedAtMs}`} failure={failure} />
              ))}
            </details>
          )}
        </>
      )}
    </section>
  )
}

function Failure({ failure }: { readonly failure: FailureRecord }): ReactNode {
  const { name, message, stack, cause, node, attempt, failedAtMs } = failure
  return (
    <div className={styles['failure']}>
      <p className={styles['failureMessage']}>
        {name === '' ? null : <strong>{toVisibleLine(name)}: </strong>}
        {toVisibleText(message)}
      </p>
      <p className={styles['failureWhere']}>
        {attempt > 0 ? <span>Attempt {attempt}</span> : null}
        {node === null ? null : <span>{toVisibleLine(node)}</span>}
        {failedAtMs > 0 ? <RelativeTime atMs={failedAtMs} /> : null}
      </p>
      {cause === null ? null : <CauseFold cause={cause} label="Cause" />}
      {stack === null ? null : <CauseFold cause={stack} label="Stack" />}
    </div>
  )
}
