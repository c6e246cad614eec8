/** Everything that changes one open queue: frozen sets, jobs, undo, the audit. The routes are thin calls of this. */
import { TASK_ACTIONS, isActionAllowed } from '../../contract/task-actions.ts'
import type { TaskActionId } from '../../contract/task-actions.ts'
import type {
  ActionOutcome,
  ActOutcome,
  FollowedTask,
  FrozenSet,
  Job,
  Operation,
  Placement,
  Target,
} from '../../contract/work.ts'
import type { CureOutcome, TaskList } from '../../contract/model.ts'
import type { QueryProgress } from '../../contract/query.ts'
import { originalIdOf } from '../../queue/index.ts'
import type { ActiveWork } from '../active-work.ts'
import { InspectorError } from '../inspector-error.ts'
import type { TaskPlace } from '../list-window.ts'
import type { QueueSession } from '../queue-session.ts'
import { ActOutcomes } from './act-outcomes.ts'
import { makeParkedDirs, openForWriting, startWork, toAnswer, toMoveContext } from './act-context.ts'
import type { ActContext } from './act-context.ts'
import { carryOut } from './carry-out.ts'
import { duplicate } from './duplicate.ts'
import { LAST_PENDING } from './elsewhere.ts'
import { editTask } from './edit.ts'
import type { EditInput } from './edit.ts'
import { FollowedTasks } from './followed.ts'
import { FrozenSets } from './frozen-sets.ts'
import { Holders } from './holders.ts'
import { JobList } from './job-list.ts'
import { countTasks } from './move-unit.ts'
import type { TaskRun } from './move-unit.ts'
import { Operations } from './operations.ts'
import { planRun, toActMoveOrNull } from './planned-run.ts'
import { pushMany } from './push-many.ts'
import type { PushManyInput } from './push-many.ts'
import { pushTask } from './push.ts'
import { toRuns } from './targets.ts'
import { planUndo } from './undo.ts'
import { Whereabouts } from './whereabouts.ts'

export interface QueueActsOptions {
  readonly session: QueueSession
  /** Where this queue's audit and journals are kept; null: nowhere. */
  readonly stateFolder: string | null
  readonly work: ActiveWork
  readonly keepOpen: () => () => void
  readonly isNetwork: boolean
  readonly pushLimitBytes: number
}

export class QueueActs {
  readonly #context: ActContext
  readonly #sets: FrozenSets
  readonly #holders: Holders
  readonly #outcomes: ActOutcomes

