import fs from 'node:fs'
import { MAX_NAME_BYTES, sortTaskNames, stampOf } from './task-id.ts'

const ENTRIES_PER_READ = 1024
/** Foreign entries that one listing names: somebody may have put a million of them there. */
const MAX_FOREIGN = 1000
/** The longest that UTF-8 makes of one unit of a string's length. */
const MAX_BYTES_PER_UNIT = 3
/** Directories of ours inside failed/, which Python never lists. */
const INNER_DIRS = new Set(['.meta', '.trash', '.held'])

export interface TaskListing {
  /** Names of regular files that are task names, in the order in which they are offered. */
  readonly names: string[]
  /** Names of everything else, at most MAX_FOREIGN: foreign files, links, directories, pipes, names too long to be moved. */
  readonly foreign: readonly string[]
}

/** Lists a directory that holds tasks. */
export function listTasks(dir: string): TaskListing {
  const names: string[] = []
  const foreign = visitTasks(dir, (name) => names.push(name))
  return { names: sortTaskNames(names), foreign }
}

/**
 * Gives each task in `dir` to `onTask`, in no order, with the number in front of its name, and returns the foreign entries. What a
 * name stands for comes with the listing, without a call per file; read in portions, so that a million names do not become a
 * million entry objects at once.
 */
export function visitTasks(dir: string, onTask: (name: string, stampUs: number) => unknown): string[] {
  const foreign: string[] = []
  const opened = fs.opendirSync(dir, { bufferSize: ENTRIES_PER_READ })
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
      const { name } = entry
      const stampUs = stampOf(name)
      if (!Number.isNaN(stampUs) && entry.isFile() && isShort(name)) onTask(name, stampUs)
      else if (foreign.length < MAX_FOREIGN && !INNER_DIRS.has(name)) foreign.push(name)
    }
  } finally {
    opened.closeSync()
  }
  return foreign
}

function isShort(name: string): boolean {
  return name.length * MAX_BYTES_PER_UNIT <= MAX_NAME_BYTES || Buffer.byteLength(name) <= MAX_NAME_BYTES
}
