import { SegmentedControl } from '@mantine/core'
import { IconLayoutDashboard } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { HistoryRange } from '../../../shared/contract/insight.ts'
import { useInsight } from '../../store/use-insight.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import { Failures } from './Failures.tsx'
import { Findings } from './Findings.tsx'
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
