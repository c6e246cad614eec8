import { IconChevronUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Flow } from '../../../shared/contract/model.ts'
import { formatExactTime, formatRate, formatSpan } from '../../components/format.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { Sparkline } from '../../components/Sparkline.tsx'
import { Tip } from '../../components/Tip.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { toggleFlow } from '../../store/preferences.ts'
import { useInspectorState } from '../../store/use-inspector.ts'
import styles from './flow-strip.module.css'

/** A young history takes the whole width; it narrows as it grows. */
const MIN_SECONDS_SHOWN = 60

interface Rate {
  readonly key: keyof Flow
  readonly label: string
  /** What is counted. */
  readonly means: string
  readonly color: string
}

const RATES: readonly Rate[] = [
  {
    key: 'pushedPerSecond',
    label: 'Pushed',
    means: 'New tasks that came to pending or scheduled.',
    color: 'var(--fq-pending)',
  },
  {
    key: 'claimedPerSecond',
    label: 'Claimed',
    means: 'Tasks that a worker took from pending.',
    color: 'var(--fq-in-progress)',
  },
  { key: 'donePerSecond', label: 'Done', means: 'Tasks that a worker finished.', color: 'var(--fq-done)' },
  {
    key: 'failedPerSecond',
    label: 'Failed',
    means: 'Tasks that a worker gave up.',
    color: 'var(--fq-failed)',
  },
  {
    key: 'releasedPerSecond',
    label: 'Returned',
    means: 'Tasks that came back to pending: released or requeued.',
    color: 'var(--fq-text-soft)',
  },
]

/** What moves, and the one number that speaks when nothing does. */
export function FlowStrip(): ReactNode {
  return (
    <section className={styles['strip']} aria-label="Flow of the last five minutes">
      <OldestPending />
      {RATES.map((rate) => (
        <RateCell key={rate.key} rate={rate} />
      ))}
      <div className={styles['fold']}>
        <IconButton
          icon={IconChevronUp}
          label="Fold the flow strip"
          keys="F"
          size={20}
          onClick={toggleFlow}
        />
      </div>
    </section>
  )
}

function RateCell({ rate }: { readonly rate: Rate }): ReactNode {
  const now = useInspectorState(({ update }) => update?.flow[rate.key] ?? 0)
  const samples = useInspectorState((state) => state.samples)
  const values = samples.map(({ flow }) => flow[rate.key])
  return (
    <Tip label={rate.means}>
      <div className={styles['cell']} data-still={now === 0 || undefined}>
        <div className={styles['label']}>{rate.label}</div>
        <div className={styles['value']}>
          {formatRate(now)}
          <span className={styles['unit']}>/s</span>
        </div>
        <Sparkline values={values} span={Math.max(MIN_SECONDS_SHOWN, values.length)} color={rate.color} />
      </div>
    </Tip>
  )
}

function OldestPending(): ReactNode {
  const nowMs = useNow()
  const atMs = useInspectorState(({ update }) => update?.oldestPendingAtMs ?? null)
  const tip =
    atMs === null ? 'No task waits.' : `The oldest pending task was written at ${formatExactTime(atMs)}.`
  return (
    <Tip label={tip}>
      <div className={styles['cell']} data-still={atMs === null || undefined}>
        <div className={styles['label']}>Oldest pending</div>
        <div className={styles['value']}>{atMs === null ? '–' : formatSpan(nowMs - atMs)}</div>
      </div>
    </Tip>
  )
}
