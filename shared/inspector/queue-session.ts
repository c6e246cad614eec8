/**
 * One open queue: the watch, the lists, what was learnt about single files, and the stream of updates. Looks, never
 * touches; the actions live next door and go through shared/queue/state-moves.ts.
 */
import type {
  Integrity,
  Problem,
  QueueUpdate,
  StateCounts,
  TaskList,
  TaskPosition,
  TaskRow,
  TaskWindow,
} from '../contract/model.ts'
import { compareTaskNames } from '../queue/index.ts'
import { TASK_STATES } from '../queue/states.ts'
import type { TaskState } from '../queue/states.ts'
import { CorruptionWatch } from './corruption-watch.ts'
import { LOCAL_DISK } from './disk.ts'
import type { Disk } from './disk.ts'
import { FlowMeter } from './flow.ts'
import { LatestValue } from './latest-value.ts'
import { toProblems } from './problems.ts'
import { toDirName } from './queue-dir.ts'
import type { QueueDir } from './queue-dir.ts'
import { QueueFacts } from './queue-facts.ts'
import { QueueTracker } from './queue-tracker.ts'
import { QueueWatch } from './queue-watch.ts'
import { RowCache } from './row-cache.ts'
import { NameList } from './task-index.ts'

/** Looks keep their own rhythm and are told at once; other news (a health, a verdict) waits for no look. */
const EMIT_MS = 40
const IDLE_EMIT_MS = 1_000
const READS_AT_ONCE = 16
const EMPTY_LIST = new NameList()

export type ListOrder = 'oldest' | 'newest'

/** Where a task's file lies within a list. */
export interface TaskPlace {
  readonly node: string | null
  readonly name: string
}

/** A task to have in a window: in the middle, or with so many rows `before` it; the offset a multiple of `align`. */
interface WindowAnchor extends TaskPlace {
  readonly before?: number | undefined
  readonly align?: number | undefined
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
  readonly #facts: QueueFacts
  readonly #headWaiters = new Set<() => void>()
  #isClosed = false
  #emitting: Promise<void> = Promise.resolve()
  #idleTimer: NodeJS.Timeout | undefined