  constructor(options: QueueActsOptions) {
    const { session } = options
    const followed = new FollowedTasks(session)
    session.onSeen = (dir, names) => followed.noteSeen(dir, names)
    this.#context = {
      session,
      jobs: new JobList(options.work, options.keepOpen),
      operations: new Operations(options.stateFolder, session.path),
      whereabouts: new Whereabouts(session.path, () => session.lastPending(LAST_PENDING)),
      followed,
      pushLimitBytes: options.pushLimitBytes,
    }
    this.#sets = new FrozenSets(session.path, () => options.isNetwork)
    this.#holders = new Holders(session)
    this.#outcomes = new ActOutcomes(session, this.#context.operations, (id) =>
      this.#context.jobs.isRunning(id),
    )
  }

  async close(): Promise<void> {
    await this.#context.jobs.close()
  }

  /** Fixes a set of tasks as of now. @throws {InspectorError} UNKNOWN_HANDLE, BAD_REQUEST */
  async freeze(input: {
    list: TaskList
    queryId: string | null
    range: { from: TaskPlace; to: TaskPlace } | null
  }): Promise<FrozenSet> {
    const { list, queryId, range } = input
    const { session } = this.#context
    await session.start()
    const named =
      range === null
        ? session.tasksOf(list, queryId)
        : session.tasksBetween(list, range.from, range.to, queryId)
    return this.#sets.freeze(list, named)
  }

  /** The tasks of a target, in order: exports read the same. @throws {InspectorError} UNKNOWN_HANDLE */
  runsOf(target: Target): readonly TaskRun[] {
    return target.kind === 'tasks' ? toRuns(target.tasks) : this.#sets.get(target.setId).runs
  }

  /** @throws {InspectorError} NOT_ALLOWED_IN_STATE, UNKNOWN_HANDLE, BAD_REQUEST, STORAGE_FAILED; then nothing was moved. */
  async perform(action: TaskActionId, target: Target, placement: Placement): Promise<Job> {
    const runs = this.runsOf(target)
    assertAllowed(action, runs)
    const { session } = this.#context
    const moves = runs.map(({ state, node }) => toActMoveOrNull(action, placement, state, node))
    const refusals = await Promise.all(runs.map((run) => this.#refusalOf(action, run)))
    const afterMoves = await Promise.all(runs.map((run) => this.#beginMoves(run)))
    const tasks = openForWriting(session, 'Nothing was moved.')
    try {
      makeParkedDirs(
        session,
        moves.flatMap((move) => (move?.kind === 'as-is' ? [move.dir] : [])),
      )
    } catch (cause) {
      tasks.close()
      throw cause
    }
    const stamps = tasks.toStamps()
    const planned = runs.map((run, at) => planRun(run, action, placement, stamps, refusals[at] ?? null))
    return toAnswer(
      startWork(this.#context, {
        kind: action,
        total: countTasks(runs),
        firstTaskId: toFirstId(runs),
        close: () => {
          tasks.close()
          for (const after of afterMoves) after()
        },
        run: (record, journal, pause) =>
          carryOut(toMoveContext(this.#context, { record, journal, stamps, pause }), planned),
      }),
    )
  }

  /** @throws {InspectorError} UNKNOWN_HANDLE, BAD_REQUEST, NOT_OFFERED, STORAGE_FAILED; then nothing was moved. */
  async undo(operationId: string): Promise<Job> {
    const { operations, jobs, session } = this.#context
    if (jobs.isRunning(operationId))
      throw new InspectorError('BAD_REQUEST', 'This act is still under way. Cancel it first, then undo it.')
    const { kind, tasks: moved, firstTaskId, batches } = operations.toUndo(operationId)
    let total = moved ?? 0
    if (moved === null) for await (const { entries } of batches()) total += entries.length
    const tasks = openForWriting(session, 'Nothing was moved.')
    return toAnswer(
      startWork(this.#context, {
        kind: 'undo',
        undoes: { operationId, kind },
        total,
        firstTaskId,
        close: () => tasks.close(),
        run: async (record, journal, pause) => {
          const stamps = tasks.toStamps()
          const runs = planUndo(batches(), session, stamps)
          await carryOut(toMoveContext(this.#context, { record, journal, stamps, pause }), runs)
          if (record.signal.aborted) return
          record.total = record.processed
          // What the disk refused can be tried again.
          if (record.counts().failed === 0) operations.markUndone(operationId, record.jobId)
        },
      }),
    )
  }

  /** @throws {InspectorError} PAYLOAD_TOO_LARGE, STORAGE_FAILED; then nothing was pushed. */
  async push(payload: Uint8Array, dueAtMs: number | null): Promise<string> {
    return pushTask(this.#context, payload, dueAtMs)
  }

  async pushMany(input: PushManyInput): Promise<Job> {
    return toAnswer(pushMany(this.#context, input))
  }

  async edit(input: EditInput): Promise<{ taskId: string; job: Job }> {
    const { taskId, work } = await editTask(this.#context, this.#holders, input)
    return { taskId, job: await toAnswer(work) }
  }

  async duplicate(target: Target): Promise<Job> {
    return toAnswer(duplicate(this.#context, this.runsOf(target)))
  }

  /**
   * Cures a problem, or undoes that, with a line in the audit.
   * @throws {InspectorError} STORAGE_FAILED where the audit cannot be written: then nothing was done; and as the cure does.
   */
  async cure(firstName: string | null, act: () => Promise<CureOutcome>): Promise<CureOutcome> {
    const { operations } = this.#context
    const { operationId } = operations.begin('cure', 1, firstName)
    let moved = 0
    try {
      const outcome = await act()
      moved = outcome.result === 'done' ? 1 : 0
      return outcome
    } finally {
      operations.count(operationId, { moved, skipped: 1 - moved, failed: 0 }, true)
    }
  }

  followed(taskIds: readonly string[]): FollowedTask[] {
    return this.#context.followed.read(taskIds)
  }

  /**
   * Begins a filter or search, which may name acts (`act:`): their tasks are read first.
   * @throws {InspectorError} BAD_REQUEST, also for an act whose journal is not kept any more.
   */
  async openQuery(list: TaskList, expression: string): Promise<QueryProgress> {
    const { session } = this.#context
    return session.openQuery(list, expression, await this.#outcomes.tasksNamedIn(expression))
  }

  /** What became of an act's tasks by now; null where that is not known, or it left nothing to workers. */
  outcome(operationId: string): Promise<ActOutcome | null> {
    return this.#outcomes.of(operationId)
  }

  followJobs(signal: AbortSignal | undefined): AsyncGenerator<Job[], void, void> {
    return this.#context.jobs.follow(signal)
  }

  /** Asks a job to stop at its next whole step. */
  cancel(jobId: string): Job {
    const job = this.#context.jobs.get(jobId)
    job.cancel()
    return job.toJob()
  }

  dismiss(jobId: string): void {
    this.#context.jobs.dismiss(jobId)
  }

  results(
    jobId: string,
    result: ActionOutcome['result'] | null,
    offset: number,
    limit: number,
  ): { total: number; outcomes: ActionOutcome[] } {
    return this.#context.jobs.get(jobId).outcomes(result, offset, limit)
  }

  operations(offset: number, limit: number): { total: number; operations: Operation[] } {
    return this.#context.operations.list(offset, limit)
  }

  /** What somebody works on is not deleted. */
  #refusalOf(action: TaskActionId, { state, node }: TaskRun): Promise<string | null> {
    const isAtNode = action === 'delete' && state === 'in-progress' && node !== null
    return isAtNode ? this.#holders.refusalOf(node) : Promise.resolve(null)
  }

  #beginMoves({ state, node }: TaskRun): Promise<() => void> {
    const isAtNode = state === 'in-progress' && node !== null
    return isAtNode ? this.#holders.beginMoves(node) : Promise.resolve(() => {})
  }
}

function assertAllowed(action: TaskActionId, runs: readonly TaskRun[]): void {
  const wrong = runs.find(({ state }) => !isActionAllowed(action, state))
  if (wrong === undefined) return
  const { verb, allowedStates } = TASK_ACTIONS[action]
  throw new InspectorError(
    'NOT_ALLOWED_IN_STATE',
    `“${verb}” is for tasks that are ${allowedStates.join(' or ')}; this one is ${wrong.state}. Nothing was moved.`,
  )
}

function toFirstId(runs: readonly TaskRun[]): string | null {
  const name = runs[0]?.names[0]
  return name === undefined ? null : originalIdOf(name)
}
