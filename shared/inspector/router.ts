/**
 * Implements the contract over any number of open queues and owns their lifetimes. Both hosts serve this one router.
 */
import { implement, ORPCError } from '@orpc/server'
import path from 'node:path'
import { contract, QUEUE_ERRORS } from '../contract/contract.ts'
import type { OpenSource } from '../contract/contract.ts'
import type {
  ActionOutcome,
  HostCommand,
  HostInfo,
  HostSettings,
  QueueInfo,
  TaskRef,
} from '../contract/model.ts'
import { isActionAllowed, TASK_ACTIONS } from '../contract/task-actions.ts'
import type { TaskActionId } from '../contract/task-actions.ts'
import { pushTask } from './actions/push.ts'
import { releaseTasks } from './actions/release.ts'
import { requeueTasks } from './actions/requeue.ts'
import { ActiveWork } from './active-work.ts'
import { toDiagnostics } from './diagnostics.ts'
import { HostCommands } from './host-commands.ts'
import type { Host } from './host.ts'
import { InspectorError, toCauseText } from './inspector-error.ts'
import { QueueRegistry } from './queue-registry.ts'
import { readDetail, readPayload } from './task-reader.ts'

export interface Inspector {
  readonly router: InspectorRouter
  /** The bulk work under way. */
  readonly work: ActiveWork
  /** Asks the page to do something. */
  command(command: HostCommand): void
  /** Stops all watching. Calls under way end with an error. */
  close(): Promise<void>
  /** After sleep: lists every open queue again. */
  rescan(): Promise<void>
}

export type InspectorRouter = ReturnType<typeof createRouter>

/** @param onWorkChanged Told how much bulk work is under way, whenever that changed. */
export function createInspector(host: Host, onWorkChanged?: (count: number) => void): Inspector {
  const queues = new QueueRegistry(host)
  const commands = new HostCommands()
  return {
    router: createRouter(host, queues, commands),
    work: new ActiveWork(onWorkChanged),
    command: (command) => commands.send(command),
    close: () => queues.closeAll(),
    rescan: () => queues.rescanAll(),
  }
}

function createRouter(host: Host, queues: QueueRegistry, commands: HostCommands) {
  const os = implement(contract).use(async ({ next }) => {
    try {
      return await next()
    } catch (error) {
      throw toContractError(error)
    }
  })
  return os.router({
    host: {
      info: os.host.info.handler(() => toHostInfo(host)),
      openQueue: os.host.openQueue.handler(async ({ input }) => {
        const dir = await toDirOrNull(host, input)
        const isDemo = input.kind === 'demo' || (input.kind === 'start' && host.startDirIsDemo)
        return dir === null ? null : queues.open(dir, isDemo)
      }),
      commands: os.host.commands.handler(({ signal }) => commands.follow(signal)),
      diagnostics: os.host.diagnostics.handler(async () => ({ text: await readDiagnostics(host, queues) })),
      notify: os.host.notify.handler(async ({ input }) => {
        const { info } = queues.get(input.queueId)
        return { shown: await offered(host.notify)(input, info.path) }
      }),
      setBadge: os.host.setBadge.handler(async ({ input }) => {
        await offered(host.setBadge)(input.count)
        return null
      }),
      openWindow: os.host.openWindow.handler(async ({ input }) => {
        const openWindow = offered(host.openWindow)
        if (input.kind === 'path') assertWholePath(input.path)
        await openWindow(input)
        return null
      }),
      settings: os.host.settings.handler(() => offered(host.settings)()),
      changeSettings: os.host.changeSettings.handler(({ input }) =>
        offered(host.changeSettings)(withoutUndefined(input)),
      ),
      showReleases: os.host.showReleases.handler(async () => {
        await offered(host.showReleases)()
        return null
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
      problems: os.queue.problems.handler(({ input }) => queues.get(input.queueId).session.problems()),
    },
    tasks: {
      window: os.tasks.window.handler(({ input, signal }) =>
        queues
          .get(input.queueId)
          .session.window(input.list, input.order, input.around ?? input.offset, input.limit, signal),
      ),
      locate: os.tasks.locate.handler(({ input }) => queues.get(input.queueId).session.locate(input.taskId)),
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
    },
    actions: {
      requeue: os.actions.requeue.handler(({ input }) => act(queues, 'requeue', input, requeueTasks)),
      release: os.actions.release.handler(({ input }) => act(queues, 'release', input, releaseTasks)),
      push: os.actions.push.handler(({ input }) => {
        const queue = queues.get(input.queueId)
        assertWritable(queue.info)
        const payload = Buffer.from(input.payload, 'base64')
        return { taskId: pushTask(queue.session.path, payload, input.dueAtMs, queue.info.pushLimitBytes) }
      }),
    },
  })
}

function act(
  queues: QueueRegistry,
  action: TaskActionId,
  input: { queueId: string; tasks: TaskRef[] },
  move: (root: string, tasks: readonly TaskRef[]) => ActionOutcome[],
): ActionOutcome[] {
  const { session, info } = queues.get(input.queueId)
  assertWritable(info)
  for (const { state } of input.tasks) {
    if (isActionAllowed(action, state)) continue
    const { verb, allowedStates } = TASK_ACTIONS[action]
    throw new InspectorError(
      'NOT_ALLOWED_IN_STATE',
      `${verb} is for tasks that are ${allowedStates.join(' or ')}; this one is ${state}. Nothing was moved.`,
    )
  }
  return move(session.path, input.tasks)
}

function assertWritable({ access }: QueueInfo): void {
  if (access.canWrite) return
  throw new InspectorError('READ_ONLY', access.reason ?? 'This queue is open for looking only.')
}

async function toHostInfo(host: Host): Promise<HostInfo> {
  return {
    kind: host.kind,
    version: host.version,
    platform: host.platform,
    canChooseFolder: host.chooseFolder !== undefined,
    canOpenPath: host.canOpenPath,
    canStartDemo: host.startDemo !== undefined,
    startsWithQueue: host.startDir !== null,
    startPlace: host.startPlace,
    canCheckForUpdates: host.showReleases !== undefined,
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
      assertWholePath(source.path)
      return source.path
  }
}

/** @throws {InspectorError} NOT_OFFERED where this host has no such thing. */
function offered<Call>(call: Call | undefined): Call {
  if (call === undefined) throw notOffered('Only the desktop app offers this.')
  return call
}

async function readDiagnostics(host: Host, queues: QueueRegistry): Promise<string> {
  const open = queues.all().map(({ session, info }) => ({
    isDemo: info.isDemo,
    canWrite: info.access.canWrite,
    update: session.latest,
    problems: session.problems(),
  }))
  return toDiagnostics(host, await host.facts(), open)
}

/** A key that was left out says nothing; zod's partial() lets one through that is there without a value. */
function withoutUndefined(patch: {
  [Key in keyof HostSettings]?: HostSettings[Key] | undefined
}): Partial<HostSettings> {
  return {
    ...(patch.theme !== undefined && { theme: patch.theme }),
    ...(patch.readOnlyByDefault !== undefined && { readOnlyByDefault: patch.readOnlyByDefault }),
  }
}

/** @throws {InspectorError} NOT_FOUND for a relative one: the page stands nowhere that it could count from. */
function assertWholePath(dir: string): void {
  if (path.isAbsolute(dir)) return
  throw new InspectorError(
    'NOT_FOUND',
    `Give the whole path, from the root of the disk on: ${dir} is relative.`,
  )
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
