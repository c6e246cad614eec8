// Rows of a virtual grid: see TaskGrid.tsx.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { memo } from 'react'
import type { ReactNode } from 'react'
import type { TaskRow, TaskState } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import {
  formatBytes,
  formatExactTime,
  formatRelative,
  formatShortTime,
  formatSpan,
  usToMs,
} from '../../components/format.ts'
import { splitId, toShortTail } from '../../components/task-id.ts'
import { useNow } from '../../hooks/use-now.ts'
import { columnsOf } from './columns.ts'
import type { ColumnId } from './columns.ts'
import styles from './task-grid.module.css'

interface TaskRowViewProps {
  /** Undefined while its window is on its way. */
  readonly row: TaskRow | undefined
  readonly state: TaskState
  readonly index: number
  readonly top: number
  readonly isSelected: boolean
  readonly isFocused: boolean
}

export const TaskRowView = memo(function TaskRowView(props: TaskRowViewProps): ReactNode {
  const { row, state, index, top, isSelected, isFocused } = props
  return (
    <div
      role="row"
      id={`task-row-${index}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-index={index}
      data-focused={isFocused || undefined}
      data-gone={row?.ref === null || undefined}
      className={styles['row']}
      style={{ transform: `translateY(${top}px)` }}
    >
      {columnsOf(state).map(({ id }) => (
        <div key={id} role="gridcell" className={styles[id]}>
          {row === undefined ? (
            <span className={styles['skeleton']} />
          ) : (
            <Cell column={id} row={row} state={state} />
          )}
        </div>
      ))}
    </div>
  )
})

interface CellProps {
  readonly column: ColumnId
  readonly row: TaskRow
  readonly state: TaskState
}

function Cell({ column, row, state }: CellProps): ReactNode {
  switch (column) {
    case 'time':
      if (state === 'scheduled') return <DueTime atMs={usToMs(row.idTimeUs)} />
      return row.enteredAtMs === null ? '–' : <EnteredTime atMs={row.enteredAtMs} />
    case 'id':
      return <ShortId row={row} />
    case 'node':
      return row.node === null ? '' : toVisibleLine(row.node)
    case 'reason':
      return row.reason === null ? (
        <span className={styles['faint']}>Not kept</span>
      ) : (
        <span title={toVisibleLine(row.reason)}>{toVisibleLine(row.reason)}</span>
      )
    case 'preview':
      return <Preview row={row} />
    case 'size':
      return row.payloadBytes === null ? '–' : formatBytes(row.payloadBytes)
  }
}

/** A plain title tells the exact time: a tooltip of its own for each row costs more than all the rest of it. */
function EnteredTime({ atMs }: { readonly atMs: number }): ReactNode {
  const nowMs = useNow()
  return <time title={formatExactTime(atMs)}>{formatSpan(nowMs - atMs)}</time>
}

function DueTime({ atMs }: { readonly atMs: number }): ReactNode {
  const nowMs = useNow()
  const isOver = atMs <= nowMs
  return (
    <span data-over={isOver || undefined}>
      {formatRelative(atMs, nowMs)} <span className={styles['faint']}>{formatShortTime(atMs, nowMs)}</span>
    </span>
  )
}

function ShortId({ row }: { readonly row: TaskRow }): ReactNode {
  const id = toVisibleLine(row.taskId)
  const { head, tail } = splitId(id)
  return (
    <span title={id}>
      <span className={styles['idHead']}>{head}</span>
      {toShortTail(tail)}
      {row.attempts !== null && row.attempts > 1 ? (
        <span className={styles['attempts']} title={`Claimed ${row.attempts} times`}>
          ×{row.attempts}
        </span>
      ) : null}
    </span>
  )
}

function Preview({ row }: { readonly row: TaskRow }): ReactNode {
  if (row.ref === null) return <span className={styles['faint']}>Gone meanwhile</span>
  switch (row.previewKind) {
    case 'empty':
      return <span className={styles['faint']}>Empty</span>
    case 'unknown':
      return <span className={styles['warn']}>Not shown: the file is no whole task</span>
    case 'binary':
      return <span className={styles['bytes']}>{toVisibleLine(row.preview)}</span>
    case 'text':
      return toVisibleLine(row.preview)
  }
}
