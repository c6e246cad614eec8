import { lstat, readdir } from 'node:fs/promises'
import { isReservedDir } from '../queue/states.ts'

/** State directories whose tasks the inspector lists. `creating` holds nobody's tasks yet. */
const LISTED_STATES: ReadonlySet<string> = new Set(['pending', 'scheduled', 'failed', 'done'])

export interface QueueRoot {
  /** Device and inode: another one means that another directory lies at the path now. */
  readonly identity: string
  /** The directories that hold tasks: states and nodes. */
  readonly dirs: ReadonlySet<string>
  /** Links, and files where a directory should be. */
  readonly wrongKind: readonly string[]
  /** The core's own plain files: clock and node records. */
  readonly recordFiles: readonly string[]
}

/** What lies in a queue's directory. Rejects with the system's error. */
export async function readQueueRoot(root: string): Promise<QueueRoot> {
  const { dev, ino } = await lstat(root, { bigint: true })
  const dirs = new Set<string>()
  const wrongKind: string[] = []
  const recordFiles: string[] = []
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const { name } = entry
    if (entry.isDirectory()) {
      if (LISTED_STATES.has(name) || !isReservedDir(name)) dirs.add(name)
    } else if (isReservedDir(name) || entry.isSymbolicLink()) wrongKind.push(name)
    else if (entry.isFile() && name.startsWith('.fq-')) recordFiles.push(name)
  }
  return { identity: `${dev} ${ino}`, dirs, wrongKind, recordFiles }
}
