/**
 * `node requeue.ts DIR STATE_DIR`: freezes all failed tasks and requeues them through the contract, the inspector in its own thread and
 * watching; undoes that; then requeues again, cancels at once, and undoes what was moved. Prints JSON.
 */
import type { Job } from '../../../shared/contract/work.ts'
import { connectInspector } from '../../helpers/inspector-client.ts'
import { waitUntil } from '../../helpers/wait-until.ts'
import { JobClient } from './job-client.ts'
import { measure } from './measure.ts'

const [dir = '', stateDir = ''] = process.argv.slice(2)
const inspector = await connectInspector({ stateDir })
const { client } = inspector
const info = await client.host.openQueue({ kind: 'path', path: dir })
if (info === null) throw new Error('not opened')
const { queueId } = info
const list = { state: 'failed', node: null } as const
const jobs = new JobClient(client, queueId)
const readTotal = async (): Promise<number> =>
  (await client.tasks.window({ queueId, list, order: 'oldest', offset: 0, limit: 1 })).total
// The first names of a large directory come before it is listed in full.
const total = await waitUntil(
  'the whole list',
  async () => {
    const page = await client.tasks.window({ queueId, list, order: 'oldest', offset: 0, limit: 1 })
    return page.isPartial === true ? null : page.total
  },
  60_000,
)

async function requeue(): Promise<Job> {
  const set = await client.actions.freeze({ queueId, list, queryId: null, order: 'oldest', range: null })
  const target = { kind: 'set', setId: set.setId } as const
  return client.actions.perform({ queueId, action: 'requeue', target, placement: { kind: 'back' } })
}

async function undo({ operationId }: Job): Promise<Job> {
  return jobs.ended(await client.actions.undo({ queueId, operationId: operationId ?? '' }))
}

const startedAtMs = performance.now()
let firstProgressMs = NaN
const done = await (async () => {
  let job: Job | null = null
  const measured = await measure(async () => {
    // As a page sees it: the stream may tell of the job before the call answers.
    const progress = jobs.when(({ moved }) => moved > 0)
    const started = requeue()
    await progress
    firstProgressMs = performance.now() - startedAtMs
    job = await jobs.ended(await started)
  })
  return { job: job as Job | null, measured }
})()
if (done.job === null) throw new Error('no job')
let undone: Job | null = null
const back = await measure(async () => {
  undone = await undo(done.job ?? ({} as Job))
})
await waitUntil('the list to be whole again', async () => (await readTotal()) === total, 60_000)
const again = await requeue()
const cancelAtMs = performance.now()
await client.jobs.cancel({ queueId, jobId: again.jobId })
const cancelled = await jobs.ended(again)
const cancelMs = performance.now() - cancelAtMs
if (cancelled.operationId !== null) await undo(cancelled)
await jobs.close()
await inspector.close()
const { moved, skipped, failed } = done.job
const cameBack = (undone as Job | null)?.moved ?? 0
console.log(
  JSON.stringify({
    there: done.measured,
    back,
    firstProgressMs,
    cancelMs: cancelled.phase === 'cancelled' ? cancelMs : null,
    moved,
    skipped,
    failed,
    cameBack,
  }),
)
process.exit(0)
