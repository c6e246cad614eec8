import { Button } from '@mantine/core'
import { IconHandGrab } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { formatCount, formatSpan } from '../../components/format.ts'
import { Tip } from '../../components/Tip.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useInsight } from '../../store/use-insight.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { LIVENESS_WORDS } from '../../words.ts'
import { toReturnLabel } from '../overview/findings.ts'
import { LivenessDot } from './LivenessDot.tsx'
import styles from './nodes.module.css'
import { toTakeoverWords } from './takeover.ts'

const TIMEOUT_NOTE =
  'Workers take over what has shown no life for their stale timeout: 30 s, unless they were started with another.'

/** What is known of one node, above the list of what it holds. */
export function NodeHead({ node }: { readonly node: string }): ReactNode {
  const nowMs = useNow()
  const summary = useInspectorState(({ update }) => update?.nodes.find((of) => of.node === node))
  const figures = useInsight((state) => state.nodes.get(node))
  if (summary === undefined) {
    return (
      <section className={styles['head']} aria-label="Node">
        <p className={styles['why']}>
          There is no node {toVisibleLine(node)} any more: its directory is gone from the queue.
        </p>
      </section>
    )
  }
  const { liveness, livenessReason, lastActivityAtMs, tasks } = summary
  const oldest = figures?.firstClaims.reduce((least, claim) => Math.min(least, claim.enteredAtMs), Infinity)
  const takeover = toTakeoverWords(figures?.firstClaims ?? [], tasks, nowMs)
  return (
    <section className={styles['head']} aria-label="Node">
      <p className={styles['state']} data-liveness={liveness}>
        <LivenessDot liveness={liveness} />
        {toTitle(LIVENESS_WORDS[liveness])}
        <span className={styles['why']}>{livenessReason}</span>
      </p>
      <dl className={styles['figures']}>
        <Figure label="Last activity">
          {lastActivityAtMs === null ? 'unknown' : toAgo(nowMs - lastActivityAtMs)}
        </Figure>
        <Figure label="Claimed">
          {figures === undefined ? '–' : `${formatCount(figures.claimedLastMinute)}/min`}
        </Figure>
        <Figure label="Ended">
          {figures === undefined ? '–' : `${formatCount(figures.endedLastMinute)}/min`}
        </Figure>
        {oldest === undefined || oldest === Infinity || tasks === 0 ? null : (
          <Figure label="Oldest claim">{formatSpan(nowMs - oldest)}</Figure>
        )}
      </dl>
      {takeover === null || tasks === 0 ? null : (
        <Tip label={TIMEOUT_NOTE}>
          <p className={styles['takeover']}>
            <IconHandGrab size={15} stroke={1.9} aria-hidden />
            {takeover}
          </p>
        </Tip>
      )}
      <ReturnTasks node={node} tasks={tasks} isDead={liveness === 'dead'} />
    </section>
  )
}

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface ReturnTasksProps {
  readonly node: string
  readonly tasks: number
  readonly isDead: boolean
}

/** The exact set is fixed at the click, and asked about with its count. */
function ReturnTasks({ node, tasks, isDead }: ReturnTasksProps): ReactNode {
  const inspector = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  if (!isDead || tasks === 0) return null
  return (
    <Button
      className={styles['act'] ?? ''}
      variant="filled"
      disabled={!canWrite}
      onClick={() => void inspector.requestOnAll('release', { state: 'in-progress', node })}
    >
      {toReturnLabel(tasks)}
    </Button>
  )
}

function toTitle(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}

function toAgo(ms: number): string {
  const span = formatSpan(ms)
  return span === 'now' ? 'just now' : `${span} ago`
}
