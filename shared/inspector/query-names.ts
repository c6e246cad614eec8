import type { TaskPlace } from './list-window.ts'

/** What a query of a queue found so far, by name: whoever freezes it acts on exactly these. */
export interface QueryNames {
  /** In the order of the list, oldest first. @throws {InspectorError} UNKNOWN_HANDLE */
  names(queryId: string): readonly TaskPlace[]
}
