/**
 * One look at a queue, for scripts and cron: counts, ages, nodes, problems and a verdict. The same session that the
 * windows stand on, opened, read and closed again; touches nothing.
 */
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { NodeSummary, Problem, StateCounts } from '../../contract/model.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import { parseTaskName } from '../../queue/index.ts'
import { TASK_STATES } from '../../queue/states.ts'
import type { TaskState } from '../../queue/states.ts'
import { readQueueDir, toDirName } from '../queue-dir.ts'
import { QueueSession } from '../queue-session.ts'
import { toReasons } from './health.ts'
import type { HealthReason, StatusLimits } from './health.ts'

/** Of the tasks in progress so many are looked at for the longest claim; the first of each list come first. */
const MAX_CLAIMS = 500

/** Printed as JSON: fields are added, never renamed or given another meaning, while `format` stays the same. */
export interface QueueStatus {
  readonly format: 1
  readonly path: string
  /** ISO 8601, UTC. */
  readonly checkedAt: string
  readonly healthy: boolean
  /** Why not; empty where it is healthy. */
  readonly reasons: readonly HealthReason[]
  readonly counts: StateCounts
  /** The task that comes first in each state, the longest claim for those in progress; null where there is none. */
  readonly oldest: Readonly<Record<TaskState, OldestTask | null>>
  readonly nodes: readonly NodeStatus[]
  readonly problems: readonly Problem[]
}

export interface OldestTask {
  readonly id: string
  /** Since it came into its state; for a scheduled task since it fell due: negative while it is not due. */
  readonly ageSeconds: number
}

export interface NodeStatus extends Omit<NodeSummary, 'lastActivityAtMs' | 'livenessReason'> {
  /** Since it last claimed or finished a task. */
  readonly silentSeconds: number | null
}

/** @throws {InspectorError} as readQueueDir does, where the directory cannot be looked at or is no queue. */
export async function readQueueStatus(
  dir: string,
  limits: StatusLimits,
  nowMs: () => number = Date.now,
): Promise<QueueStatus> {
  const session = new QueueSession(await readQueueDir(dir))
  try {
    await session.start()
    await session.judgeHeads()
    return await toStatus(session, limits, nowMs())
  } finally {
    await session.close()
  }
}

async function toStatus(session: QueueSession, limits: StatusLimits, nowMs: number): Promise<QueueStatus> {
  const { latest } = session
  if (latest === null) throw new Error('The queue was not listed')
  const oldest = await readOldest(session, nowMs)
  const nodes = latest.nodes.map(({ node, tasks, liveness, lastActivityAtMs }) => ({
    node,
    tasks,
    liveness,
    silentSeconds: lastActivityAtMs === null ? null : toSeconds(nowMs - lastActivityAtMs),
  }))
  const facts = { counts: latest.counts, oldest, nodes, problems: await session.problems.list() }
  const reasons = toReasons(facts, limits)
  return {
    format: 1,
    path: session.path,
    checkedAt: new Date(nowMs).toISOString(),
    healthy: reasons.length === 0,
    reasons,
    ...facts,
  }
}

async function readOldest(session: QueueSession, nowMs: number): Promise<QueueStatus['oldest']> {
  const entries = await Promise.all(
    TASK_STATES.map(async (state) => [state, await readOldestOf(session, state, nowMs)] as const),
  )
  const [pending, inProgress, scheduled, failed, done] = entries.map(([, oldest]) => oldest ?? null)
  return {
    pending: pending ?? null,
    'in-progress': inProgress ?? null,
    scheduled: scheduled ?? null,
    failed: failed ?? null,
    done: done ?? null,
  }
}

async function readOldestOf(
  session: QueueSession,
  state: TaskState,
  nowMs: number,
): Promise<OldestTask | null> {
  const places = session.names({ state, node: null }, 'oldest', 0, state === 'in-progress' ? MAX_CLAIMS : 1)
  let oldest: OldestTask | null = null
  for (const { node, name } of places) {
    const parsed = parseTaskName(name, node === null ? 'waiting' : 'node')
    if (parsed === null) continue
    const sinceMs =
      state === 'scheduled'
        ? parsed.stampUs / 1_000
        : await readEnteredAtMsOrNull(path.join(session.path, toDirName(state, node), name))
    // A worker has just taken it.
    if (sinceMs === null) continue
    const ageSeconds = toSeconds(nowMs - sinceMs)
    if (oldest === null || ageSeconds > oldest.ageSeconds) oldest = { id: parsed.originalId, ageSeconds }
  }
  return oldest
}

async function readEnteredAtMsOrNull(file: string): Promise<number | null> {
  try {
    return (await lstat(file)).ctimeMs
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}

function toSeconds(ms: number): number {
  return Math.round(ms / 1_000)
}
