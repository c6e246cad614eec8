import { lazy, Suspense, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import type { History } from '../../../shared/contract/insight.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import {
  formatClock,
  formatCompact,
  formatDuration,
  formatRate,
  formatShortTime,
  formatSpan,
} from '../../components/format.ts'
import { useInsight } from '../../store/use-insight.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import type { ChartLine } from './HistoryChart.tsx'
import { withoutLeadingGap } from './leading-gap.ts'
import styles from './overview.module.css'

const HistoryChart = lazy(async () => ({ default: (await import('./HistoryChart.tsx')).HistoryChart }))

interface FlowLine {
  readonly key: 'pushed' | 'done' | 'failed'
  readonly label: string
  readonly color: string
}

const FLOW: readonly FlowLine[] = [
  { key: 'pushed', label: 'Pushed', color: '--fq-pending' },
  { key: 'done', label: 'Done', color: '--fq-done' },
  { key: 'failed', label: 'Failed', color: '--fq-failed' },
]

/** What came in and what went out, and how long the oldest waited; both over the same time. */
export function FlowSection(): ReactNode {
  const inspector = useInspector()
  const history = useInsight((state) => state.history)
  const error = useInsight((state) => state.historyError)
  if (error !== null && history === null)
    return <ErrorNote report={error} onRetry={() => inspector.insight.retry()} />
  return (
    <section className={styles['flow']} aria-label={INSIGHT_WORDS.flow} aria-busy={history === null}>
      {history === null ? (
        <>
          <div className={styles['legend']}>
            <h2>{INSIGHT_WORDS.flow}</h2>
          </div>
          <p className={styles['chartSpace']}>{INSIGHT_WORDS.reading}</p>
        </>
      ) : history.pushed.every((value) => value === null) ? (
        <>
          <h2>{INSIGHT_WORDS.flow}</h2>
          <p className={styles['notSeen']}>{INSIGHT_WORDS.notSeenYet}</p>
        </>
      ) : (
        <Charts history={history} />
      )}
    </section>
  )
}

/** Where the range is longer than anybody watched, and only the watched part of it is drawn. */
function toWatched({ pushed, fromMs, stepMs }: History): string {
  const lastMs = fromMs + pushed.length * stepMs
  const first = pushed.findIndex((value) => value !== null)
  // Gaps in between say themselves that nobody watched.
  const isUnbroken = !pushed.slice(Math.max(0, first)).includes(null)
  return first > 0 && isUnbroken
    ? INSIGHT_WORDS.watchedSince(formatShortTime(fromMs + first * stepMs, lastMs))
    : ''
}

function Charts({ history: whole }: { readonly history: History }): ReactNode {
  const isDemo = useInspectorState(({ queue }) => queue?.isDemo === true)
  const history = useMemo(() => withoutLeadingGap(whole), [whole])
  const [index, setIndex] = useState<number | null>(null)
  const [flow, oldest] = useMemo(() => toLines(history), [history])
  const at = index === null ? null : history.fromMs + index * history.stepMs
  return (
    <>
      <div className={styles['legend']}>
        <h2>{INSIGHT_WORDS.flow}</h2>
        {FLOW.map((line) => (
          <span key={line.key} className={styles['key']}>
            <span className={styles['swatch']} data-line={line.key} aria-hidden />
            {line.label} <strong>{toFlowWords(history, line.key, index)}</strong>
          </span>
        ))}
        <span className={styles['at']}>{at === null ? toWatched(whole) : formatClock(at)}</span>
      </div>
      <Suspense fallback={<div className={styles['chartSpace']} />}>
        <HistoryChart
          label={toFlowSummary(history)}
          history={history}
          lines={flow}
          height={168}
          formatValue={(value) => `${formatRate(value)}/s`}
          onIndex={setIndex}
        />
        <div className={styles['legend']}>
          <h2>{INSIGHT_WORDS.oldest}</h2>
          <span className={styles['key']}>
            <strong>{toOldestWords(history, index)}</strong>
          </span>
        </div>
        <HistoryChart
          label={toOldestSummary(history)}
          history={history}
          lines={oldest}
          height={92}
          isDuration
          formatValue={(value) => formatSpan(value)}
          onIndex={setIndex}
        />
      </Suspense>
      {history.isKept || isDemo ? null : <p className={styles['note']}>{INSIGHT_WORDS.notKept}</p>}
    </>
  )
}

function toLines(history: History): readonly [flow: ChartLine[], oldest: ChartLine[]] {
  // Drawn from the back: a failure that is 0 must not lie over what moves.
  const flow = FLOW.toReversed().map(({ key, color }) => ({ color, values: history[key] }))
  return [flow, [{ color: '--fq-pending', values: history.oldestPendingMs, isFilled: true }]]
}

/** At the cursor its rate; else how many in all. */
function toFlowWords(history: History, key: FlowLine['key'], index: number | null): string {
  if (index === null) return formatCompact(history.totals[key])
  const value = history[key][index]
  return value === null || value === undefined ? INSIGHT_WORDS.notWatched : `${formatRate(value)}/s`
}

function toOldestWords(history: History, index: number | null): string {
  if (index === null)
    return `at most ${formatDuration(Math.max(0, ...history.oldestPendingMs.map((ms) => ms ?? 0)))}`
  const value = history.oldestPendingMs[index]
  return value === null || value === undefined ? INSIGHT_WORDS.notWatched : formatDuration(value)
}

function toFlowSummary(history: History): string {
  const span = history.range === 'hour' ? INSIGHT_WORDS.hour : INSIGHT_WORDS.day
  const parts = FLOW.map(({ key, label }) => `${label.toLowerCase()} ${history.totals[key]}`)
  return `${span}, tasks: ${parts.join(', ')}. Arrow keys move along the time.`
}

function toOldestSummary(history: History): string {
  return `Age of the oldest pending task: ${toOldestWords(history, null)}. Arrow keys move along the time.`
}
