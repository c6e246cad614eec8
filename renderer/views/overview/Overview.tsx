import { Button, SegmentedControl } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconExclamationCircle,
  IconLayoutDashboard,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { HistoryRange } from '../../../shared/contract/insight.ts'
import { useNow } from '../../hooks/use-now.ts'
import { useInsight } from '../../store/use-insight.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import { Failures } from './Failures.tsx'
import { toFindings } from './findings.ts'
import type { Finding } from './findings.ts'
import { FlowSection } from './FlowSection.tsx'
import { Nodes } from './Nodes.tsx'
import { NotificationSettings } from './NotificationSettings.tsx'
import { ProblemsSummary } from './ProblemsSummary.tsx'
import { Times } from './Times.tsx'
import styles from './overview.module.css'

const RANGES: readonly { readonly value: HistoryRange; readonly label: string }[] = [
  { value: 'hour', label: INSIGHT_WORDS.hour },
  { value: 'day', label: INSIGHT_WORDS.day },
]

/** How the queue does: what matters now, the flow, the times, failures, nodes and problems. */
export function Overview(): ReactNode {
  const inspector = useInspector()
  const range = useInsight((state) => state.range)
  return (
    <section className={styles['pane']} aria-label={INSIGHT_WORDS.overview}>
      <header className={styles['head']}>
        <IconLayoutDashboard size={17} stroke={1.9} aria-hidden />
        <h1>{INSIGHT_WORDS.overview}</h1>
        <span className={styles['space']} />
        <SegmentedControl
          aria-label="Time shown"
          data={[...RANGES]}
          value={range}
          onChange={(value) => inspector.insight.setRange(value === 'day' ? 'day' : 'hour')}
        />
        <NotificationSettings />
      </header>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className={styles['body']} tabIndex={0} aria-label="Figures">
        <Findings />
        <div className={styles['columns']}>
          <Failures />
          <Nodes />
        </div>
        <FlowSection />
        <div className={styles['columns']}>
          <Times />
          <ProblemsSummary />
        </div>
      </section>
    </section>
  )
}

const TONES = {
  good: { icon: IconCircleCheck, color: 'var(--fq-done)' },
  warn: { icon: IconAlertTriangle, color: 'var(--fq-problems)' },
  bad: { icon: IconExclamationCircle, color: 'var(--fq-failed)' },
} as const

function Findings(): ReactNode {
  const nowMs = useNow()
  const update = useInspectorState((state) => state.update)
  const history = useInsight((state) => state.history)
  const groups = useInsight((state) => state.groups)
  const groupsError = useInsight((state) => state.groupsError)
  if (update === null) return null
  // What is said of failures comes a moment after the rest: its line is kept free, and nothing is called well before.
  const isAwaited = groups === null && groupsError === null && update.counts.failed > 0
  const findings = toFindings(update, history, nowMs, groups)
  return (
    <ul className={styles['findings']} aria-label="What matters now">
      {findings
        .filter(({ tone }) => !isAwaited || tone !== 'good')
        .map((finding) => (
          <FindingLine
            key={finding.action?.kind === 'return-tasks' ? finding.action.node : finding.text}
            finding={finding}
          />
        ))}
      {isAwaited && update.health.mode !== 'lost' ? (
        <li aria-hidden>
          <span className={styles['waiting']} />
        </li>
      ) : null}
    </ul>
  )
}

function FindingLine({ finding }: { readonly finding: Finding }): ReactNode {
  const inspector = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  const { icon: Icon, color } = TONES[finding.tone]
  const { action } = finding
  return (
    <li data-tone={finding.tone}>
      <Icon size={17} stroke={2} color={color} aria-hidden />
      <span>{finding.text}</span>
      {action === null ? null : (
        <Button
          disabled={action.kind === 'return-tasks' && !canWrite}
          onClick={() => {
            if (action.kind === 'go') inspector.showPlace(action.place)
            else void inspector.requestOnAll('release', { state: 'in-progress', node: action.node })
          }}
        >
          {action.label}
        </Button>
      )}
    </li>
  )
}
