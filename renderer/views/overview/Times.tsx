import type { ReactNode } from 'react'
import type { SpanStats } from '../../../shared/contract/insight.ts'
import { formatCount, formatDuration, formatRate } from '../../components/format.ts'
import { Tip } from '../../components/Tip.tsx'
import { useInsight } from '../../store/use-insight.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import styles from './overview.module.css'

/** Below this a time that was seen by looking only is not known. */
const LOOK_MS = 100
const ROUGH_SHARE = 0.05
const PERCENTILES = [
  { key: 'p50Ms', label: 'p50', means: 'Half of the tasks took no longer.' },
  { key: 'p95Ms', label: 'p95', means: '95 of 100 tasks took no longer.' },
  { key: 'p99Ms', label: 'p99', means: '99 of 100 tasks took no longer.' },
] as const

/** How long tasks waited and ran. */
export function Times(): ReactNode {
  const timings = useInsight((state) => state.timings)
  const wait = timings?.wait ?? null
  const run = timings?.run ?? null
  return (
    <section className={`${styles['section']} ${styles['steady']}`} aria-label={INSIGHT_WORDS.times}>
      <h2>{INSIGHT_WORDS.times}</h2>
      {timings === null ? <p className={styles['quiet']}>{INSIGHT_WORDS.reading}</p> : null}
      {timings !== null && wait === null && run === null ? (
        <p className={styles['quiet']}>{INSIGHT_WORDS.noSpans}</p>
      ) : null}
      {wait === null && run === null ? null : (
        <>
          <table className={styles['times']}>
            <thead>
              <tr>
                <th scope="col" aria-label="Span" />
                {PERCENTILES.map(({ key, label, means }) => (
                  <th key={key} scope="col" aria-label={label}>
                    <Tip label={means} position="top">
                      <span>{label}</span>
                    </Tip>
                  </th>
                ))}
                <th scope="col">Tasks</th>
              </tr>
            </thead>
            <tbody>
              <Row label={INSIGHT_WORDS.wait} means={INSIGHT_WORDS.waitMeans} stats={wait} />
              <Row label={INSIGHT_WORDS.run} means={INSIGHT_WORDS.runMeans} stats={run} />
            </tbody>
          </table>
          <p className={styles['note']}>
            From the file times of a sample; each within {formatRate((timings?.relativeError ?? 0) * 100)} %.
          </p>
        </>
      )}
    </section>
  )
}

interface RowProps {
  readonly label: string
  readonly means: string
  readonly stats: SpanStats | null
}

function Row({ label, means, stats }: RowProps): ReactNode {
  return (
    <tr>
      <th scope="row" aria-label={label}>
        <Tip label={means} position="top">
          <span>{label}</span>
        </Tip>
      </th>
      {PERCENTILES.map(({ key }) => (
        <td key={key} className={styles['figure']}>
          {stats === null ? '–' : toSpanWords(stats[key], stats.roughShare)}
        </td>
      ))}
      <td className={styles['soft']}>{stats === null ? '–' : formatCount(stats.tasks)}</td>
    </tr>
  )
}

/** Where many times are known to a tenth of a second only, nothing finer is claimed. */
export function toSpanWords(ms: number, roughShare: number): string {
  if (roughShare > ROUGH_SHARE && ms < LOOK_MS) return '< 0.1 s'
  return ms < 1 ? '< 1 ms' : formatDuration(ms)
}
