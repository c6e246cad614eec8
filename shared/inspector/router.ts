/**
 * Implements the contract over any number of open queues and owns their lifetimes. Both hosts serve this one router.
 */
import type { ActionOutcome, HostCommand, QueueInfo, TaskRef } from '../contract/model.ts'
import { isActionAllowed, TASK_ACTIONS } from '../contract/task-actions.ts'
import type { TaskActionId } from '../contract/task-actions.ts'
import { pushTask } from './actions/push.ts'
import { releaseTasks } from './actions/release.ts'
import { requeueTasks } from './actions/requeue.ts'
import { ActiveWork } from './active-work.ts'
import { os } from './contract-server.ts'
import { HostCommands } from './host-commands.ts'
import type { Host } from './host.ts'
import { createHostRouter } from './host-router.ts'
import { InspectorError } from './inspector-error.ts'
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
  return os.router({
    host: createHostRouter(host, queues, commands),
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
