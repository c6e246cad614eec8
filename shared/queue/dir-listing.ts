import fs from 'node:fs'
import { isTaskName, MAX_NAME_BYTES, sortTaskNames } from './task-id.ts'

const ENTRIES_PER_READ = 4096
/** Directories of ours inside failed/, which Python never lists. */
const INNER_DIRS = new Set(['.meta', '.trash', '.held'])

export interface TaskListing {
  /** Names of regular files that are task names, in the order in which they are offered. */
  readonly names: string[]
  /** Names of everything else: foreign files, links, directories, pipes, names too long to be moved. */
  readonly foreign: string[]
}

/**
 * Lists a directory that holds tasks. What a name stands for comes with the listing, without a call per file; read in
 * portions, so that a million names do not also become a million entry objects at once.
 */
export function listTasks(dir: string): TaskListing {
  const names: string[] = []
  const foreign: string[] = []
  const opened = fs.opendirSync(dir, { bufferSize: ENTRIES_PER_READ })
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
      const { name } = entry
      if (
        isTaskName(name) &&
        name.length <= MAX_NAME_BYTES &&
        entry.isFile() &&
        Buffer.byteLength(name) <= MAX_NAME_BYTES
      )
        names.push(name)
      else if (!INNER_DIRS.has(name)) foreign.push(name)
    }
  } finally {
    opened.closeSync()
  }
  return { names: sortTaskNames(names), foreign }
}
