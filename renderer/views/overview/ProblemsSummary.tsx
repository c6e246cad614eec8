import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Problem } from '../../../shared/contract/model.ts'
import { formatCount } from '../../components/format.ts'
import { useInsight } from '../../store/use-insight.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { PROBLEM_WORDS } from '../../words.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import styles from './overview.module.css'

/** What lies in the directory and should not, by kind. */
export function ProblemsSummary(): ReactNode {
  const inspector = useInspector()
  const total = useInspectorState(({ update }) => update?.problems ?? 0)
  const problems = useInsight((state) => state.problems)
  const byKind = Object.entries(Object.groupBy(problems ?? [], ({ kind }) => kind))
  return (
    <section className={styles['section']} aria-label={INSIGHT_WORDS.problems}>
      <header className={styles['sectionHead']}>
        <h2>{INSIGHT_WORDS.problems}</h2>
        {total === 0 ? null : (
          <Button variant="subtle" onClick={() => inspector.showProblems()}>
            {INSIGHT_WORDS.showProblems}
          </Button>
        )}
      </header>
      {total === 0 ? <p className={styles['quiet']}>{INSIGHT_WORDS.noProblems}</p> : null}
      {total === 0 ? null : (
        <ul className={styles['rows']}>
          {byKind.map(([kind, some]) => (
            <li key={kind}>
              <KindRow problems={some ?? []} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function KindRow({ problems }: { readonly problems: readonly Problem[] }): ReactNode {
  const inspector = useInspector()
  const [first] = problems
  if (first === undefined) return null
  return (
    <button type="button" className={styles['row']} onClick={() => inspector.showProblems()}>
      <span className={styles['rowCount']} data-tone={first.severity === 'untidy' ? 'quiet' : 'warn'}>
        {formatCount(problems.length)}
      </span>
      <span className={styles['rowTitle']}>
        {PROBLEM_WORDS[first.kind]}
        <span className={styles['soft']}> {first.consequence}</span>
      </span>
    </button>
  )
}
