import { Modal, SegmentedControl } from '@mantine/core'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import type { ActionOutcome, Job } from '../../../shared/contract/work.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatCount } from '../../components/format.ts'
import { VirtualRows } from '../../components/VirtualRows.tsx'
import type { ResultsView } from '../../store/inspector-state.ts'
import { pagedRowAt } from '../../store/paged.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { RESULT_WORDS, toJobTitle } from '../../words/work-words.ts'
import styles from './work.module.css'

const RESULTS = ['moved', 'skipped', 'failed'] as const
const ROW_PX = 26
const MAX_HEIGHT_PX = 420

export function ResultsDialog(): ReactNode {
  const dialog = useInspectorState((state) => state.dialog)
  return dialog?.kind === 'results' ? <Results job={dialog.job} /> : null
}

/** What came of each task of a job; what was not moved first. */
function Results({ job }: { readonly job: Job }): ReactNode {
  const inspector = useInspector()
  const { filter, list } = useInspectorState((state) => state.results)
  const first: ResultsView['filter'] = job.failed > 0 ? 'failed' : job.skipped > 0 ? 'skipped' : null
  useEffect(() => inspector.log.showResults(job.jobId, first), [inspector, job.jobId, first])
  const counts = { moved: job.moved, skipped: job.skipped, failed: job.failed }
  return (
    <Modal opened onClose={() => inspector.showDialog(null)} title={toJobTitle(job)} size={760}>
      <div className={styles['body']}>
        <SegmentedControl
          aria-label="Show"
          value={filter ?? 'all'}
          onChange={(value) =>
            inspector.log.showResults(job.jobId, RESULTS.find((one) => one === value) ?? null)
          }
          data={[
            { value: 'all', label: `All ${formatCount(job.moved + job.skipped + job.failed)}` },
            ...RESULTS.map((value) => ({
              value,
              label: `${RESULT_WORDS[value]} ${formatCount(counts[value])}`,
              disabled: counts[value] === 0,
            })),
          ]}
        />
        <Reasons job={job} />
        {list.error === null ? null : <ErrorNote report={list.error} />}
        <VirtualRows count={list.total} rowPx={ROW_PX} maxHeightPx={MAX_HEIGHT_PX} label="Results">
          {(index) => <ResultRow index={index} />}
        </VirtualRows>
        {list.phase === 'ready' && list.total === 0 ? (
          <p className={styles['none']}>No results are kept any more.</p>
        ) : null}
      </div>
    </Modal>
  )
}

function Reasons({ job }: { readonly job: Job }): ReactNode {
  if (job.reasons.length < 2) return null
  return (
    <ul className={styles['reasons']}>
      {job.reasons.map(({ reason, count }) => (
        <li key={reason}>
          <strong>{formatCount(count)}</strong> {toVisibleLine(reason)}
        </li>
      ))}
    </ul>
  )
}

function ResultRow({ index }: { readonly index: number }): ReactNode {
  const inspector = useInspector()
  const outcome = useInspectorState((state) => pagedRowAt(state.results.list, index))
  useEffect(() => {
    if (outcome === undefined) inspector.log.results.want(index)
  }, [inspector, outcome, index])
  if (outcome === undefined) return <span className={styles['skeleton']} />
  return (
    <div className={styles['result']}>
      <span data-result={outcome.result}>{RESULT_WORDS[outcome.result]}</span>
      <span className="fq-mono" title={toVisibleLine(outcome.taskId)}>
        {toVisibleLine(outcome.taskId)}
      </span>
      <span className={styles['why']} title={toWhy(outcome)}>
        {toWhy(outcome)}
      </span>
    </div>
  )
}

function toWhy({ reason }: ActionOutcome): string {
  return reason === null ? '' : toVisibleLine(reason)
}
