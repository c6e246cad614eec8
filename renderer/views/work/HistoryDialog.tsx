import { Button, Modal } from '@mantine/core'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { RelativeTime } from '../../components/RelativeTime.tsx'
import { VirtualRows } from '../../components/VirtualRows.tsx'
import { pagedRowAt } from '../../store/paged.ts'
import { isForWorkers } from '../../store/outcome.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import {
  toFilterWords,
  toOperationTasks,
  toOperationTitle,
  toNextStepWord,
  toNewerWords,
  toTroubleCounts,
  toUndoStateWords,
  WORK_WORDS,
} from '../../words/work-words.ts'
import { OutcomeLine } from './OutcomeLine.tsx'
import styles from './work.module.css'

const ROW_PX = 44
const MAX_HEIGHT_PX = 484

/** Every act that wrote to this queue, the latest first, and the way back from each. */
export function HistoryDialog(): ReactNode {
  const inspector = useInspector()
  const { phase, total, error } = useInspectorState((state) => state.history)
  const newer = useInspectorState((state) => state.newer)
  return (
    <Modal opened onClose={() => inspector.showDialog(null)} title={WORK_WORDS.historyTitle} size={760}>
      <div className={styles['body']}>
        <div className={styles['historyHead']}>
          <p className={styles['hint']}>{WORK_WORDS.historyHint}</p>
          <output aria-live="polite">
            {newer === 0 ? null : (
              <Button onClick={() => inspector.log.history.reset()}>{toNewerWords(newer)}</Button>
            )}
          </output>
        </div>
        {error === null ? null : <ErrorNote report={error} onRetry={() => inspector.log.history.reset()} />}
        <VirtualRows count={total} rowPx={ROW_PX} maxHeightPx={MAX_HEIGHT_PX} label="Acts">
          {(index) => <OperationRow index={index} />}
        </VirtualRows>
        {phase === 'ready' && total === 0 ? (
          <p className={styles['none']}>{WORK_WORDS.historyEmpty}</p>
        ) : null}
      </div>
    </Modal>
  )
}

function OperationRow({ index }: { readonly index: number }): ReactNode {
  const inspector = useInspector()
  const operation = useInspectorState((state) => pagedRowAt(state.history, index))
  const found = useInspectorState(({ foundBy }) => foundBy.get(operation?.operationId ?? ''))
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  useEffect(() => {
    if (operation === undefined) inspector.log.history.want(index)
  }, [inspector, operation, index])
  if (operation === undefined) return <span className={styles['skeleton']} />
  const { operationId, kind, moved, atMs, undo } = operation
  const trouble = toTroubleCounts(operation)
  const undone = toUndoStateWords(operation)

  async function takeBack(nextId: string): Promise<void> {
    await inspector.jobs.undo(nextId, operationId)
    inspector.log.history.refresh()
  }

  return (
    <div className={styles['operation']}>
      <span className={styles['operationWhat']}>
        <strong>{toOperationTitle(operation)}</strong>
        {trouble === '' ? null : <span className={styles['trouble']}> · {trouble}</span>}
        {undone === '' ? null : <span className={styles['undone']}> · {undone}</span>}
        {isForWorkers(kind) && moved > 0 && (undo.back ?? 0) === 0 ? (
          <>
            {' '}
            <OutcomeLine operationId={operationId} />
          </>
        ) : null}
        {found === undefined ? (
          <span className={`fq-mono ${styles['firstTask']}`}>
            {toVisibleLine(toOperationTasks(operation))}
          </span>
        ) : (
          <span className={styles['firstTask']} title={toVisibleLine(found)}>
            {toVisibleLine(toFilterWords(found))}
          </span>
        )}
      </span>
      <span className={styles['when']}>
        <RelativeTime atMs={atMs} />
      </span>
      {undo.nextId === null ? (
        <span />
      ) : (
        <Button disabled={!canWrite} onClick={() => void takeBack(undo.nextId ?? '')}>
          {toNextStepWord(operation)}
        </Button>
      )}
    </div>
  )
}
