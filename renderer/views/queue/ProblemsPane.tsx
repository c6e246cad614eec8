import type { ReactNode } from 'react'
import type { Problem } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { countOf } from '../../components/format.ts'
import { StateIcon } from '../../components/StateIcon.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { PROBLEM_WORDS } from '../../words.ts'
import styles from './problems.module.css'

/** What lies in the directory and should not, and what it does to the workers. */
export function ProblemsPane(): ReactNode {
  const total = useInspectorState(({ update }) => update?.problems ?? 0)
  return (
    <section className={styles['pane']} aria-label="Problems">
      <header className={styles['head']}>
        <StateIcon state="problems" size={17} />
        <h1>Problems</h1>
        <span className={styles['total']}>{total}</span>
      </header>
      <div className={styles['body']}>
        <Content total={total} />
      </div>
    </section>
  )
}

function Content({ total }: { readonly total: number }): ReactNode {
  const inspector = useInspector()
  const { phase, problems, error } = useInspectorState((state) => state.problems)
  if (phase === 'loading') return <p className={styles['quiet']}>Looking…</p>
  if (error !== null) return <ErrorNote report={error} onRetry={() => inspector.showProblems()} />
  if (problems.length === 0) {
    return (
      <div className={styles['empty']}>
        <h2>Nothing is wrong here</h2>
        <p>
          Files that are no tasks, corrupt tasks and missing directories would be listed here with what they
          do.
        </p>
      </div>
    )
  }
  return (
    <>
      <ul className={styles['list']}>
        {problems.map((problem) => (
          <ProblemItem key={`${problem.kind} ${problem.path}`} problem={problem} />
        ))}
      </ul>
      {total > problems.length ? (
        <p className={styles['quiet']}>{countOf(total - problems.length, 'more problem')} not listed.</p>
      ) : null}
    </>
  )
}

function ProblemItem({ problem }: { readonly problem: Problem }): ReactNode {
  return (
    <li>
      <div className={styles['line']}>
        <span className={styles['kind']}>{PROBLEM_WORDS[problem.kind]}</span>
        <span className={`fq-mono ${styles['path']}`}>{toVisibleLine(problem.path)}</span>
      </div>
      <p>{toVisibleLine(problem.message)}</p>
      <p className={styles['consequence']}>{toVisibleLine(problem.consequence)}</p>
    </li>
  )
}
