/** The contract's calls that change a queue, and the work that they start. */
import type { QueueRegistry } from './queue-registry.ts'
import type { ContractImplementer } from './contract-server.ts'

export function toActionRoutes(os: ContractImplementer, queues: QueueRegistry) {
  const actsOf = ({ queueId }: { readonly queueId: string }) => queues.get(queueId).acts
  const writableOf = ({ queueId }: { readonly queueId: string }) => queues.getWritable(queueId).acts
  return {
    queue: {
      setLock: os.queue.setLock.handler(({ input }) => queues.setLock(input.queueId, input.locked)),
    },
    actions: {
      freeze: os.actions.freeze.handler(({ input }) => actsOf(input).freeze(input)),
      perform: os.actions.perform.handler(({ input }) =>
        writableOf(input).perform(input.action, input.target, input.placement),
      ),
      undo: os.actions.undo.handler(({ input }) => writableOf(input).undo(input.operationId)),
      push: os.actions.push.handler(async ({ input }) => {
        const payload = Buffer.from(input.payload, 'base64')
        return { taskId: await writableOf(input).push(payload, input.dueAtMs) }
      }),
      pushMany: os.actions.pushMany.handler(({ input }) => writableOf(input).pushMany(input)),
      edit: os.actions.edit.handler(({ input }) => writableOf(input).edit(input)),
      duplicate: os.actions.duplicate.handler(({ input }) => writableOf(input).duplicate(input.target)),
      followed: os.actions.followed.handler(({ input }) => actsOf(input).followed(input.taskIds)),
    },
    jobs: {
      follow: os.jobs.follow.handler(async function* ({ input, signal }) {
        const stop = queues.follow(input.queueId)
        try {
          yield* actsOf(input).followJobs(signal)
        } finally {
          stop()
        }
      }),
      cancel: os.jobs.cancel.handler(({ input }) => actsOf(input).cancel(input.jobId)),
      dismiss: os.jobs.dismiss.handler(({ input }) => {
        actsOf(input).dismiss(input.jobId)
        return null
      }),
      results: os.jobs.results.handler(({ input }) =>
        actsOf(input).results(input.jobId, input.result, input.offset, input.limit),
      ),
      outcome: os.jobs.outcome.handler(({ input }) => actsOf(input).outcome(input.operationId)),
      operations: os.jobs.operations.handler(({ input }) =>
        actsOf(input).operations(input.offset, input.limit),
      ),
    },
  }
}
