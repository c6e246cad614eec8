/** The one system call that moves a task, and what its errors mean. */
import fs from 'node:fs'
import { errnoOrNull, FemtoQueueError } from './errors.ts'

const WINDOWS_TRIES = 10

/** Whether anybody else may make the target's name. If nobody does, a file of that name proves that our rename was done. */
export type TargetName = 'unique' | 'shared'

/**
 * Renames if the source is still there. False: another process took it.
 * @throws any other error, the task being where it was; FemtoQueueError `not-a-queue` when `targetDir` is gone.
 */
export function renameIfThere(
  from: string,
  to: string,
  targetDir: string,
  target: TargetName = 'shared',
): boolean {
  try {
    rename(from, to, target)
    return true
  } catch (error) {
    if (errnoOrNull(error) !== 'ENOENT') throw error
    // ENOENT also means that the target directory is gone, and then nobody took the task.
    if (fs.existsSync(targetDir)) return false
    throw new FemtoQueueError(
      'not-a-queue',
      `The directory ${targetDir} has disappeared. The task is where it was`,
      { cause: error, path: targetDir, state: 'old' },
    )
  }
}

/** rename(); on Windows again for a while, as a virus scanner or indexer holds new files open. @throws the system's errors. */
export function rename(from: string, to: string, target: TargetName): void {
  for (let tries = 1; ; tries++) {
    try {
      fs.renameSync(from, to)
      return
    } catch (error) {
      const code = errnoOrNull(error)
      if (isDoneAfterAll(code, from, to, target)) return
      const isHeld = code === 'EPERM' || code === 'EACCES' || code === 'EBUSY'
      if (process.platform !== 'win32' || !isHeld || tries === WINDOWS_TRIES) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 2 ** tries)
    }
  }
}

/**
 * On NFS a rename may be done and its reply be lost: the client tries again and is told ENOENT, or gives up with another error. With a
 * shared target ENOENT is what a lost race looks like too, so there it stays one.
 */
function isDoneAfterAll(code: string | null, from: string, to: string, target: TargetName): boolean {
  if (code === 'ENOENT' && target === 'shared') return false
  return fs.existsSync(to) && !fs.existsSync(from)
}
