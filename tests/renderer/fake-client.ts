import type { InspectorClient, Link, LinkEnd } from '../../renderer/client/inspector-client.ts'
import type {
  HostCommand,
  HostInfo,
  QueueAccess,
  QueueInfo,
  QueueUpdate,
  TaskDetail,
  TaskList,
  TaskRef,
  TaskRow,
  TaskState,
} from '../../shared/contract/model.ts'
import type { FailureGroups, QueryProgress } from '../../shared/contract/query.ts'
import type { Job, Target } from '../../shared/contract/work.ts'
import { ORPCError } from '@orpc/client'
import { goneError, HOST, makeDetail, makeUpdate } from './fake-data.ts'
import { FakeStream } from './fake-stream.ts'

interface WindowInput {
  readonly list: TaskList
  readonly order: string
  readonly offset: number
  readonly limit: number
  readonly queryId?: string
  readonly around?: { readonly name: string }
}

interface FreezeInput {
  readonly list: TaskList
  readonly queryId: string | null
  readonly order: string
  readonly range: { readonly from: { readonly name: string }; readonly to: { readonly name: string } } | null
}

interface PerformInput {
  readonly action: Job['kind']
  readonly target: Target
  readonly placement: { readonly kind: string }
}

/** The contract in memory: lists of rows that a test changes, and a stream that tells of it. */
export class FakeHost {
  readonly lists = new Map<TaskState, TaskRow[]>()
  readonly calls: string[] = []
  host: HostInfo = HOST
  canWrite = true
  /** Windows wait for it, where there is one. */
  gate: Promise<void> | null = null
  /** Windows are the first names of a list that is being listed. */
  isPartial = false
  pushLimitBytes = 1_000_000
  /** The next call of this name fails with this error, once. */
  readonly failures = new Map<string, Error>()
  #revision = 1
  readonly jobs = new FakeStream<Job[]>([])
  readonly query = new FakeStream<QueryProgress | null>(null)
  /** What the query finds. */
  found: (row: TaskRow) => boolean = () => true
  /** A query has not looked at everything yet when it is opened. */
  scanning = false
  failureGroups: FailureGroups = { by: 'reasons', looked: 0, total: 0, groups: [] }
  /** Jobs end when the test ends them. */
  keepsRunning = false
  readonly inputs: { call: string; input: unknown }[] = []
  readonly #sets = new Map<string, { state: TaskState; names: Set<string> }>()
  #lastHandle = 0
  readonly #listeners = new Set<(update: QueueUpdate) => void>()
  readonly #commands: HostCommand[] = []
  #wakeCommands = (): void => undefined
  #endLink: ((end: LinkEnd) => void) | null = null

