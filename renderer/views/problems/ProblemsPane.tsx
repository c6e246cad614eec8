import { Button } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Problem } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { countOf } from '../../components/format.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { StateIcon } from '../../components/StateIcon.tsx'
import { Tip } from '../../components/Tip.tsx'
import { useCopy } from '../../hooks/use-copy.ts'
import { usePart } from '../../store/use-insight.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { PROBLEM_WORDS, SEVERITY_WORDS } from '../../words.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import styles from './problems.module.css'

const SEVERITIES = ['stops-workers', 'risks-tasks', 'untidy'] as const

/** What lies in the directory and should not, what it does to the workers, and what mends it. */
export function ProblemsPane(): ReactNode {
  const total = useInspectorState(({ update }) => update?.problems ?? 0)
  return (
    <section className={styles['pane']} aria-label={INSIGHT_WORDS.problems}>
      <header className={styles['head']}>
        <StateIcon state="problems" size={17} />
        <h1>{INSIGHT_WORDS.problems}</h1>
        <span className={styles['total']}>{total}</span>
      </header>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className={styles['body']} tabIndex={0} aria-label="Found">
        <Content total={total} />
      </section>
    </section>
  )
}

function Content({ total }: { readonly total: number }): ReactNode {
  const inspector = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  const { phase, problems, error } = useInspectorState((state) => state.problems)
  if (phase === 'loading') return <p className={styles['quiet']}>Looking…</p>
  if (error !== null) return <ErrorNote report={error} onRetry={() => inspector.showProblems()} />
  if (problems.length === 0) {
    return (
      <div className={styles['empty']}>
        <h2>Nothing is wrong here</h2>
        <p>
          Files that are no tasks, corrupt tasks, unfinished pushes and the like would be listed here with
          what they do to the workers, and what mends them.
        </p>
      </div>
    )
  }
  const isCurable = problems.some(({ cures }) => cures.length > 0)
  return (
    <>
      {isCurable ? (
        <p className={styles['hint']}>{canWrite ? INSIGHT_WORDS.cureHint : INSIGHT_WORDS.readOnly}</p>
      ) : null}
      {SEVERITIES.map((severity) => (
        <Group
          key={severity}
          title={SEVERITY_WORDS[severity]}
          problems={problems
            .filter((problem) => problem.severity === severity)
            // As they are listed by the disk, they would change places.
            .toSorted((a, b) => (a.path < b.path ? -1 : 1))}
        />
      ))}
      {total > problems.length ? (
        <p className={styles['quiet']}>{countOf(total - problems.length, 'more problem')} not listed.</p>
      ) : null}
    </>
  )
}

interface GroupProps {
  readonly title: string
  readonly problems: readonly Problem[]
}

function Group({ title, problems }: GroupProps): ReactNode {
  if (problems.length === 0) return null
  return (
    <section aria-label={title}>
      <h2 className={styles['group']}>{title}</h2>
      <ul className={styles['list']}>
        {problems.map((problem) => (
          <ProblemItem key={problem.problemId} problem={problem} />
        ))}
      </ul>
    </section>
  )
}

function ProblemItem({ problem }: { readonly problem: Problem }): ReactNode {
  const { kind, path, message, consequence, advice, command } = problem
  return (
    <li>
      <div className={styles['words']}>
        <div className={styles['line']}>
          <span className={styles['kind']}>{PROBLEM_WORDS[kind]}</span>
          <span className={`fq-mono ${styles['path']}`}>{toVisibleLine(path)}</span>
        </div>
        <p>{toVisibleLine(message)}</p>
        <p className={styles['consequence']}>{toVisibleLine(consequence)}</p>
        {advice === null ? null : <p className={styles['advice']}>{advice}</p>}
        {command === null ? null : <Command command={command} />}
      </div>
      <Cures problem={problem} />
    </li>
  )
}

/** One click each; what another window or a worker has changed meanwhile is left alone. */
function Cures({ problem }: { readonly problem: Problem }): ReactNode {
  const { cures } = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  const curing = usePart(cures.store, (state) => state.curing)
  if (problem.cures.length === 0) return null
  return (
    <div className={styles['cures']}>
      {problem.cures.map(({ cureId, verb, effect }) => (
        <Tip key={cureId} label={effect} position="top">
          <Button
            disabled={!canWrite || (curing !== null && curing !== problem.problemId)}
            aria-label={`${verb}: ${toVisibleLine(problem.path)}`}
            onClick={() => void cures.cure(problem, cureId)}
          >
            {verb}
          </Button>
        </Tip>
      ))}
    </div>
  )
}

function Command({ command }: { readonly command: string }): ReactNode {
  const copy = useCopy()
  return (
    <div className={styles['command']}>
      <code className="fq-mono">{toVisibleLine(command)}</code>
      <IconButton
        icon={IconCopy}
        label={INSIGHT_WORDS.copyCommand}
        size={22}
        onClick={() => copy(command, INSIGHT_WORDS.commandCopied)}
      />
    </div>
  )
}
