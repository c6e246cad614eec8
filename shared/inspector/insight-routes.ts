/** The contract's calls that tell how a queue does over time, and those that mend what is wrong in it. */
import type { QueueRegistry } from './queue-registry.ts'
import type { ContractImplementer } from './contract-server.ts'

export function toInsightRoutes(os: ContractImplementer, queues: QueueRegistry) {
  const sessionOf = (queueId: string) => queues.get(queueId).session
  return {
    queue: {
      problems: os.queue.problems.handler(({ input }) => sessionOf(input.queueId).problems.list()),
      history: os.queue.history.handler(({ input }) => sessionOf(input.queueId).history(input.range)),
      timings: os.queue.timings.handler(({ input }) => sessionOf(input.queueId).timings(input.range)),
      nodes: os.queue.nodes.handler(({ input }) =>
        sessionOf(input.queueId).nodeFigures(input.node, input.claims),
      ),
    },
    problems: {
      cure: os.problems.cure.handler(({ input }) => {
        const queue = queues.getWritable(input.queueId)
        return queue.acts.cure(null, () => queue.session.problems.cure(input.problemId, input.cureId))
      }),
      undo: os.problems.undo.handler(({ input }) => {
        const queue = queues.getWritable(input.queueId)
        return queue.acts.cure(null, () => queue.session.problems.undoCure(input.undoId))
      }),
    },
  }
}
