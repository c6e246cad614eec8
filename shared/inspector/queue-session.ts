/**
 * One open queue: the watch, the lists, what was learnt about single files, and the stream of updates. Looks, never
 * touches; the actions live next door and go through shared/queue/state-moves.ts.
 */
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type {
  Integrity,
  NodeSummary,
  Problem,
  QueueUpdate,
  StateCounts,
  TaskList,
  TaskPlace as LocatedTask,
  TaskRow,
  TaskWindow,
} from '../contract/model.ts'
import { parseNodeRecords } from '../queue/index.ts'
import type { TaskState } from '../queue/states.ts'
import { CorruptionWatch } from './corruption-watch.ts'
import { FlowMeter } from './flow.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { LatestValue } from './latest-value.ts'
import { readNodeSummary } from './node-liveness.ts'
import { readOrphans } from './orphans.ts'
import { toProblems } from './problems.ts'
import { toDirName } from './queue-dir.ts'
import type { QueueDir } from './queue-dir.ts'
import { locateTask } from './locate-task.ts'
import { QueueTracker } from './queue-tracker.ts'
import { QueueWatch } from './queue-watch.ts'
import { RowCache } from './row-cache.ts'
import { NameList } from './task-index.ts'

/** Looks are 100 ms apart and are told at once; other news (a health, a verdict) waits for no look. */
const EMIT_MS = 50
const IDLE_EMIT_MS = 1_000
const ORPHANS_EVERY_MS = 10_000
const READS_AT_ONCE = 16
const EMPTY_LIST = new NameList()

export type ListOrder = 'oldest' | 'newest'

/** Where a task's file lies within a list. */
export interface TaskPlace {
  readonly node: string | null
  readonly name: string
}

export class QueueSession {
  readonly #tracker: QueueTracker
  readonly #watch: QueueWatch
  readonly #flow = new FlowMeter(() => performance.now())
  readonly #corruption: CorruptionWatch
  readonly #rows: RowCache
  readonly #updates = new LatestValue<QueueUpdate | null>(null)
  #started: Promise<void> | undefined
  #isReady = false
  #emitTimer: NodeJS.Timeout | undefined
  #lastEmitAtMs = 0
  #orphans: readonly string[] = []
  #orphansReadAtMs = -Infinity
  #isClosed = false
  #emitting: Promise<void> = Promise.resolve()
  #idleTimer: NodeJS.Timeout | undefined

