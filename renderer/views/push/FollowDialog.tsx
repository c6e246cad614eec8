import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import type { FollowedTask } from '../../../shared/contract/work.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatClock, formatCount, formatDuration } from '../../components/format.ts'
import { StateIcon } from '../../components/StateIcon.tsx'
import { splitId, toShortTail } from '../../components/task-id.ts'
import { VirtualRows } from '../../components/VirtualRows.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { STATE_WORDS } from '../../words.ts'
import { PUSH_WORDS } from '../../words/push-words.ts'
import { toStateOrNull } from '../list/to-state.ts'
import { medianOrNull } from './median.ts'
import styles from './follow.module.css'

const ROW_PX = 28
const MAX_HEIGHT_PX = 420

/** What becomes of pushed tasks: pushed, claimed, ended, and the times between. */
export function FollowDialog(): ReactNode {
  const inspector = useInspector()
  const { taskIds, tasks, error } = useInspectorState((state) => state.follow)
  return (
    <Modal
      opened
      onClose={() => inspector.showDialog(null)}
      title={PUSH_WORDS.followTitle}
      size={760}
      closeOnClickOutside
    >
      <div className={styles['body']}>
        <Summary tasks={tasks} total={taskIds.length} />
        {error === null ? null : <ErrorNote report={error} />}
        <div className={`${styles['row']} ${styles['head']}`} aria-hidden>
          <span>Task</span>
          <span>Now</span>
          <span>Pushed</span>
          <span>Waited</span>
          <span>Ran</span>
        </div>
        <VirtualRows count={tasks.length} rowPx={ROW_PX} maxHeightPx={MAX_HEIGHT_PX} label="Followed tasks">
          {(index) => <FollowedRow task={tasks[index]} />}
        </VirtualRows>
      </div>
    </Modal>
  )
}

interface SummaryProps {
  readonly tasks: readonly FollowedTask[]
  readonly total: number
}

function Summary({ tasks, total }: SummaryProps): ReactNode {
  const claimed = tasks.filter(({ claimedAtMs }) => claimedAtMs !== null).length
  const ended = tasks.filter(({ endedAtMs }) => endedAtMs !== null)
  const failed = ended.filter(({ state }) => state === 'failed').length
  const waited = medianOrNull(tasks.map((task) => spanOrNull(task.pushedAtMs, task.claimedAtMs)))
  const ran = medianOrNull(tasks.map((task) => spanOrNull(task.claimedAtMs, task.endedAtMs)))
  const cells = [
    [PUSH_WORDS.pushed, formatCount(total)],
    [PUSH_WORDS.claimed, formatCount(claimed)],
    [
      PUSH_WORDS.ended,
      failed > 0 ? `${formatCount(ended.length)}, ${formatCount(failed)} failed` : formatCount(ended.length),
    ],
    [PUSH_WORDS.waited, waited === null ? '–' : formatDuration(waited)],
    [PUSH_WORDS.ran, ran === null ? '–' : formatDuration(ran)],
  ] as const
  return (
    <dl className={styles['summary']} aria-live="polite">
      {cells.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function FollowedRow({ task }: { readonly task: FollowedTask | undefined }): ReactNode {
  if (task === undefined) return null
  const { taskId, state, node, pushedAtMs, claimedAtMs, endedAtMs } = task
  const known = state === null ? null : toStateOrNull(state)
  const waited = spanOrNull(pushedAtMs, claimedAtMs)
  const ran = spanOrNull(claimedAtMs, endedAtMs)
  return (
    <div className={styles['row']}>
      <span className="fq-mono" title={toVisibleLine(taskId)}>
        {toShortTail(splitId(toVisibleLine(taskId)).tail)}
      </span>
      <span className={styles['state']}>
        {known === null ? null : <StateIcon state={known} size={14} />}
        {known === null ? PUSH_WORDS.nowhere : STATE_WORDS[known].label}
        {node === null ? '' : ` · ${toVisibleLine(node)}`}
      </span>
      <span>{pushedAtMs === null ? '–' : formatClock(pushedAtMs)}</span>
      <span>{waited === null ? '–' : formatDuration(waited)}</span>
      <span>{ran === null ? '–' : formatDuration(ran)}</span>
    </div>
  )
}

function spanOrNull(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : Math.max(0, toMs - fromMs)
}
