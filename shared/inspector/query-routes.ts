/** The contract's calls that look deeper than a list: filters and searches, exports, and payloads that are opened or verified. */
import { InspectorError } from './inspector-error.ts'
import type { QueueRegistry } from './queue-registry.ts'
import type { ContractImplementer } from './router.ts'

function missing(): never {
  throw new InspectorError('NOT_OFFERED', 'not built yet')
}

export function toQueryRoutes(os: ContractImplementer, _queues: QueueRegistry) {
  return {
    queue: { failureGroups: os.queue.failureGroups.handler(missing) },
    queries: {
      open: os.queries.open.handler(missing),
      follow: os.queries.follow.handler(missing),
      cancel: os.queries.cancel.handler(missing),
      close: os.queries.close.handler(missing),
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
