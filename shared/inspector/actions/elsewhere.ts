import { originalIdOf } from '../../queue/index.ts'
import type { QueueSession } from '../queue-session.ts'

/** Names at the end of pending among which a task that was put back is looked for. */
export const LAST_PENDING = 20_000

interface OtherPlace {
  readonly state: 'pending' | 'in-progress'
  readonly node: string | null
  /** Inside the queue's directory. */
  readonly file: string
}

/** Tasks by their original id that lie under another name, as the index knows them: put back to the end of pending, and at nodes. */
export function* tasksElsewhere(session: QueueSession): Generator<readonly [id: string, place: OtherPlace]> {
  for (const name of session.lastPending(LAST_PENDING))
    yield [originalIdOf(name), { state: 'pending', node: null, file: `pending/${name}` }]
  for (const { node, names } of session.heldByNodes())
    for (const name of names)
      yield [originalIdOf(name), { state: 'in-progress', node, file: `${node}/${name}` }]
}
