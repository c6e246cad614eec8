import type { ReactNode } from 'react'
import type { NodeSummary } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { formatCount, formatSpan } from '../../components/format.ts'
import { useNow } from '../../hooks/use-now.ts'
import { useInsight } from '../../store/use-insight.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { LIVENESS_WORDS } from '../../words.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import { LivenessDot } from '../nodes/LivenessDot.tsx'
import styles from './overview.module.css'

/** The dead first, then those at work. Within, by name: rows stay where they are. */
const ORDER: Readonly<Record<NodeSummary['liveness'], number>> = { dead: 0, alive: 1, active: 1, quiet: 2 }
const MAX_NODES = 50
const { compare: byName } = new Intl.Collator('en', { numeric: true })

export function Nodes(): ReactNode {
  const nodes = useInspectorState(({ update }) => update?.nodes)
  const sorted = (nodes ?? []).toSorted((a, b) => rankOf(a) - rankOf(b) || byName(a.node, b.node))
  return (
    <section className={styles['section']} aria-label={INSIGHT_WORDS.nodes}>
      <h2>{INSIGHT_WORDS.nodes}</h2>
      {sorted.length === 0 ? <p className={styles['quiet']}>{INSIGHT_WORDS.noNodes}</p> : null}
      {sorted.length === 0 ? null : (
        <table className={styles['nodes']}>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col" title={INSIGHT_WORDS.holdsMean}>
                Holds
              </th>
              <th scope="col" title={INSIGHT_WORDS.oldestClaimMeans}>
                Oldest claim
              </th>
              <th scope="col" title={INSIGHT_WORDS.endedMeans}>
                Ended
              </th>
              <th scope="col">Last activity</th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, MAX_NODES).map((summary) => (
              <NodeRow key={summary.node} summary={summary} />
            ))}
          </tbody>
        </table>
      )}
      {sorted.length > MAX_NODES ? (
        <p className={styles['note']}>
          {formatCount(sorted.length - MAX_NODES)} more, all quieter than these.
        </p>
      ) : null}
    </section>
  )
}

/** A dead node that holds nothing harms nobody. */
function rankOf({ liveness, tasks }: NodeSummary): number {
  return liveness === 'dead' && tasks === 0 ? 3 : ORDER[liveness]
}

function NodeRow({ summary }: { readonly summary: NodeSummary }): ReactNode {
  const inspector = useInspector()
  const nowMs = useNow()
  const { node, tasks, liveness, lastActivityAtMs } = summary
  const figures = useInsight((state) => state.nodes.get(node))
  const oldest = figures?.firstClaims[0]
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className={styles['nodeName']}
          onClick={() => inspector.showList({ state: 'in-progress', node })}
        >
          <LivenessDot liveness={liveness} />
          <span>{toVisibleLine(node)}</span>
          <span className={styles['liveness']} data-liveness={liveness}>
            {LIVENESS_WORDS[liveness]}
          </span>
        </button>
      </th>
      <td>{formatCount(tasks)}</td>
      <td>{toOldest(tasks, oldest?.enteredAtMs ?? null, nowMs)}</td>
      <td>{figures === undefined ? '–' : `${formatCount(figures.endedLastMinute)}/min`}</td>
      <td>{lastActivityAtMs === null ? '–' : toAgo(nowMs - lastActivityAtMs)}</td>
    </tr>
  )
}

/** Claims are asked for less often than they come: until then it is not known, which is not none. */
function toOldest(tasks: number, enteredAtMs: number | null, nowMs: number): string {
  if (tasks === 0) return '–'
  return enteredAtMs === null ? '…' : formatSpan(nowMs - enteredAtMs)
}

function toAgo(ms: number): string {
  const span = formatSpan(ms)
  return span === 'now' ? 'just now' : `${span} ago`
}
