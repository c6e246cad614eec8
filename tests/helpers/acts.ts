import { onTestFinished } from 'vitest'
import type { TaskRef, TaskState } from '../../shared/contract/model.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import type { ActionOutcome, Job, Placement } from '../../shared/contract/work.ts'
import { ActiveWork } from '../../shared/inspector/active-work.ts'
import { QueueActs } from '../../shared/inspector/actions/queue-acts.ts'
import { toStateFolderOrNull } from '../../shared/inspector/actions/state-folder.ts'
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../shared/inspector/queue-session.ts'
import { waitUntil } from './wait-until.ts'

export interface OpenedActs {
  readonly session: QueueSession
  readonly acts: QueueActs
  readonly work: ActiveWork
  /** Where audit and journals lie; null without a state directory. */
  readonly folder: string | null
  /** Acts on these tasks and gives the ended job with its outcomes. */
  perform(action: TaskActionId, tasks: readonly TaskRef[], placement?: Placement): Promise<Ended>
  /** Freezes a whole list as it is on disk, and gives its handle. */
  freeze(state: TaskState, tasks: number, node?: string): Promise<string>
  performOn(setId: string, action: TaskActionId, placement?: Placement): Promise<Ended>
  undo(operationId: string | null): Promise<Ended>
  /** The job once it has ended. */
  toEnd(job: Job): Promise<Ended>
  /** Everything that lies in a state, once the index knows so many. */
  refs(state: TaskState, tasks: number, node?: string): Promise<TaskRef[]>
  close(): Promise<void>
}

interface Ended {
  readonly job: Job
  readonly outcomes: readonly ActionOutcome[]
}

/** The acts on a queue in this process, without a contract in between. Closed with the test. */
export async function openActs(dir: string, stateDir: string | null): Promise<OpenedActs> {
  const queueDir = await readQueueDir(dir)
  const session = new QueueSession(queueDir)
  const work = new ActiveWork()
  const folder = toStateFolderOrNull(stateDir, queueDir)
  const acts = new QueueActs({
    session,
    stateFolder: folder,
    work,
    keepOpen: () => () => {},
    isNetwork: false,
    pushLimitBytes: 1024 * 1024,
  })
  await session.start()
  let isClosed = false
  const close = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    await acts.close()
    await session.close()
  }
  onTestFinished(close)

  const toEnd = async (job: Job): Promise<Ended> => {
    let last = job
    for await (const jobs of acts.followJobs(undefined)) {
      last = jobs.find(({ jobId }) => jobId === job.jobId) ?? last
      if (last.phase !== 'running') break
    }
    return { job: last, outcomes: acts.results(job.jobId, null, 0, 1_000_000).outcomes }
  }
  const back: Placement = { kind: 'back' }
  return {
    session,
    acts,
    work,
    folder,
    close,
    toEnd,
    perform: async (action, tasks, placement = back) =>
      toEnd(await acts.perform(action, { kind: 'tasks', tasks: [...tasks] }, placement)),
    performOn: async (setId, action, placement = back) =>
      toEnd(await acts.perform(action, { kind: 'set', setId }, placement)),
    undo: async (operationId) => toEnd(await acts.undo(operationId ?? '')),
    freeze: async (state, tasks, node) => {
      const list = { state, node: node ?? null }
      await waitUntil(`${tasks} tasks in ${state}`, () => count(session, state, node) === tasks)
      return (await acts.freeze({ list, queryId: null, range: null })).setId
    },
    refs: async (state, tasks, node) => {
      await waitUntil(`${tasks} tasks in ${state}`, () => count(session, state, node) === tasks)
      const { rows } = await session.window({ state, node: node ?? null }, 'oldest', 0, tasks)
      return rows.map(({ ref, name }) => {
        if (ref === null) throw new Error(`${name} has vanished`)
        return ref
      })
    },
  }
}

function count(session: QueueSession, state: TaskState, node: string | undefined): number {
  const lists = session.tasksOf({ state, node: node ?? null })
  return lists.reduce((sum, { names }) => sum + names.length, 0)
}
