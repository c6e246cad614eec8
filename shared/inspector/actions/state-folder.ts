/**
 * What the inspector keeps about one queue, outside its directory: the person's lock, the audit, and the journals for undo.
 *
 *     <stateDir>/<hash of real path, device and inode>/
 *       queue.txt            the path, for people who look here
 *       lock                 `locked` or `unlocked`; missing: the default holds
 *       audit.log  audit.1.log   see audit-log.ts
 *       history.json         see history/history-file.ts
 *       journal/<operation>  see undo-journal.ts
 *
 * Directories are 0700 and files 0600: names of tasks are the person's own business.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { errnoOrNull } from '../../queue/errors.ts'
import type { QueueDir } from '../queue-dir.ts'

/** The folder of a queue, whether it is there or not; null where nothing can be kept outside the queue's own directory. */
export function toStateFolderOrNull(stateDir: string | null, queue: QueueDir): string | null {
  if (stateDir === null || isInside(stateDir, queue.path)) return null
  const hash = createHash('sha256')
    .update([queue.path, String(queue.device), String(queue.inode)].join('\0'))
    .digest('hex')
  return path.join(stateDir, hash.slice(0, 32))
}

function isInside(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner)
  return way === '' || (!way.startsWith('..') && !path.isAbsolute(way))
}

/** @throws the system's errors. */
export function makeStateFolder(folder: string, queuePath: string): void {
  mkdirSync(path.join(folder, 'journal'), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(path.join(folder, 'queue.txt'), `${queuePath}\n`, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if (errnoOrNull(cause) !== 'EEXIST') throw cause
  }
}

/** True: locked by the person, false: unlocked by the person, null: nobody said. Unreadable counts as locked. */
export function readLockChoice(folder: string): boolean | null {
  try {
    return readFileSync(path.join(folder, 'lock'), 'utf8').trim() !== 'unlocked'
  } catch (cause) {
    const code = errnoOrNull(cause)
    if (code === null) throw cause
    return code === 'ENOENT' ? null : true
  }
}

/** Whole or not at all. @throws the system's errors. */
export function writeLockChoice(folder: string, queuePath: string, isLocked: boolean): void {
  makeStateFolder(folder, queuePath)
  const temporary = path.join(folder, `lock.${process.pid}.tmp`)
  writeFileSync(temporary, isLocked ? 'locked\n' : 'unlocked\n', { mode: 0o600 })
  renameSync(temporary, path.join(folder, 'lock'))
}