  openLink = async (): Promise<Link> => {
    const ended = new Promise<LinkEnd>((resolve) => {
      this.#endLink = resolve
    })
    return { client: this.#toClient(), ended, close: () => this.dropLink('lost') }
  }

  dropLink(end: LinkEnd): void {
    this.#listeners.clear()
    this.#endLink?.(end)
  }

  /** Changes a list and tells whoever follows. */
  change(state: TaskState, rows: TaskRow[]): void {
    this.lists.set(state, rows)
    this.#revision++
    for (const listener of this.#listeners) listener(this.#toUpdate())
  }

  /** Somebody turned the lock in another window. */
  turnLock(canWrite: boolean): void {
    this.canWrite = canWrite
    for (const listener of this.#listeners) listener(this.#toUpdate())
  }

  rowsOf(list: TaskList): TaskRow[] {
    const rows = this.lists.get(list.state) ?? []
    return list.node === null ? rows : rows.filter(({ node }) => node === list.node)
  }

  /** Only what the store calls is here; a stray call is a TypeError. */
  #toClient(): InspectorClient {
    const client = {
      host: {
        info: async () => this.host,
        commands: async () => this.#followCommands(),
        setBadge: async () => {
          throw new ORPCError('NOT_OFFERED')
        },
        openWindow: async ({ kind }: { kind: string }) => this.#answer(`openWindow ${kind}`, () => null),
        openQueue: async ({ kind }: { kind: string }) =>
          this.#answer(`openQueue ${kind}`, () => this.#toInfo()),
      },
      queue: {
        changes: async (_input: unknown, { signal }: { signal?: AbortSignal }) => this.#follow(signal),
        problems: async () => [],
        failureGroups: async () => this.#answer('failureGroups', () => this.failureGroups),
        setLock: async ({ locked }: { locked: boolean }) =>
          this.#answer('setLock', () => {
            this.canWrite = !locked
            return this.#toInfo()
          }),
      },
      queries: {
        open: async (input: { list: TaskList; expression: string }) =>
          this.#answer('queries.open', () => this.#openQuery(input)),
        follow: async (_input: unknown, { signal }: { signal?: AbortSignal } = {}) =>
          this.query.follow(signal),
        cancel: async () =>
          this.#answer('queries.cancel', () => {
            this.query.send({ ...this.progress(), phase: 'cancelled' })
            return this.progress()
          }),
        close: async () => this.#answer('queries.close', () => null),
      },
      tasks: {
        window: async (input: WindowInput, { signal }: { signal?: AbortSignal } = {}) => {
          await this.#passGate(signal)
          return this.#answer('window', () => {
            const all = this.rowsOf(input.list)
            const rows = input.queryId === undefined ? all : all.filter(this.found)
            const ordered = input.order === 'newest' ? rows.toReversed() : rows
            const { limit, around } = input
            const at = ordered.findIndex(({ name }) => name === around?.name)
            const offset = at < 0 ? input.offset : Math.max(0, at - Math.floor(limit / 2))
            return {
              revision: this.#revision,
              total: rows.length,
              offset,
              rows: ordered.slice(offset, offset + limit),
              ...(this.isPartial && { isPartial: true }),
            }
          })
        },
        locate: async (input: {
          list: TaskList
          order: string
          target: { by: string; text?: string; us?: string }
        }) => this.#answer('locate', () => this.#locate(input)),
        detail: async ({ task }: { task: TaskRef }) => this.#answer('detail', () => this.#detailOf(task)),
        payload: async ({ offset, limit }: { offset: number; limit: number }) =>
          this.#answer('payload', () => {
            const bytes = Buffer.alloc(200_000, 'x').subarray(offset, offset + limit)
            return { bytes: bytes.toString('base64'), payloadBytes: 200_000 }
          }),
      },
      actions: {
        freeze: async (input: FreezeInput) => this.#answer('freeze', () => this.#freeze(input)),
        perform: async (input: PerformInput) => {
          this.inputs.push({ call: 'perform', input })
          return this.#answer(`perform ${input.action}`, () => this.#perform(input))
        },
        undo: async ({ operationId }: { operationId: string }) =>
          this.#answer(`undo ${operationId}`, () => this.#begin('undo', 1, 1, { undoes: 'requeue' })),
        pushMany: async (input: { payloads: string[]; copies: number }) => {
          this.inputs.push({ call: 'pushMany', input })
          const total = input.payloads.length * input.copies
          return this.#answer('pushMany', () => this.#begin('push', total, total, { pushedIds: ['1_a'] }))
        },
        edit: async (input: unknown) => {
          this.inputs.push({ call: 'edit', input })
          return this.#answer('edit', () => ({ taskId: '2_b', job: this.#begin('edit', 1, 1) }))
        },
        followed: async ({ taskIds }: { taskIds: string[] }) =>
          this.#answer('followed', () =>
            taskIds.map((taskId) => ({
              taskId,
              state: 'pending',
              node: null,
              pushedAtMs: 1,
              claimedAtMs: null,
              endedAtMs: null,
            })),
          ),
        push: async () => this.#answer('push', () => ({ taskId: 'pushed' })),
      },
      jobs: {
        follow: async (_input: unknown, { signal }: { signal?: AbortSignal } = {}) =>
          this.jobs.follow(signal),
        cancel: async ({ jobId }: { jobId: string }) =>
          this.#answer('jobs.cancel', () => this.endJob(jobId, { phase: 'cancelled' })),
        results: async () => this.#answer('jobs.results', () => ({ total: 0, outcomes: [] })),
        outcome: async () => this.#answer('jobs.outcome', () => null),
        operations: async () => this.#answer('jobs.operations', () => ({ total: 0, operations: [] })),
      },
    }
    // The oRPC client's type has call options and error types that a plain object cannot spell.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return client as unknown as InspectorClient
  }

  async #passGate(signal: AbortSignal | undefined): Promise<void> {
    if (this.gate === null) return
    const aborted = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        this.calls.push('window cancelled')
        reject(new DOMException('cancelled', 'AbortError'))
      })
    })
    await Promise.race([this.gate, aborted])
  }

  #answer<Answer>(call: string, make: () => Answer): Answer {
    this.calls.push(call)
    const failure = this.failures.get(call)
    this.failures.delete(call)
    if (failure !== undefined) throw failure
    return make()
  }

  /** Moves what is there to pending; what is gone is skipped. Ends at once, unless `keepsRunning`. */
  #perform({ action, target }: PerformInput): Job {
    const set = target.kind === 'set' ? this.#sets.get(target.setId) : undefined
    const state = target.kind === 'tasks' ? (target.tasks[0]?.state ?? 'failed') : (set?.state ?? 'failed')
    const names = target.kind === 'tasks' ? new Set(target.tasks.map(({ name }) => name)) : set?.names
    const rows = this.lists.get(state) ?? []
    const left = rows.filter(({ name }) => names?.has(name) !== true)
    const moved = rows.length - left.length
    const skipped = (names?.size ?? 0) - moved
    this.change(state, left)
    const reasons = skipped === 0 ? [] : [{ reason: 'Already taken by worker-a.', count: skipped }]
    return this.#begin(action, moved + skipped, moved, { skipped, reasons })
  }

  #begin(kind: Job['kind'], total: number, moved: number, patch: Partial<Job> = {}): Job {
    const jobId = `job-${++this.#lastHandle}`
    const isRunning = this.keepsRunning
    const job: Job = {
      jobId,
      kind,
      undoes: null,
      phase: isRunning ? 'running' : 'done',
      error: null,
      total,
      moved: isRunning ? 0 : moved,
      skipped: 0,
      failed: 0,
      startedAtMs: 0,
      endedAtMs: isRunning ? null : 1,
      perSecond: 0,
      operationId: isRunning ? null : `operation-${jobId}`,
      noUndoReason: null,
      reasons: [],
      pushedIds: [],
      ...patch,
    }
    this.jobs.send([job, ...this.jobs.latest])
    return job
  }

  endJob(jobId: string, patch: Partial<Job>): Job {
    const job = this.jobs.latest.find((one) => one.jobId === jobId)
    if (job === undefined) throw new Error(`no job ${jobId}`)
    const ended = { ...job, endedAtMs: 1, operationId: `operation-${jobId}`, ...patch }
    this.jobs.send(this.jobs.latest.map((one) => (one.jobId === jobId ? ended : one)))
    return ended
  }

  #freeze({ list, queryId, order, range }: FreezeInput) {
    const all = this.rowsOf(list)
    const rows = queryId === null ? all : all.filter(this.found)
    const names = (order === 'newest' ? rows.toReversed() : rows).map(({ name }) => name)
    const from = range === null ? 0 : names.indexOf(range.from.name)
    const to = range === null ? names.length - 1 : names.indexOf(range.to.name)
    const setId = `set-${++this.#lastHandle}`
    const chosen = names.slice(from, to + 1)
    this.#sets.set(setId, { state: list.state, names: new Set(chosen) })
    return { setId, list, total: chosen.length, frozenAtMs: 1_795_434_900_000 }
  }

  progress(): QueryProgress {
    if (this.query.latest === null) throw new Error('no query was opened')
    return this.query.latest
  }

  #openQuery({ list, expression }: { list: TaskList; expression: string }): QueryProgress {
    this.inputs.push({ call: 'queries.open', input: { list, expression } })
    const total = this.rowsOf(list).length
    const matches = this.rowsOf(list).filter(this.found).length
    const progress: QueryProgress = {
      queryId: `query-${++this.#lastHandle}`,
      phase: this.scanning ? 'scanning' : 'live',
      error: null,
      scanned: total,
      total,
      matches,
      perSecond: 0,
      unanswered: 0,
      revision: ++this.#revision,
    }
    this.query.send(progress)
    return progress
  }

  #locate({
    list,
    order,
    target,
  }: {
    list: TaskList
    order: string
    target: { text?: string; us?: string }
  }) {
    for (const state of [list.state, ...this.lists.keys()]) {
      const rows = this.rowsOf({ state, node: null })
      const at = rows.findIndex(({ name, idTimeUs }) =>
        target.text === undefined ? BigInt(idTimeUs) >= BigInt(target.us ?? 0) : name.startsWith(target.text),
      )
      const row = rows[at]
      if (row === undefined) continue
      const position = order === 'newest' ? rows.length - 1 - at : at
      const place = { node: row.node, name: row.name }
      return { list: { state, node: null }, place, position, total: rows.length }
    }
    return null
  }

  #detailOf(task: TaskRef): TaskDetail {
    const row = this.rowsOf({ state: task.state, node: task.node }).find(({ name }) => name === task.name)
    if (row === undefined) throw goneError()
    return makeDetail(task, row)
  }

  #toUpdate(): QueueUpdate {
    return makeUpdate(this.#revision, (state) => this.lists.get(state)?.length ?? 0, this.#access())
  }

  /** What the host's menus ask of the page. */
  sendCommand(command: HostCommand): void {
    this.#commands.push(command)
    this.#wakeCommands()
  }

  async *#followCommands(): AsyncGenerator<HostCommand> {
    for (;;) {
      const next = this.#commands.shift()
      if (next !== undefined) yield next
      else {
        await new Promise<void>((resolve) => {
          this.#wakeCommands = resolve
        })
      }
    }
  }

  async *#follow(signal: AbortSignal | undefined): AsyncGenerator<QueueUpdate> {
    const waiting: QueueUpdate[] = [this.#toUpdate()]
    let wake = (): void => undefined
    const listener = (update: QueueUpdate): void => {
      waiting.push(update)
      wake()
    }
    this.#listeners.add(listener)
    signal?.addEventListener('abort', () => wake(), { once: true })
    while (signal?.aborted !== true) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    this.#listeners.delete(listener)
  }

  #access(): QueueAccess {
    const reason = this.canWrite ? null : 'Started without --write.'
    return { canWrite: this.canWrite, reason, canUnlock: true }
  }

  #toInfo(): QueueInfo {
    return {
      queueId: 'q',
      path: '/queue',
      name: 'queue',
      isDemo: false,
      access: this.#access(),
      pushLimitBytes: this.pushLimitBytes,
    }
  }
}
