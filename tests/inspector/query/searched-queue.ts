import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { TaskList, TaskState } from '../../../shared/contract/model.ts'
import type { QueryProgress } from '../../../shared/contract/query.ts'
import { readQueueDir } from '../../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../../shared/inspector/queue-session.ts'
import { makeEmptyQueue, makeTempDir } from '../../helpers/queue-dirs.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

export interface SearchedQueue {
  readonly dir: string
  readonly session: QueueSession
  /** Searches and gives the names that were found when all was looked at, with the last progress. */
  find(expression: string, state?: TaskState): Promise<{ names: string[]; progress: QueryProgress }>
  /** The names that a search has found by now. */
  found(queryId: string, state?: TaskState): string[]
  ended(queryId: string): Promise<QueryProgress>
}

export function toList(state: TaskState): TaskList {
  return { state, node: null }
}

/** An open session on a queue of its own; `fill` runs before it is opened. */
export async function openSearchedQueue(
  fill: (dir: string) => void = () => {},
  nodes: readonly string[] = [],
): Promise<SearchedQueue> {
  const dir = makeEmptyQueue(makeTempDir(), nodes)
  fill(dir)
  const session = new QueueSession(await readQueueDir(dir))
  onTestFinished(() => session.close())
  await session.start()
  const ended = (queryId: string): Promise<QueryProgress> =>
    waitUntil(
      'the end of the search',
      () => {
        const progress = session.queries.get(queryId).progress()
        return progress.phase === 'scanning' ? null : progress
      },
      60_000,
    )
  const found = (queryId: string, state: TaskState = 'pending'): string[] =>
    session.names(toList(state), 'oldest', 0, Infinity, queryId).map(({ name }) => name)
  return {
    dir,
    session,
    found,
    ended,
    async find(expression, state = 'pending') {
      const { queryId } = session.openQuery(toList(state), expression)
      const progress = await ended(queryId)
      const names = found(queryId, state)
      session.queries.close(queryId)
      return { names, progress }
    },
  }
}

/** Keeps a reason as the core does. */
export function writeReason(
  queue: string,
  id: string,
  attempt: { name: string; message: string; node?: string | null; attempt?: number; failedAtUs?: number },
): void {
  const meta = path.join(queue, 'failed', '.meta')
  mkdirSync(meta, { recursive: true })
  const record = {
    version: 1,
    id,
    attempts: [{ node: null, attempt: 1, stack: null, cause: null, ...attempt }],
  }
  writeFileSync(path.join(meta, `.${id}.tmp`), JSON.stringify(record))
  renameSync(path.join(meta, `.${id}.tmp`), path.join(meta, `${id}.json`))
}