  constructor(dir: QueueDir, disk: Disk = LOCAL_DISK) {
    this.#tracker = new QueueTracker(dir.path, this.#flow, disk)
    this.#tracker.onHead = () => {
      this.#wakeHeadWaiters()
    }
    const onChange = (): void => {
      this.#scheduleEmit()
    }
    this.#watch = new QueueWatch(dir, this.#tracker, onChange, disk)
    this.#facts = new QueueFacts(dir.path, this.#tracker)
    this.#rows = new RowCache(dir.path)
    this.#corruption = new CorruptionWatch(dir.path, this.#tracker, () => {
      this.#scheduleEmit()
    })
  }

  get path(): string {
    return this.#watch.dir.path
  }

  /**
   * Begins to look, once. Resolves after the first listing; until then `updates` waits, and `window` gives the first names of
   * a large directory, marked as a part.
   */
  start(): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  async #start(): Promise<void> {
    await this.#watch.start()
    this.#isReady = true
    this.#wakeHeadWaiters()
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
    this.#wakeHeadWaiters()
    await this.#watch.close()
    await this.#corruption.close()
    await this.#facts.close()
    await this.#emitting
  }

  /** The present state, then each newer one, as often as the directories are looked at: ten to twenty-five times a second at most. */
  async *updates(signal: AbortSignal | undefined): AsyncGenerator<QueueUpdate, void, void> {
    for await (const update of this.#updates.follow(signal)) if (update !== null) yield update
  }

  rescan(): Promise<void> {
    return this.#watch.rescan()
  }

  problems(): Problem[] {
    return toProblems(this.#tracker, this.#corruption.verdicts(), this.#facts.orphans)
  }

  /**
   * Rows of a list with what their files tell. Tasks in progress are grouped by node.
   * @param from Offset of the first row, or a task to have in the window.
   * @param signal Aborted when the client has scrolled past: no more files are opened.
   */
  async window(
    list: TaskList,
    order: ListOrder,
    from: number | WindowAnchor,
    limit: number,
    signal?: AbortSignal,
  ): Promise<TaskWindow> {
    await this.#untilShown(list)
    const isPartial = !this.#isWhole(list)
    const revision = this.#tracker.revision
    const total = this.#total(list)
    const offset = typeof from === 'number' ? from : this.#toOffset(list, order, from, limit)
    const places = this.names(list, order, offset, limit)
    const rows: TaskRow[] = []
    for (let at = 0; at < places.length; at += READS_AT_ONCE) {
      signal?.throwIfAborted()
      const batch = places.slice(at, at + READS_AT_ONCE)
      rows.push(...(await Promise.all(batch.map(({ node, name }) => this.#row(list.state, node, name)))))
    }
    return { revision, total, offset, rows, ...(isPartial && { isPartial }) }
  }

  /**
   * Where a task lies, by its original id or the beginning of one: in `list` first, then anywhere. Null: nowhere.
   * @param text As a person types it: an id, its beginning, or a file's name.
   */
  async locateId(list: TaskList, order: ListOrder, text: string): Promise<TaskPosition | null> {
    await this.#started
    const others = TASK_STATES.map((state): TaskList => ({ state, node: null }))
    for (const within of [list, ...others]) {
      for (const { node, names } of this.#lists(within)) {
        const name = names.nameOfId(text) ?? names.withPrefix(text).next().value
        if (name !== undefined) return this.#toPosition(within, order, { node, name })
      }
    }
    return null
  }

  /** The first task of `list`, in its order of ids, whose id's time is `us` or later; the last one where all are older. */
  async locateTime(list: TaskList, order: ListOrder, us: string): Promise<TaskPosition | null> {
    await this.#started
    let found: TaskPlace | null = null
    for (const { node, names } of this.#lists(list)) {
      const name = names.window(names.positionOfTime(us), 1)[0] ?? names.namesBefore(null, 1)[0]
      if (name === undefined) continue
      if (found === null || isNearer(us, name, found.name)) found = { node, name }
    }
    return found === null ? null : this.#toPosition(list, order, found)
  }

  #toPosition(list: TaskList, order: ListOrder, place: TaskPlace): TaskPosition {
    return { list, place, position: this.#positionOf(list, order, place), total: this.#total(list) }
  }

  /** Waits for the first listing, or for the first names of every directory of this list. */
  async #untilShown(list: TaskList): Promise<void> {
    void this.start()
    while (!this.#isReady && !this.#isClosed && this.#total(list) === 0) {
      await new Promise<void>((resolve) => {
        this.#headWaiters.add(resolve)
      })
    }
  }

  #wakeHeadWaiters(): void {
    for (const resolve of this.#headWaiters) resolve()
    this.#headWaiters.clear()
  }

  #isWhole({ state, node }: TaskList): boolean {
    if (this.#isReady) return true
    const dirs = state === 'in-progress' ? (node === null ? this.#tracker.nodes() : [node]) : [state]
    return dirs.every((dir) => this.#tracker.dirs.get(dir)?.isListed === true)
  }

  #toOffset(list: TaskList, order: ListOrder, anchor: WindowAnchor, limit: number): number {
    const { before = limit >>> 1, align = 1 } = anchor
    const first = Math.max(0, this.#positionOf(list, order, anchor) - before)
    return first - (first % align)
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
    await this.#facts.refresh()
    this.#updates.set({
      revision: this.#tracker.revision,
      atMs: Date.now(),
      counts: this.#counts((names) => names.reduce((sum, dir) => sum + this.#names(dir).size, 0)),
      listRevisions: this.#counts((names) =>
        Math.max(0, ...names.map((dir) => this.#tracker.dirs.get(dir)?.revision ?? 0)),
      ),
      nodes: this.#facts.nodes(),
      problems: this.problems().length,
      oldestPendingAtMs: this.#facts.oldestPendingAtMs,
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
}

/** True where `name` is nearer to the time in question than `other`: the first one that is not before it, else the last. */
function isNearer(us: string, name: string, other: string): boolean {
  const isBefore = compareTaskNames(name, `${us}_`) < 0
  const isOtherBefore = compareTaskNames(other, `${us}_`) < 0
  if (isBefore !== isOtherBefore) return isOtherBefore
  return compareTaskNames(name, other) < 0 !== isBefore
}
