import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatCount } from '../../components/format.ts'
import { StateIcon } from '../../components/StateIcon.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { STATE_WORDS } from '../../words.ts'
import { LIST_WORDS } from '../../words/list-words.ts'
import { PushButton } from './PushButton.tsx'
import { TaskGrid } from './TaskGrid.tsx'
import styles from './list-pane.module.css'

/** The four states of a list: loading and data are the grid's, error and empty stand alone. */
export function ListContent(): ReactNode {
  const inspector = useInspector()
  const phase = useInspectorState(({ view }) => view.phase)
  const error = useInspectorState(({ view }) => view.error)
  const isEmpty = useInspectorState(({ view }) => view.phase === 'ready' && view.total === 0)
  const queryId = useInspectorState(({ view }) => view.queryId)
  const gridKey = useInspectorState(
    ({ view }) => `${view.list.state} ${view.list.node ?? ''} ${view.order} ${view.queryId ?? ''}`,
  )
  if (phase === 'error' && error !== null) {
    return (
      <div className={styles['error']}>
        <ErrorNote report={error} onRetry={() => inspector.retryList()} />
      </div>
    )
  }
  // Another list is another grid: it begins at its top.
  if (isEmpty && queryId !== null) return <NothingFound />
  if (isEmpty) return <EmptyList />
  return (
    <>
      <PartialNote />
      <TaskGrid key={gridKey} />
    </>
  )
}

/** The first names of a large directory are there before the rest is listed. */
function PartialNote(): ReactNode {
  const isPartial = useInspectorState(({ view }) => view.isPartial)
  const total = useInspectorState(({ view }) => view.total)
  if (!isPartial) return null
  return (
    <output className={styles['partial']}>
      The directory is being listed. These are {formatCount(total)} of its tasks; others will come between
      them.
    </output>
  )
}

function NothingFound(): ReactNode {
  const inspector = useInspector()
  const isScanning = useInspectorState(({ filter }) => filter.progress?.phase === 'scanning')
  return (
    <div className={styles['empty']} data-testid="nothing-found">
      <h2>{isScanning ? LIST_WORDS.nothingFoundYet : LIST_WORDS.nothingFound}</h2>
      {isScanning ? null : (
        <>
          <p>{LIST_WORDS.nothingHint}</p>
          <Button onClick={() => inspector.filter.clear()}>{LIST_WORDS.clearFilter}</Button>
        </>
      )}
    </div>
  )
}

function EmptyList(): ReactNode {
  const inspector = useInspector()
  const { state, node } = useInspectorState(({ view }) => view.list)
  const words = STATE_WORDS[state]
  return (
    <div className={styles['empty']} data-testid="empty-list">
      <StateIcon state={state} size={22} />
      <h2>{node === null ? words.emptyTitle : 'This node holds no task'}</h2>
      <p>{words.empty}</p>
      {state === 'pending' || state === 'scheduled' ? (
        <PushButton />
      ) : (
        <Button onClick={() => inspector.showList({ state: 'pending', node: null })}>Go to pending</Button>
      )}
    </div>
  )
}
