/** The contract's calls that look deeper than a list: filters and searches, exports, and payloads that are opened or verified. */
import { InspectorError } from './inspector-error.ts'
import type { QueueRegistry } from './queue-registry.ts'
import type { QueueSession } from './queue-session.ts'
import type { ContractImplementer } from './router.ts'

/** A stream of a queue, which stays open as long as somebody reads it. */
async function* keepOpen<T>(
  queues: QueueRegistry,
  queueId: string,
  toStream: (session: QueueSession) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  const stop = queues.follow(queueId)
  try {
    yield* toStream(queues.get(queueId).session)
  } finally {
    stop()
  }
}

function missing(): never {
  throw new InspectorError('NOT_OFFERED', 'not built yet')
}

export function toQueryRoutes(os: ContractImplementer, queues: QueueRegistry) {
  return {
    queue: {
      failureGroups: os.queue.failureGroups.handler(({ input }) =>
        queues.get(input.queueId).session.failureGroups(),
      ),
    },
    queries: {
      open: os.queries.open.handler(({ input }) =>
        queues.get(input.queueId).session.openQuery(input.list, input.expression),
      ),
      follow: os.queries.follow.handler(({ input, signal }) =>
        keepOpen(queues, input.queueId, ({ queries }) => queries.follow(input.queryId, signal)),
      ),
      cancel: os.queries.cancel.handler(({ input }) => {
        const query = queues.get(input.queueId).session.queries.get(input.queryId)
        query.cancel()
        return query.progress()
      }),
      close: os.queries.close.handler(({ input }) => {
        queues.get(input.queueId).session.queries.close(input.queryId)
        return null
      }),
    },
    tasks: {
      verify: os.tasks.verify.handler(missing),
      expand: os.tasks.expand.handler(missing),
    },
    exports: {
      read: os.exports.read.handler(missing),
      save: os.exports.save.handler(missing),
    },
  }
}
