import type { ReactNode } from 'react'
import type { FailureRecord, TaskState } from '../../../shared/contract/model.ts'
import { toVisibleLine, toVisibleText } from '../../../shared/contract/visible-text.ts'
import { CauseFold } from '../../components/ErrorNote.tsx'
import { RelativeTime } from '../../components/RelativeTime.tsx'
import type { DetailView } from '../../store/inspector-state.ts'
import { STATE_WORDS } from '../../words.ts'
import { FAILURE_WORDS } from '../../words/payload-words.ts'
import styles from './pane.module.css'

const GOT_OVER: ReadonlySet<TaskState> = new Set(['pending', 'in-progress', 'scheduled', 'done'])

interface FailureSectionProps {
  readonly view: DetailView
  readonly state: TaskState
}

/** Why it failed, the latest failure first: what one came for. Where the task has got over it, that is said first. */
export function FailureSection({ view, state }: FailureSectionProps): ReactNode {
  const { row, detail } = view
  if (detail === null) return null
  const [latest, ...earlier] = detail.failures
  // What was deleted or held lies there with its last failure: it got over none.
  const isPast = GOT_OVER.has(state)
  return (
    <section
      className={styles['section']}
      aria-label={isPast ? FAILURE_WORDS.earlier : FAILURE_WORDS.failure}
      data-past={isPast || undefined}
    >
      {isPast ? (
        <p className={styles['past']}>
          {STATE_WORDS[state].label}{' '}
          {state !== 'done' || row.enteredAtMs === null ? 'now' : <RelativeTime atMs={row.enteredAtMs} />}.{' '}
          {FAILURE_WORDS.anEarlier}
        </p>
      ) : null}
      {latest === undefined ? (
        <p className={styles['noReason']}>
          No reason was kept for this failure. Python workers keep none; what they logged may tell.
        </p>
      ) : (
        <>
          <Failure failure={latest} />
          {earlier.length === 0 ? null : (
            <details className={styles['earlier']}>
              <summary>
                {FAILURE_WORDS.earlier} ({earlier.length})
              </summary>
              {earlier.map((failure) => (
                <Failure
                  key={`${failure.attempt} ${failure.failedAtMs} ${failure.node ?? ''}`}
                  failure={failure}
                />
              ))}
            </details>
          )}
        </>
      )}
    </section>
  )
}

function Failure({ failure }: { readonly failure: FailureRecord }): ReactNode {
  const { name, message, stack, cause, node, failedAtMs } = failure
  return (
    <div className={styles['failure']}>
      <p className={styles['failureMessage']}>
        {name === '' ? null : <strong>{toVisibleLine(name)}: </strong>}
        {toVisibleText(message)}
      </p>
      <p className={styles['failureWhere']}>
        {/* By time and place: a requeue counts the attempts anew, so that two would bear one number. */}
        {failedAtMs > 0 ? (
          <span>
            {FAILURE_WORDS.failed} <RelativeTime atMs={failedAtMs} />
          </span>
        ) : null}
        {node === null ? null : <span>{toVisibleLine(node)}</span>}
      </p>
      {cause === null ? null : <CauseFold cause={cause} label="Cause" />}
      {stack === null ? null : <CauseFold cause={stack} label="Stack" />}
    </div>
  )
}
