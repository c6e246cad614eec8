import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { NodeClaim } from '../contract/insight.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { parseTaskName } from '../queue/index.ts'

/** The stale timeout that workers of either kind have unless told otherwise. */
const DEFAULT_STALE_MS = 30_000

/**
 * The claims of a node with their files' times, in the order of the given names. What moves on meanwhile is left out.
 *
 * @param hasRecord True where a worker of ours works, or worked, under this node id: only those stamp their leases.
 */
export async function readNodeClaims(
  root: string,
  node: string,
  names: readonly string[],
  hasRecord: boolean,
): Promise<NodeClaim[]> {
  const claims = await Promise.all(names.map((name) => readClaimOrNull(root, node, name, hasRecord)))
  return claims.filter((claim) => claim !== null)
}

async function readClaimOrNull(
  root: string,
  node: string,
  name: string,
  hasRecord: boolean,
): Promise<NodeClaim | null> {
  const task = parseTaskName(name, 'node')
  if (task === null) return null
  try {
    const stats = await lstat(path.join(root, node, name), { bigint: true })
    const enteredAtMs = Number(stats.ctimeNs / 1_000_000n)
    const stampMs = Math.floor(task.stampUs / 1000)
    return {
      ref: { state: 'in-progress', node, name, inode: String(stats.ino), device: String(stats.dev) },
      taskId: task.originalId,
      enteredAtMs,
      takeover: {
        byPythonAtMs: stampMs + DEFAULT_STALE_MS,
        byOursAtMs: (task.stamped && hasRecord ? stampMs : enteredAtMs) + DEFAULT_STALE_MS,
      },
    }
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}
