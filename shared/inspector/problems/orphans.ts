import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { errnoOrNull } from '../../queue/errors.ts'

/** A push takes milliseconds; what lies in creating/ for longer was left by a process that was killed. */
const ORPHAN_AFTER_MS = 60_000
/** At most this many are looked at: creating/ is empty in a healthy queue. */
const MAX_LOOKED_AT = 1_000

/** Names of files in creating/ that nobody writes any more, oldest first. Empty where the directory is missing. */
export async function readOrphans(root: string, nowMs: number): Promise<string[]> {
  const dir = path.join(root, 'creating')
  const found: { name: string; mtimeMs: number }[] = []
  try {
    for (const name of (await readdir(dir)).slice(0, MAX_LOOKED_AT)) {
      const mtimeMs = await readMtimeOrNull(path.join(dir, name))
      if (mtimeMs !== null && nowMs - mtimeMs > ORPHAN_AFTER_MS) found.push({ name, mtimeMs })
    }
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return []
  }
  return found.toSorted((a, b) => a.mtimeMs - b.mtimeMs).map(({ name }) => name)
}

/** Null where the push has just finished. */
async function readMtimeOrNull(file: string): Promise<number | null> {
  try {
    return (await lstat(file)).mtimeMs
  } catch (cause) {
    if (errnoOrNull(cause) === 'ENOENT') return null
    throw cause
  }
}
