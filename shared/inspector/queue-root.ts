import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { TRASH_ORIGINS } from '../contract/model.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { isReservedDir } from '../queue/states.ts'

/** State directories whose tasks the inspector lists. `creating` holds nobody's tasks yet. */
const LISTED_STATES: ReadonlySet<string> = new Set(['pending', 'scheduled', 'failed', 'done'])

/**
 * Directories inside failed/ that hold tasks which a person parked: held ones, and deleted ones by the state that they came from. They
 * are made when first needed, and no worker ever lists them.
 */
const PARKED_DIRS = ['failed/.held', ...TRASH_ORIGINS.map((origin) => `failed/.trash/${origin}`)] as const
export interface QueueRoot {
  /** Device and inode: another one means that another directory lies at the path now. */
  readonly identity: string
  /** The directories that hold tasks: states, nodes, and those of parked tasks. */
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
  for (const dir of await readParkedDirs(root)) dirs.add(dir)
  return { identity: `${dev} ${ino}`, dirs, wrongKind, recordFiles }
}

/** The directories of parked tasks that are there. A link in the place of one is not followed. */
export async function readParkedDirs(root: string): Promise<string[]> {
  const found: string[] = []
  for (const dir of PARKED_DIRS) {
    try {
      if ((await lstat(path.join(root, dir))).isDirectory()) found.push(dir)
    } catch (cause) {
      if (errnoOrNull(cause) === null) throw cause
    }
  }
  return found
}
