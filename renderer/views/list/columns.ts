import type { TaskState } from '../../../shared/contract/model.ts'
import { STATE_WORDS } from '../../words.ts'

export type ColumnId = 'time' | 'id' | 'node' | 'reason' | 'preview' | 'size'

export interface Column {
  readonly id: ColumnId
  readonly label: string
}

/** By what a list is sorted: always by the number in the tasks' names, which means something else in each state. */
export interface Sorting {
  /** The column that shows it. */
  readonly column: ColumnId
  readonly oldest: string
  readonly newest: string
  readonly means: string
}

const BY_PUSH: Sorting = {
  column: 'id',
  oldest: 'Oldest push first',
  newest: 'Newest push first',
  means: 'Sorted by the id, which begins with the time of the push (of a scheduled task: when it was due).',
}
const SORTINGS: Readonly<Partial<Record<TaskState, Sorting>>> = {
  pending: {
    column: 'id',
    oldest: 'Next in line first',
    newest: 'Last in line first',
    means: 'Sorted as workers take them: by the id, or by when a task came back to pending.',
  },
  'in-progress': {
    column: 'id',
    oldest: 'Oldest lease first',
    newest: 'Newest lease first',
    means: 'Sorted by the time in the file’s name: the claim, or the latest heartbeat.',
  },
  scheduled: {
    column: 'time',
    oldest: 'Next due first',
    newest: 'Last due first',
    means: 'Sorted by the time at which they are due.',
  },
}

export function sortingOf(state: TaskState): Sorting {
  return SORTINGS[state] ?? BY_PUSH
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
