/**
 * `node requeue.ts DIR STATE_DIR`: freezes all failed tasks and requeues them through the contract, the inspector in its own thread and
 * watching; then undoes it; then begins again and cancels. Prints JSON.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Job } from '../../../shared/contract/work.ts'
import { connectInspector } from '../../helpers/inspector-client.ts'
import { measure } from './measure.ts'

const [dir = '', stateDir = ''] = process.argv.slice(2)
const inspector = await connectInspector({ stateDir })
const { client } = inspector
const info = await client.host.openQueue({ kind: 'path', path: dir })
if (info === null) throw new Error('not opened')
const { queueId } = info
const stop = new AbortController()
const list = { state: 'failed', node: null } as const
await client.tasks.window({ queueId, list, order: 'oldest', offset: 0, limit: 50 })

let jobs: Job[] = []
let onJobs: () => void = () => {}
const following = (async () => {
  for await (const next of await client.jobs.follow({ queueId }, { signal: stop.signal })) {
    jobs = next
    onJobs()
  }
})().catch(() => undefined)

const found = (jobId: string): Job | undefined => jobs.find((job) => job.jobId === jobId)

/** ms until the stream satisfies the condition. */
async function until(condition: () => boolean): Promise<number> {
  const startedAtMs = performance.now()
  await new Promise<void>((resolve) => {
    onJobs = () => {
      if (condition()) resolve()
    }
    onJobs()
  })
  return performance.now() - startedAtMs
}

async function freeze(): Promise<string> {
  return (await client.actions.freeze({ queueId, list, queryId: null, order: 'oldest', range: null })).setId
}

async function requeue(): Promise<Job> {
  const target = { kind: 'set', setId: await freeze() } as const
  return client.actions.perform({ queueId, action: 'requeue', target, placement: { kind: 'back' } })
}

async function ended(job: Job): Promise<Job> {
  await until(() => (found(job.jobId)?.phase ?? 'running') !== 'running')
  return found(job.jobId) ?? job
}

let done: Job | null = null
let firstProgressMs = NaN
const requeued = await measure(async () => {
  const startedAtMs = performance.now()
  const job = await requeue()
  await until(() => (found(job.jobId)?.moved ?? 0) > 0)
  firstProgressMs = performance.now() - startedAtMs
  done = await ended(job)
})
const operationId = (done as Job | null)?.operationId ?? ''
const undone = await measure(async () => {
  await ended(await client.actions.undo({ queueId, operationId }))
})
await delay(1_500)
const again = await requeue()
const cancelMs = await (async () => {
  const startedAtMs = performance.now()
  await client.jobs.cancel({ queueId, jobId: again.jobId })
  await ended(again)
  return performance.now() - startedAtMs
})()
stop.abort()
await inspector.close()
await following
const { moved = 0, skipped = 0, failed = 0 } = (done as Job | null) ?? {}
console.log(JSON.stringify({ requeued, undone, firstProgressMs, cancelMs, moved, skipped, failed }))
