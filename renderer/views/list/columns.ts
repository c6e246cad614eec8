import type { TaskState } from '../../../shared/contract/model.ts'
import { STATE_WORDS } from '../../words.ts'

export type ColumnId = 'time' | 'id' | 'node' | 'reason' | 'preview' | 'size'

export interface Column {
  readonly id: ColumnId
  readonly label: string
}

const SIZE: Column = { id: 'size', label: 'Size' }
const ID: Column = { id: 'id', label: 'Task' }
const PREVIEW: Column = { id: 'preview', label: 'Payload' }

/** What each state's list shows, left to right. The widths are in task-grid.module.css. */
export function columnsOf(state: TaskState): readonly Column[] {
  const time: Column = { id: 'time', label: STATE_WORDS[state].timeColumn }
  switch (state) {
    case 'in-progress':
      return [time, ID, { id: 'node', label: 'Node' }, PREVIEW, SIZE]
    case 'failed':
      return [time, ID, { id: 'reason', label: 'Reason' }, PREVIEW, SIZE]
    case 'trash':
      return [time, ID, { id: 'node', label: 'From' }, PREVIEW, SIZE]
    default:
      return [time, ID, PREVIEW, SIZE]
  }
}
