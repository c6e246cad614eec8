import type { InspectorClient, Link, LinkEnd } from '../../renderer/client/inspector-client.ts'
import type {
  HostCommand,
  HostInfo,
  QueueInfo,
  QueueUpdate,
  TaskDetail,
  TaskList,
  TaskPlace,
  TaskRef,
  TaskRow,
  TaskState,
} from '../../shared/contract/model.ts'
import { ORPCError } from '@orpc/client'

/** A row of the given number; the same number is the same task. */
export function makeRow(state: TaskState, number: number, node: string | null = null): TaskRow {
  const name = `17954348${String(number).padStart(8, '0')}_${(number * 7919).toString(16).padStart(32, '0')}`
  return {
    ref: { state, node, name, inode: String(number + 1), device: '1' },
    name,
    node,
    taskId: name,
    idTimeUs: name.slice(0, 16),
    enteredAtMs: 1_795_434_800_000,
    writtenAtMs: 1_795_434_800_000,
    payloadBytes: 12,
    previewKind: 'text',
    preview: `{"number":${number}}`,
    attempts: null,
    reason: null,
  }
}

const HOST: HostInfo = {
  kind: 'server',
  version: '0.0.0-test',
  platform: 'linux',
  canChooseFolder: false,
  canOpenPath: true,
  canStartDemo: true,
  startsWithQueue: false,
  startPlace: null,
  canCheckForUpdates: false,
  recentQueues: [],
}

interface WindowInput {
  readonly list: TaskList
  readonly order: string
  readonly offset: number
  readonly limit: number
  readonly around?: { readonly name: string }
}

/** The contract in memory: lists of rows that a test changes, and a stream that tells of it. */
export class FakeHost {
  readonly lists = new Map<TaskState, TaskRow[]>()
  readonly calls: string[] = []
  host: HostInfo = HOST
  canWrite = true
  /** The next call of this name fails with this error, once. */
  readonly failures = new Map<string, Error>()
  #revision = 1
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
      },
      tasks: {
        window: async (input: WindowInput) =>
          this.#answer('window', () => {
            const rows = this.rowsOf(input.list)
            const ordered = input.order === 'newest' ? rows.toReversed() : rows
            const { limit, around } = input
            const at = ordered.findIndex(({ name }) => name === around?.name)
            const offset = at < 0 ? input.offset : Math.max(0, at - Math.floor(limit / 2))
            return {
              revision: this.#revision,
              total: rows.length,
              offset,
              rows: ordered.slice(offset, offset + limit),
            }
          }),
        locate: async ({ taskId }: { taskId: string }) => this.#answer('locate', () => this.#locate(taskId)),
        detail: async ({ task }: { task: TaskRef }) => this.#answer('detail', () => this.#toDetail(task)),
        payload: async ({ offset, limit }: { offset: number; limit: number }) =>
          this.#answer('payload', () => {
            const bytes = Buffer.alloc(200_000, 'x').subarray(offset, offset + limit)
            return { bytes: bytes.toString('base64'), payloadBytes: 200_000 }
          }),
      },
      actions: {
        requeue: async ({ tasks }: { tasks: TaskRef[] }) => this.#answer('requeue', () => this.#move(tasks)),
        release: async ({ tasks }: { tasks: TaskRef[] }) => this.#answer('release', () => this.#move(tasks)),
        push: async () => this.#answer('push', () => ({ taskId: 'pushed' })),
      },
    }
    // The oRPC client's type has call options and error types that a plain object cannot spell.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return client as unknown as InspectorClient
  }

  #answer<Answer>(call: string, make: () => Answer): Answer {
    this.calls.push(call)
    const failure = this.failures.get(call)
    this.failures.delete(call)
    if (failure !== undefined) throw failure
    return make()
  }

  #move(tasks: readonly TaskRef[]) {
    return tasks.map(({ state, name }) => {
      const rows = this.lists.get(state) ?? []
      const isThere = rows.some((row) => row.name === name)
      if (!isThere) return { name, result: 'skipped', newName: null, reason: 'Already taken by worker-a.' }
      this.change(
        state,
        rows.filter((row) => row.name !== name),
      )
      return { name, result: 'moved', newName: name, reason: null }
    })
  }

  #toDetail(task: TaskRef): TaskDetail {
    const row = this.rowsOf({ state: task.state, node: task.node }).find(({ name }) => name === task.name)
    if (row === undefined) throw goneError()
    return {
      ref: task,
      taskId: row.taskId,
      idTimeUs: row.idTimeUs,
      attempts: null,
      path: `/queue/${task.state}/${task.name}`,
      enteredAtMs: 0,
      writtenAtMs: 0,
      fileBytes: 200_024,
      payloadBytes: 200_000,
      mode: '0600',
      ownerUid: 0,
      ownerGid: 0,
      links: 1,
      header: { version: 1, storedMd5: null, computedMd5: null, integrity: 'ok' },
      payloadHead: Buffer.alloc(65_536, 'x').toString('base64'),
      payloadHeadKind: 'text',
      failures: [],
    }
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

  #locate(taskId: string): TaskPlace | null {
    for (const [state, rows] of this.lists) {
      const row = rows.find((candidate) => candidate.taskId === taskId)
      if (row !== undefined) return { state, node: row.node, name: row.name }
    }
    return null
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

  #toInfo(): QueueInfo {
    const access = { canWrite: this.canWrite, reason: this.canWrite ? null : 'Started without --write.' }
    return { queueId: 'q', path: '/queue', name: 'queue', isDemo: false, access, pushLimitBytes: 1_000_000 }
  }

  #toUpdate(): QueueUpdate {
    const count = (state: TaskState): number => this.lists.get(state)?.length ?? 0
    const counts = {
      pending: count('pending'),
      'in-progress': count('in-progress'),
      scheduled: count('scheduled'),
      failed: count('failed'),
      done: count('done'),
    }
    const revision = this.#revision
    return {
      revision,
      atMs: 0,
      counts,
      listRevisions: {
        pending: revision,
        'in-progress': revision,
        scheduled: revision,
        failed: revision,
        done: revision,
      },
      nodes: [],
      problems: 0,
      oldestPendingAtMs: null,
      flow: {
        pushedPerSecond: 0,
        claimedPerSecond: 0,
        donePerSecond: 0,
        failedPerSecond: 0,
        releasedPerSecond: 0,
      },
      health: { mode: 'live', reason: null, reconciledAtMs: null },
    }
  }
}

export function goneError(): Error {
  return new ORPCError('TASK_GONE', {
    defined: true,
    message: 'A worker took it.',
    data: { cause: 'ENOENT' },
  })
}
