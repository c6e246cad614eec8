/** The contract's calls that change a queue, and the work that they start. */
import { InspectorError } from './inspector-error.ts'
import type { QueueRegistry } from './queue-registry.ts'
import type { ContractImplementer } from './router.ts'

function missing(): never {
  throw new InspectorError('NOT_OFFERED', 'not built yet')
}

export function toActionRoutes(os: ContractImplementer, _queues: QueueRegistry) {
  return {
    queue: { setLock: os.queue.setLock.handler(missing) },
    actions: {
      freeze: os.actions.freeze.handler(missing),
      perform: os.actions.perform.handler(missing),
      undo: os.actions.undo.handler(missing),
      push: os.actions.push.handler(missing),
      pushMany: os.actions.pushMany.handler(missing),
      edit: os.actions.edit.handler(missing),
      duplicate: os.actions.duplicate.handler(missing),
      followed: os.actions.followed.handler(missing),
    },
    jobs: {
      follow: os.jobs.follow.handler(missing),
      cancel: os.jobs.cancel.handler(missing),
      dismiss: os.jobs.dismiss.handler(missing),
      results: os.jobs.results.handler(missing),
      operations: os.jobs.operations.handler(missing),
    },
  }
}
