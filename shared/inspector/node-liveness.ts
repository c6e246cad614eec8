import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { NodeSummary } from '../contract/model.ts'
import { errnoOrNull } from '../queue/errors.ts'
import type { NodeRecord } from '../queue/index.ts'

/** The stale timeout that workers have unless told otherwise: a node that was silent for longer may be robbed. */
const DEFAULT_STALE_MS = 30_000

/**
 * Tells whether somebody works under a node id. Our workers leave a record that names their process; of Python workers only
 * the directory's mtime is known, which moves at each claim and finish: one long task looks like silence.
 *
 * @param records All records in the queue's root.
 */
export async function readNodeSummary(
  root: string,
  node: string,
  tasks: number,
  records: readonly NodeRecord[],
): Promise<NodeSummary> {
  const lastActivityAtMs = await readMtimeOrNull(path.join(root, node))
  const own = records.filter((record) => record.node === node)
  const summary = { node, tasks, lastActivityAtMs }
  if (own.some(({ fate }) => fate === 'alive')) {
    return { ...summary, liveness: 'alive', livenessReason: 'Its process runs on this machine.' }
  }
  const silentMs = lastActivityAtMs === null ? Infinity : Date.now() - lastActivityAtMs
  if (silentMs < DEFAULT_STALE_MS) {
    return {
      ...summary,
      liveness: 'active',
      livenessReason: 'It claimed or finished a task within the last 30 s.',
    }
  }
  if (own.length > 0 && own.every(({ fate }) => fate === 'dead')) {
    return { ...summary, liveness: 'dead', livenessReason: 'Its process is gone from this machine.' }
  }
  return {
    ...summary,
    liveness: 'quiet',
    livenessReason:
      'It has claimed and finished nothing for over 30 s: stopped, idle, or busy with one long task.',
  }
}

async function readMtimeOrNull(dir: string): Promise<number | null> {
  try {
    return (await lstat(dir)).mtimeMs
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}
