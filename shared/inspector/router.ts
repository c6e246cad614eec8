/**
 * Implements the contract over any number of open queues and owns their lifetimes. Both hosts serve this one router.
 */
import { mapEventIterator } from '@orpc/client'
import { implement, ORPCError } from '@orpc/server'
import path from 'node:path'
import { contract, QUEUE_ERRORS } from '../contract/contract.ts'
import type { OpenSource } from '../contract/contract.ts'
import type { HostInfo } from '../contract/model.ts'
import { toActionRoutes } from './action-routes.ts'
import { ActiveWork } from './active-work.ts'
import { toQueryRoutes } from './query-routes.ts'
import type { Host } from './host.ts'
import { InspectorError, toCauseText } from './inspector-error.ts'
import { toInsightRoutes } from './insight-routes.ts'
import { QueueRegistry } from './queue-registry.ts'
import { readDetail, readPayload } from './task-reader.ts'

export interface Inspector {
  readonly router: InspectorRouter
  /** The bulk work under way. */
  readonly work: ActiveWork
  /** Cancels all work at its next whole step, and stops all watching. Calls under way end with an error. */
  close(): Promise<void>
  /** After sleep: lists every open queue again. */
  rescan(): Promise<void>
}

export type InspectorRouter = ReturnType<typeof createRouter>

/** The contract's calls, to be implemented: every error crosses with its code. */
export type ContractImplementer = ReturnType<typeof createImplementer>

function createImplementer() {
  return implement(contract).use(async ({ next, signal }) => {
    // A stream's errors come while it is read, long after the call has answered.
    const toError = (error: unknown): unknown => (signal?.aborted === true ? error : toContractError(error))
    try {
      const result = await next()
      const { output } = result
      if (!isAsyncIterator(output)) return result
      return {
        ...result,
        output: mapEventIterator(output, {
          value: (value) => value,
          // oxlint-disable-next-line typescript/require-await -- the library wants a promise
          error: async (error) => toError(error),
        }),
      }
    } catch (error) {
      throw toError(error)
    }
  })
}

function isAsyncIterator(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output
}

/** @param onWorkChanged Told how much bulk work is under way, whenever that changed. */
export function createInspector(host: Host, onWorkChanged?: (count: number) => void): Inspector {
  const work = new ActiveWork(onWorkChanged)
  const queues = new QueueRegistry(host, work)
  return {
    router: createRouter(host, queues),
    work,
    close: () => queues.closeAll(),
    rescan: () => queues.rescanAll(),
  }
}

function createRouter(host: Host, queues: QueueRegistry) {
  const os = createImplementer()
  const acts = toActionRoutes(os, queues)
  const queries = toQueryRoutes(os, queues, host)
  const insight = toInsightRoutes(os, queues)
  return os.router({
    host: {
      info: os.host.info.handler(() => toHostInfo(host)),
      openQueue: os.host.openQueue.handler(async ({ input }) => {
        const dir = await toDirOrNull(host, input)
        const isDemo = input.kind === 'demo' || (input.kind === 'start' && host.startDirIsDemo)
        return dir === null ? null : queues.open(dir, isDemo)
      }),
    },
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

async function toHostInfo(host: Host): Promise<HostInfo> {
  return {
    kind: host.kind,
    version: host.version,
    platform: host.platform,
    canChooseFolder: host.chooseFolder !== undefined,
    canOpenPath: host.canOpenPath,
    canSave: host.chooseSavePath !== undefined,
    canStartDemo: host.startDemo !== undefined,
    startsWithQueue: host.startDir !== null,
    recentQueues: await host.recentQueues(),
  }
}

/** Null where the person cancelled. */
async function toDirOrNull(host: Host, source: OpenSource): Promise<string | null> {
  switch (source.kind) {
    case 'start':
      if (host.startDir === null) throw notOffered('This inspector was started without a queue. Choose one.')
      return host.startDir
    case 'recent': {
      const dir = await host.pathOfRecent(source.recentId)
      if (dir === null)
        throw new InspectorError(
          'NOT_FOUND',
          'This queue is not among the recent ones any more. Open it by its folder.',
        )
      return dir
    }
    case 'dialog':
      if (host.chooseFolder === undefined)
        throw notOffered('This host has no folder dialog. Type the path instead.')
      return host.chooseFolder()
    case 'demo':
      if (host.startDemo === undefined) throw notOffered('This host offers no demo queue.')
      return host.startDemo()
    case 'path':
      if (!host.canOpenPath) throw notOffered('This inspector was started on one queue and opens no other.')
      if (!path.isAbsolute(source.path)) {
        throw new InspectorError(
          'NOT_FOUND',
          `Give the whole path, from the root of the disk on: ${source.path} is relative.`,
        )
      }
      return source.path
  }
}

function notOffered(message: string): InspectorError {
  return new InspectorError('NOT_OFFERED', message)
}

/** What the contract knows crosses with its code; the rest is a defect: told on stderr, and to the client without details. */
function toContractError(error: unknown): unknown {
  if (error instanceof InspectorError) {
    return new ORPCError(error.code, {
      defined: true,
      status: QUEUE_ERRORS[error.code].status,
      message: error.message,
      data: { cause: toCauseText(error.cause) },
    })
  }
  if (!(error instanceof ORPCError)) console.error(error)
  return error
}
