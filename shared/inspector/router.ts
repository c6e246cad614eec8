/**
 * Implements the contract over any number of open queues and owns their lifetimes. Both hosts serve this one router.
 */
import type { HostCommand } from '../contract/model.ts'
import { toActionRoutes } from './action-routes.ts'
import { ActiveWork } from './active-work.ts'
import { createImplementer } from './contract-server.ts'
import { HostCommands } from './host-commands.ts'
import type { Host } from './host.ts'
import { toHostRoutes } from './host-router.ts'
import { toInsightRoutes } from './insight-routes.ts'
import { toQueryRoutes } from './query-routes.ts'
import { QueueRegistry } from './queue-registry.ts'
import { readDetail, readPayload } from './task-reader.ts'

export interface Inspector {
  readonly router: InspectorRouter
  /** The bulk work under way. */
  readonly work: ActiveWork
  /** Asks the page to do something. */
  command(command: HostCommand): void
  /** Cancels all work at its next whole step, and stops all watching. Calls under way end with an error. */
  close(): Promise<void>
  /** After sleep: lists every open queue again. */
  rescan(): Promise<void>
}

export type InspectorRouter = ReturnType<typeof createRouter>

/** @param onWorkChanged Told how much bulk work is under way, whenever that changed. */
export function createInspector(host: Host, onWorkChanged?: (count: number) => void): Inspector {
  const work = new ActiveWork(onWorkChanged)
  const queues = new QueueRegistry(host, work)
  const commands = new HostCommands()
  return {
    router: createRouter(host, queues, commands),
    work,
    command: (command) => commands.send(command),
    close: () => queues.closeAll(),
    rescan: () => queues.rescanAll(),
  }
}

function createRouter(host: Host, queues: QueueRegistry, commands: HostCommands) {
  const os = createImplementer()
  const acts = toActionRoutes(os, queues)
  const queries = toQueryRoutes(os, queues, host)
  const insight = toInsightRoutes(os, queues)
  return os.router({
    host: toHostRoutes(os, host, queues, commands),
    queue: {
      info: os.queue.info.handler(({ input }) => queues.get(input.queueId).info),
      changes: os.queue.changes.handler(async function* ({ input, signal }) {
        const stop = queues.follow(input.queueId)
        try {
          yield* queues.get(input.queueId).session.updates(signal)
        } finally {
          stop()
        }
      }),
      ...acts.queue,
      ...queries.queue,
      ...insight.queue,
    },
    problems: insight.problems,
    queries: queries.queries,
    tasks: {
      window: os.tasks.window.handler(({ input, signal }) =>
        queues
          .get(input.queueId)
          .session.window(input.list, input.order, input.around ?? input.offset, input.limit, {
            queryId: input.queryId,
            signal,
          }),
      ),
      locate: os.tasks.locate.handler(({ input: { queueId, list, order, target } }) => {
        const { session } = queues.get(queueId)
        return target.by === 'id'
          ? session.locateId(list, order, target.text)
          : session.locateTime(list, order, target.us)
      }),
      detail: os.tasks.detail.handler(async ({ input }) => {
        const { session } = queues.get(input.queueId)
        const detail = await readDetail(session.path, input.task)
        session.learn(input.task.state, input.task.node, input.task.name, detail.header.integrity)
        return detail
      }),
      payload: os.tasks.payload.handler(async ({ input }) => {
        const { session } = queues.get(input.queueId)
        const { bytes, payloadBytes } = await readPayload(session.path, input.task, input.offset, input.limit)
        return { bytes: bytes.toString('base64'), payloadBytes }
      }),
      ...queries.tasks,
    },
    actions: acts.actions,
    jobs: acts.jobs,
    exports: queries.exports,
  })
}
