import type { TaskList } from '../../contract/model.ts'
import type { ListedDir } from '../list-window.ts'
import type { DirChange } from '../queue-tracker.ts'

/** What a search needs of an open queue. */
export interface QuerySource {
  /** The queue's directory, absolute. */
  readonly root: string
  /** The directories of a list with their tasks, in the order in which people see them. */
  lists(list: TaskList): ListedDir[]
  /** Whether a task is in the lists. */
  has(dir: string, name: string): boolean
  /** Called with what has changed in which directory, after it is in the lists. @returns a function that ends it. */
  onCommit(listener: (changes: ReadonlyMap<string, DirChange>) => void): () => void
}
