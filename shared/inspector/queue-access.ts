/**
 * Whether actions are allowed on a queue, and why not. A host that was started for looking only cannot be unlocked. Else the person
 * says, for each queue; until then a queue is locked where others may meddle: on network mounts, and where anybody may write.
 */
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { QueueInfo } from '../contract/model.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { RESERVED_DIRS } from '../queue/states.ts'
import { readNetworkName } from './file-system-kind.ts'

type Access = QueueInfo['access']

const OTHERS_MAY_WRITE = 0o002
/** In such a directory only its owner removes or renames a file. */
const STICKY = 0o1000

export interface AccessFacts {
  /** The host allows no actions at all, and why; null: it does. */
  readonly readOnlyReason: string | null
  /** What the person chose: true is locked; null: nothing yet. */
  readonly choice: boolean | null
  /** Why it is locked as long as nobody chose; null: it is not. */
  readonly defaultReason: string | null
}

export function toAccess({ readOnlyReason, choice, defaultReason }: AccessFacts): Access {
  if (readOnlyReason !== null) return { canWrite: false, reason: readOnlyReason, canUnlock: false }
  if (choice === true)
    return { canWrite: false, reason: 'You locked this queue. Unlock it to act.', canUnlock: true }
  if (choice === null && defaultReason !== null)
    return { canWrite: false, reason: defaultReason, canUnlock: true }
  return { canWrite: true, reason: null, canUnlock: true }
}

/** Why a queue is locked until the person unlocks it, one or two sentences; null: it is not. */
export async function readDefaultLockReason(root: string): Promise<string | null> {
  const network = await readNetworkName(root)
  if (network !== null)
    return `This queue lies on a network file system (${network}), where other machines act on it too. It is locked until you unlock it.`
  for (const dir of ['.', ...RESERVED_DIRS]) {
    if (!(await isWritableByOthers(path.join(root, dir)))) continue
    const what = dir === '.' ? 'The queue’s directory' : `${dir}/`
    return `${what} may be written by every user of this machine, so what lies there may be anybody’s. It is locked until you unlock it.`
  }
  return null
}

async function isWritableByOthers(dir: string): Promise<boolean> {
  // Windows has no such mode.
  if (process.platform === 'win32') return false
  try {
    const { mode } = await lstat(dir)
    return (mode & OTHERS_MAY_WRITE) !== 0 && (mode & STICKY) === 0
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return false
  }
}
