/**
 * Bulk acts of the inspector against workers of both kinds on one queue, from a seed. The judge knows every payload that was pushed and
 * counts the files at the end: each must be there once, whatever happened meanwhile.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { TaskState } from '../../../shared/contract/model.ts'
import { TASK_ACTIONS } from '../../../shared/contract/task-actions.ts'
import type { TaskActionId } from '../../../shared/contract/task-actions.ts'
import type { Job } from '../../../shared/contract/work.ts'
import { FemtoQueue, HEADER_BYTES, parseTaskName } from '../../../shared/queue/index.ts'
import { connectInspector } from '../../helpers/inspector-client.ts'
import type { InspectorClient } from '../../helpers/inspector-client.ts'
import { makeRandom } from '../../helpers/random.ts'
import { JobClient } from './job-client.ts'

export interface RaceOptions {
  /** A queue's directory that is empty. */
  readonly dir: string
  readonly stateDir: string
  readonly seed: number
  readonly tasks: number
  readonly workers: number
  readonly acts: number
  /** Every other worker runs on it; null: all are ours. */
  readonly python: string | null
}

export interface RaceResult {
  readonly pushed: number
  readonly moved: number
  readonly skipped: number
  readonly undone: number
  /** Payloads that no file has any more. */
  readonly lost: readonly string[]
  /** Payloads that several files have. */
  readonly doubled: readonly string[]
  /** Tasks that were moved, though they were pushed after the click. */
  readonly outside: readonly string[]
  /** Jobs whose counts do not add up, or skips without a reason. */
  readonly untold: readonly string[]
}

/** What is acted on, by the place that it is frozen in. Nothing here is due in the future: Python loses what is due together. */
const ACTS: readonly (readonly [TaskActionId, TaskState])[] = [
  ['hold', 'pending'],
  ['unhold', 'held'],
  ['requeue', 'failed'],
  ['requeue', 'done'],
  ['delete', 'failed'],
  ['delete', 'pending'],
  ['restore', 'trash'],
  ['fail', 'pending'],
  ['mark-done', 'pending'],
  ['release', 'in-progress'],
]

/** So many pages of outcomes are looked through per act. */
const PAGES = 4

export async function runRace(options: RaceOptions): Promise<RaceResult> {
  const { dir, seed } = options
  const random = makeRandom(seed)
  const producer = new FemtoQueue({ dataDir: dir })
  const pushed: string[] = []
  const ids: string[] = []
  const push = (): void => {
    const payload = `task ${seed}/${pushed.length}`
    pushed.push(payload)
    ids.push(producer.push(payload))
  }
  for (let at = 0; at < options.tasks; at++) push()
  const workers = Array.from({ length: options.workers }, (_, at) => startWorker(options, at))
  await Promise.all(workers.map((worker) => once(worker.stdout ?? worker, 'data')))
  const inspector = await connectInspector({ stateDir: options.stateDir })
  const info = await inspector.client.host.openQueue({ kind: 'path', path: dir })
  if (info === null) throw new Error('the queue was not opened')
  const timer = setInterval(() => {
    for (let at = 0; at < 5; at++) push()
  }, 5)
  const result = { moved: 0, skipped: 0, undone: 0, outside: [] as string[], untold: [] as string[] }
  const jobs = new JobClient(inspector.client, info.queueId)
  const arena = { client: inspector.client, queueId: info.queueId, ids, jobs, random, result }
  try {
    for (let act = 0; act < options.acts; act++) await actOnce(arena)
  } finally {
    clearInterval(timer)
    await Promise.all(workers.map(endWorker))
    await jobs.close()
    await inspector.close()
    producer.close()
  }
  return { pushed: pushed.length, ...result, ...judge(dir, pushed) }
}

interface Arena {
  readonly client: InspectorClient
  readonly queueId: string
  /** Of all tasks pushed so far. */
  readonly ids: readonly string[]
  readonly jobs: JobClient
  readonly random: () => number
  readonly result: { moved: number; skipped: number; undone: number; outside: string[]; untold: string[] }
}

async function actOnce(arena: Arena): Promise<void> {
  const { client, queueId, jobs, random, result } = arena
  const [action, state] = ACTS[Math.floor(random() * ACTS.length)] ?? ['hold', 'pending']
  const list = { state, node: null }
  const set = await client.actions.freeze({ queueId, list, queryId: null, order: 'oldest', range: null })
  if (set.total === 0) return
  const pushedBefore = new Set(arena.ids)
  const target = { kind: 'set', setId: set.setId } as const
  const placement = { kind: random() < 0.8 ? 'back' : 'front' } as const
  const job = await jobs.ended(await client.actions.perform({ queueId, action, target, placement }))
  await check(arena, job, set.total)
  for (const id of await movedIds(arena, job))
    if (!pushedBefore.has(id)) result.outside.push(`${action} ${id}`)
  if (job.operationId === null || !TASK_ACTIONS[action].canUndo || random() < 0.5) return
  const undone = await jobs.ended(await client.actions.undo({ queueId, operationId: job.operationId }))
  await check(arena, undone, undone.total)
  result.undone += undone.moved
}

/** Ids of what was moved: the last PAGES pages, where what came after the click would be. */
async function movedIds({ client, queueId }: Arena, { jobId, moved }: Job): Promise<string[]> {
  const ids: string[] = []
  for (let offset = Math.max(0, moved - PAGES * 500); offset < moved; offset += 500) {
    const page = { queueId, jobId, result: 'moved', offset, limit: 500 } as const
    ids.push(...(await client.jobs.results(page)).outcomes.map(({ taskId }) => taskId))
  }
  return ids
}

async function check({ client, queueId, result }: Arena, job: Job, total: number): Promise<void> {
  result.moved += job.moved
  result.skipped += job.skipped
  if (job.phase !== 'done' || job.failed > 0 || job.moved + job.skipped !== total)
    result.untold.push(`${job.kind}: ${JSON.stringify(job)}`)
  const { jobId } = job
  const skips = await client.jobs.results({ queueId, jobId, result: 'skipped', offset: 0, limit: 500 })
  if (skips.total !== job.skipped || skips.outcomes.some(({ reason }) => reason === null))
    result.untold.push(`${job.kind}: ${job.skipped} skipped, ${skips.total} told`)
}

function startWorker({ dir, seed, python }: RaceOptions, at: number): ChildProcess {
  const isPython = python !== null && at % 2 === 1
  const script = new URL(isPython ? './race-worker.py' : './race-worker.ts', import.meta.url).pathname
  return spawn(isPython ? python : process.execPath, [script, dir, `worker-${at}`, String(seed * 100 + at)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function endWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null) throw new Error('A worker ended by itself')
  const ended = once(worker, 'exit')
  worker.kill('SIGKILL')
  await ended
}

function judge(dir: string, pushed: readonly string[]): { lost: string[]; doubled: string[] } {
  const found = new Map<string, number>()
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || parseTaskName(entry.name) === null) continue
    const payload = readFileSync(path.join(entry.parentPath, entry.name)).subarray(HEADER_BYTES).toString()
    found.set(payload, (found.get(payload) ?? 0) + 1)
  }
  return {
    lost: pushed.filter((payload) => !found.has(payload)),
    doubled: [...found].filter(([, files]) => files > 1).map(([payload]) => payload),
  }
}