  constructor(dir: QueueDir) {
    this.#tracker = new QueueTracker(dir.path, this.#flow)
    this.#watch = new QueueWatch(dir, this.#tracker, () => {
      this.#scheduleEmit()
    })
    this.#rows = new RowCache(dir.path)
    this.#corruption = new CorruptionWatch(dir.path, this.#tracker, () => {
      this.#scheduleEmit()
    })
  }

  get path(): string {
    return this.#watch.dir.path
  }

  /** Begins to look, once. Resolves after the first listing; until then `window` and `updates` wait. */
  start(): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  async #start(): Promise<void> {
    await this.#watch.start()
    this.#isReady = true
    await this.#emit()
    if (this.#isClosed) return
    this.#idleTimer = setInterval(() => {
      this.#onIdleTick()
    }, IDLE_EMIT_MS)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#emitTimer)
    clearInterval(this.#idleTimer)
    this.#updates.close()
    await this.#watch.close()
    await this.#corruption.close()
    await this.#emitting
  }

  /** The present state, then each newer one, as often as the directories are looked at: each 100 ms at most. */
  async *updates(signal: AbortSignal | undefined): AsyncGenerator<QueueUpdate, void, void> {
    for await (const update of this.#updates.follow(signal)) if (update !== null) yield update
  }

  /** The present state; null before the first listing. */
  get latest(): QueueUpdate | null {
    return this.#updates.value
  }

  /** Looks now into the tasks that workers hold or meet next, instead of a few a second. */
  judgeHeads(): Promise<void> {
    return this.#corruption.checkAll()
  }

  /** Where a task lies now, by its original id. Waits for the first listing. */
  async locate(taskId: string): Promise<LocatedTask | null> {
    await this.#started
    return locateTask(this.#tracker.dirs, taskId)
  }

  rescan(): Promise<void> {
    return this.#watch.rescan()
  }

  problems(): Problem[] {
    return toProblems(this.#tracker, this.#corruption.verdicts(), this.#orphans)
  }

  /**
   * Rows of a list with what their files tell. Tasks in progress are grouped by node.
   * @param from Offset of the first row, or a task to have in the middle.
   * @param signal Aborted when the client has scrolled past: no more files are opened.
   */
  async window(
    list: TaskList,
    order: ListOrder,
    from: number | TaskPlace,
    limit: number,
    signal?: AbortSignal,
  ): Promise<TaskWindow> {
    await this.#started
    const revision = this.#tracker.revision
    const total = this.#total(list)
    const offset =
      typeof from === 'number' ? from : Math.max(0, this.#positionOf(list, order, from) - (limit >>> 1))
    const places = this.names(list, order, offset, limit)
    const rows: TaskRow[] = []
    for (let at = 0; at < places.length; at += READS_AT_ONCE) {
      signal?.throwIfAborted()
      const batch = places.slice(at, at + READS_AT_ONCE)
      rows.push(...(await Promise.all(batch.map(({ node, name }) => this.#row(list.state, node, name)))))
    }
    return { revision, total, offset, rows }
  }

  async #row(state: TaskState, node: string | null, name: string): Promise<TaskRow> {
    const { row, integrity } = await this.#rows.read(state, node, name)
    this.learn(state, node, name, integrity)
    return row
  }

  /** Notes a verdict on a file that somebody looked into. */
  learn(state: TaskState, node: string | null, name: string, integrity: Integrity): void {
    this.#corruption.learn(toDirName(state, node), name, integrity)
  }

  #lists(list: TaskList): { node: string | null; names: NameList }[] {
    if (list.state !== 'in-progress') return [{ node: null, names: this.#names(list.state) }]
    const nodes = list.node === null ? this.#tracker.nodes() : [list.node]
    return nodes.map((node) => ({ node, names: this.#names(node) }))
  }

  #names(dir: string): NameList {
    return this.#tracker.dirs.get(dir)?.list ?? EMPTY_LIST
  }

  #total(list: TaskList): number {
    return this.#lists(list).reduce((sum, { names }) => sum + names.size, 0)
  }

  #positionOf(list: TaskList, order: ListOrder, place: TaskPlace): number {
    let before = 0
    for (const { node, names } of this.#lists(list)) {
      if (node === place.node) {
        const position = before + names.positionOf(place.name)
        return order === 'oldest' ? position : Math.max(0, this.#total(list) - 1 - position)
      }
      before += names.size
    }
    return 0
  }

  /** File names of a list, without a look at the files. */
  names(list: TaskList, order: ListOrder, offset: number, limit: number): TaskPlace[] {
    const isNewestFirst = order === 'newest'
    const lists = this.#lists(list)
    if (isNewestFirst) lists.reverse()
    const places: TaskPlace[] = []
    let skip = offset
    for (const { node, names } of lists) {
      const wanted = limit - places.length
      if (wanted <= 0) break
      const taken = Math.max(0, Math.min(wanted, names.size - skip))
      const found = names.window(isNewestFirst ? names.size - skip - taken : skip, taken)
      if (isNewestFirst) found.reverse()
      places.push(...found.map((name) => ({ node, name })))
      skip = Math.max(0, skip - names.size)
    }
    return places
  }

  #onIdleTick(): void {
    this.#corruption.check()
    if (this.#flow.isMoving() || performance.now() - this.#lastEmitAtMs > IDLE_EMIT_MS * 5)
      this.#scheduleEmit()
  }

  #scheduleEmit(): void {
    if (this.#emitTimer !== undefined || this.#isClosed) return
    const waitMs = Math.max(0, this.#lastEmitAtMs + EMIT_MS - performance.now())
    this.#emitTimer = setTimeout(() => {
      this.#emitTimer = undefined
      this.#emitting = this.#emitting.then(() => this.#emit())
    }, waitMs)
  }

  async #emit(): Promise<void> {
    // Before the first listing every count would be a lie.
    if (this.#isClosed || !this.#isReady) return
    this.#lastEmitAtMs = performance.now()
    const nodes = await this.#readNodes()
    if (this.#lastEmitAtMs - this.#orphansReadAtMs > ORPHANS_EVERY_MS) {
      this.#orphansReadAtMs = this.#lastEmitAtMs
      this.#orphans = await readOrphans(this.path, Date.now())
    }
    this.#updates.set({
      revision: this.#tracker.revision,
      atMs: Date.now(),
      counts: this.#counts((names) => names.reduce((sum, dir) => sum + this.#names(dir).size, 0)),
      listRevisions: this.#counts((names) =>
        Math.max(0, ...names.map((dir) => this.#tracker.dirs.get(dir)?.revision ?? 0)),
      ),
      nodes,
      problems: this.problems().length,
      oldestPendingAtMs: await this.#readOldestPendingAtMs(),
      flow: this.#flow.rates(),
      health: this.#watch.health,
    })
  }

  #counts(of: (dirs: string[]) => number): StateCounts {
    return {
      pending: of(['pending']),
      'in-progress': of(this.#tracker.nodes()),
      scheduled: of(['scheduled']),
      failed: of(['failed']),
      done: of(['done']),
    }
  }

  #readNodes(): Promise<NodeSummary[]> {
    const records = parseNodeRecords(this.#tracker.recordFiles)
    return Promise.all(
      this.#tracker.nodes().map((node) => readNodeSummary(this.path, node, this.#names(node).size, records)),
    )
  }

  async #readOldestPendingAtMs(): Promise<number | null> {
    const oldest = this.#names('pending').first()
    if (oldest === null) return null
    try {
      return (await lstat(path.join(this.path, 'pending', oldest))).mtimeMs
    } catch (cause) {
      if (errnoOrNull(cause) === null) throw cause
      return null // a worker has just taken it: the next update tells of the next one
    }
  }
}
