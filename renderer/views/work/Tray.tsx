import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Job } from '../../../shared/contract/work.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatBytes, formatCompact, formatCount, formatSpan } from '../../components/format.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { Progress } from '../../components/Progress.tsx'
import type { ExportView } from '../../store/inspector-state.ts'
import { toFollowedOrNull } from '../../store/outcome.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import {
  PHASE_WORDS,
  toExportTitle,
  toJobTitle,
  toTroubleCounts,
  toTroubleMessageOrNull,
  toUndoWord,
  WORK_WORDS,
} from '../../words/work-words.ts'
import { OutcomeLine } from './OutcomeLine.tsx'
import styles from './tray.module.css'

/** Long work at the bottom right: how far it is, how fast, what is left, and Cancel; then what came of it. */
export function Tray(): ReactNode {
  const jobs = useInspectorState((state) => state.jobs)
  const tray = useInspectorState((state) => state.tray)
  const exports = useInspectorState((state) => state.exports)
  const shown = jobs.filter(({ jobId }) => tray.includes(jobId))
  if (shown.length === 0 && exports.length === 0) return null
  return (
    <section className={styles['tray']} aria-label="Work">
      {shown.map((job) => (
        <JobCard key={job.jobId} job={job} />
      ))}
      {exports.map((one) => (
        <ExportCard key={one.id} view={one} />
      ))}
    </section>
  )
}

function JobCard({ job }: { readonly job: Job }): ReactNode {
  const inspector = useInspector()
  const {
    jobId,
    kind,
    phase,
    total,
    moved,
    skipped,
    failed,
    perSecond,
    operationId,
    pushedIds,
    noUndoReason,
  } = job
  const done = moved + skipped + failed
  const isRunning = phase === 'running'
  const trouble = toTroubleMessageOrNull(job)
  const followed = toFollowedOrNull(job)
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  const canUndo = canWrite && !isRunning && operationId !== null && moved > 0
  return (
    <article className={styles['card']} aria-label={toJobTitle(job)} data-phase={phase}>
      <CardHead
        title={toJobTitle(job)}
        note={PHASE_WORDS[phase] === '' || isRunning ? null : PHASE_WORDS[phase]}
        onHide={isRunning ? null : () => inspector.jobs.hide(jobId)}
      />
      {isRunning ? (
        <>
          <Progress part={total === 0 ? 0 : done / total} label={toJobTitle(job)} />
          <p className={styles['numbers']}>
            {formatCount(done)} of {formatCount(total)}
            <RateAndRest perSecond={perSecond} left={total - done} />
            {toTroubleCounts(job) === '' ? null : ` · ${toTroubleCounts(job)}`}
          </p>
        </>
      ) : trouble === null ? null : (
        <p className={styles['trouble']} data-bad={failed > 0 || phase === 'failed' || undefined}>
          {toVisibleLine(trouble)}
        </p>
      )}
      {followed === null ? null : (
        <p className={styles['numbers']}>
          <OutcomeLine operationId={followed} />
        </p>
      )}
      {noUndoReason === null || isRunning ? null : (
        <p className={styles['numbers']}>{toVisibleLine(noUndoReason)}</p>
      )}
      <div className={styles['buttons']}>
        {isRunning ? (
          <Button onClick={() => void inspector.jobs.cancel(jobId)}>{WORK_WORDS.cancel}</Button>
        ) : (
          <Button variant="subtle" onClick={() => inspector.showDialog({ kind: 'results', job })}>
            {WORK_WORDS.results}
          </Button>
        )}
        {pushedIds.length > 0 ? (
          <Button onClick={() => inspector.followed.follow(pushedIds)}>{WORK_WORDS.follow}</Button>
        ) : null}
        {canUndo ? (
          <Button onClick={() => void inspector.jobs.undo(operationId)}>{toUndoWord(kind)}</Button>
        ) : null}
      </div>
    </article>
  )
}

function ExportCard({ view }: { readonly view: ExportView }): ReactNode {
  const inspector = useInspector()
  const { id, phase, unit, done, total, skipped, perSecond, savedAs, error } = view
  const isRunning = phase === 'running'
  const format = unit === 'bytes' ? formatBytes : formatCount
  return (
    <article className={styles['card']} aria-label={toExportTitle(view)} data-phase={phase}>
      <CardHead
        title={toExportTitle(view)}
        note={PHASE_WORDS[phase] === '' || isRunning ? null : PHASE_WORDS[phase]}
        onHide={isRunning ? null : () => inspector.exports.hide(id)}
      />
      {isRunning ? <Progress part={total === 0 ? 0 : done / total} label={toExportTitle(view)} /> : null}
      <p className={styles['numbers']}>
        {isRunning
          ? `${format(done)} of ${format(total)}`
          : `${format(done)}${unit === 'tasks' ? ' tasks' : ''}`}
        {isRunning && unit === 'tasks' ? <RateAndRest perSecond={perSecond} left={total - done} /> : null}
        {skipped > 0 ? ` · ${formatCount(skipped)} skipped: gone meanwhile, or unreadable` : ''}
      </p>
      {savedAs === null || isRunning ? null : <p className={styles['numbers']}>{toVisibleLine(savedAs)}</p>}
      {error === null ? null : <ErrorNote report={error} />}
      {isRunning ? (
        <div className={styles['buttons']}>
          <Button onClick={() => inspector.exports.cancel(id)}>{WORK_WORDS.cancel}</Button>
        </div>
      ) : null}
    </article>
  )
}

interface CardHeadProps {
  readonly title: string
  readonly note: string | null
  /** Null: it is still under way and stays. */
  readonly onHide: (() => void) | null
}

function CardHead({ title, note, onHide }: CardHeadProps): ReactNode {
  return (
    <div className={styles['head']}>
      <h2>
        {title}
        {note === null ? null : <span className={styles['note']}> {note}</span>}
      </h2>
      {onHide === null ? null : (
        <IconButton icon={IconX} label={WORK_WORDS.dismiss} size={20} onClick={onHide} />
      )}
    </div>
  )
}

function RateAndRest({ perSecond, left }: { readonly perSecond: number; readonly left: number }): ReactNode {
  if (perSecond <= 0 || left <= 0) return null
  const rest = formatSpan((left / perSecond) * 1_000)
  return ` · ${formatCompact(Math.round(perSecond))}/s · ${rest === 'now' ? 'a moment' : rest} ${WORK_WORDS.left}`
}
