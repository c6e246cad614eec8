import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { toFailedWords, toOutcomeLimitWords, toOutcomeWords, WORK_WORDS } from '../../words/work-words.ts'
import styles from './work.module.css'

interface OutcomeLineProps {
  readonly operationId: string
}

/** What became of an act's tasks by now, live; those that failed can be looked at. Nothing where that is not known. */
export function OutcomeLine({ operationId }: OutcomeLineProps): ReactNode {
  const inspector = useInspector()
  const outcome = useInspectorState(({ outcomes }) => outcomes.get(operationId))
  useEffect(() => inspector.log.outcomes.watch(operationId), [inspector, operationId])
  if (outcome === undefined) return null
  const { failed } = outcome.states

  /** Exactly those of the act that lie in failed now. */
  function showFailed(): void {
    inspector.showDialog(null)
    inspector.filter.apply({ state: 'failed', node: null }, `act:${operationId}`)
  }

  return (
    <span className={styles['outcome']}>
      {failed > 0 ? (
        <>
          <button
            type="button"
            className={styles['failedAgain']}
            title={WORK_WORDS.showFailed}
            onClick={showFailed}
          >
            {toFailedWords(outcome)}
          </button>
          {', '}
        </>
      ) : null}
      {toOutcomeWords(outcome)}
      {toOutcomeLimitWords(outcome)}
    </span>
  )
}
