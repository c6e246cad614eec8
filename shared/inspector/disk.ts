/**
 * The file system's calls that watching needs: all reads. One seam, so that a test can be a slow disk or a network.
 */
import { lstatSync } from 'node:fs'
import { lstat, opendir, readdir, statfs } from 'node:fs/promises'
import { errnoOrNull } from '../queue/errors.ts'

/** Which file lies somewhere. `inode` is 0 where it cannot be told: permission is missing, or it has several names. */
export interface SeenFile {
  readonly inode: number
}

export interface Disk {
  /** All names of a directory, in no order. */
  readdir(dir: string): Promise<string[]>
  /** The first `limit` names that a directory gives, in its own order, and whether they are all. */
  readHead(dir: string, limit: number): Promise<{ names: string[]; isAll: boolean }>
  /** Modification time in ns. Rejects with the system's error. */
  readMtimeNs(path: string): Promise<bigint>
  /** What lies there, or null. Waits for the disk, and the thread with it: 3 µs where names are cached. */
  seeNow(file: string): SeenFile | null
  /** The same without blocking the thread, ten times as dear. */
  see(file: string): Promise<SeenFile | null>
  /** statfs(2)'s magic number. */
  readFileSystemType(dir: string): Promise<number>
}

const UNKNOWN: SeenFile = { inode: 0 }

export const LOCAL_DISK: Disk = {
  readdir: (dir) => readdir(dir),
  async readHead(dir, limit) {
    const names: string[] = []
    const handle = await opendir(dir, { bufferSize: limit })
    try {
      for (let entry = await handle.read(); entry !== null; entry = await handle.read()) {
        if (names.length === limit) return { names, isAll: false }
        names.push(entry.name)
      }
      return { names, isAll: true }
    } finally {
      await handle.close()
    }
  },
  readMtimeNs: async (path) => (await lstat(path, { bigint: true })).mtimeNs,
  seeNow(file) {
    try {
      const stats = lstatSync(file, { throwIfNoEntry: false })
      return stats === undefined ? null : toSeen(stats)
    } catch (cause) {
      return toSeenOrThrow(cause)
    }
  },
  async see(file) {
    try {
      return toSeen(await lstat(file))
    } catch (cause) {
      return toSeenOrThrow(cause)
    }
  },
  readFileSystemType: async (dir) => (await statfs(dir)).type,
}

function toSeen(stats: { ino: number; nlink: number }): SeenFile {
  return stats.nlink === 1 ? { inode: stats.ino } : UNKNOWN
}

/** A name that cannot be looked at for another reason than absence counts as there. */
function toSeenOrThrow(cause: unknown): SeenFile | null {
  const code = errnoOrNull(cause)
  if (code === null) throw cause
  return code === 'ENOENT' || code === 'ENOTDIR' ? null : UNKNOWN
}
