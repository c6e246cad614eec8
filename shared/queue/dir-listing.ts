import fs from 'node:fs'
import { sortTaskNames, isTaskName, MAX_NAME_BYTES } from './task-id.ts'

export interface TaskListing {
  /** Names of regular files that are task names, in the order in which they are offered. */
  readonly names: string[]
  /** Names of everything else: foreign files, links, directories, pipes, names too long to be moved. */
  readonly foreign: string[]
}

/** Lists a directory that holds tasks. What a name stands for comes with the listing, without a call per file. */
export function listTasks(dir: string): TaskListing {
  const names: string[] = []
  const foreign: string[] = []
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    const { name } = entry
    if (entry.isFile() && isTaskName(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES) names.push(name)
    else if (name !== '.meta' && name !== '.trash' && name !== '.held') foreign.push(name)
  }
  return { names: sortTaskNames(names), foreign }
}
