/**
 * One open queue: the watch, the lists, what was learnt about single files, and the stream of updates. Looks, never
 * touches; the actions live next door and go through shared/queue/state-moves.ts.
 */
import type { History, HistoryRange, NodeFigures, Timings } from '../contract/insight.ts'
import { LIST_STATES, TRASH_ORIGINS } from '../contract/model.ts'
import type {
  Integrity,
  NodeSummary,
  QueueAccess,
  QueueUpdate,
  StateCounts,
  TaskList,
  TaskPosition,
  TaskRow,
  TaskState,
  TaskWindow,
} from '../contract/model.ts'
import type { FailureGroups, QueryProgress } from '../contract/query.ts'
import { parseNodeRecords, parseTaskName } from '../queue/index.ts'
import type { FileSpot } from '../queue/state-moves.ts'
import { CorruptionWatch } from './corruption-watch.ts'
import { LOCAL_DISK } from './disk.ts'
import type { Disk } from './disk.ts'
import { FlowMeter } from './flow.ts'
import type { Transition } from './flow.ts'
import { HistoryKeeper } from './history/history-keeper.ts'
import { readNodeClaims } from './node-figures.ts'
import { LatestValue } from './latest-value.ts'
import {
  namesBetween,
  namesOf,
  placeOfIdOrNull,
  placeOfTimeOrNull,
  placesOf,
  positionOf,
  toOffset,
  totalOf,
} from './list-window.ts'
import type { ListedDir, ListOrder, NamesOfDir, TaskPlace, WindowAnchor } from './list-window.ts'
import { readNodeSummary } from './node-liveness.ts'
import { ProblemDesk } from './problems/problem-desk.ts'
import { FailureGrouping, MAX_LOOKED } from './query/failure-groups.ts'
import { Queries } from './query/queries.ts'
import type { ActTasks } from './query/query.ts'
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
/** Until it is told what the person may do. */
const LOOKING_ONLY: QueueAccess = { canWrite: false, reason: null, canUnlock: false }

export type { TaskPlace } from './list-window.ts'

export class QueueSession {
  readonly #tracker: QueueTracker
  readonly #watch: QueueWatch
  readonly #flow = new FlowMeter(() => performance.now())
  readonly #corruption: CorruptionWatch
  readonly #rows: RowCache
  readonly #history: HistoryKeeper
  readonly #grouping: FailureGrouping
  readonly #updates = new LatestValue<QueueUpdate | null>(null)
  #started: Promise<void> | undefined
  #isReady = false
  #access: QueueAccess
  #emitTimer: NodeJS.Timeout | undefined
  #lastEmitAtMs = 0
  readonly #facts: QueueFacts
  readonly #headWaiters = new Set<() => void>()
  #isClosed = false
  #emitting: Promise<void> = Promise.resolve()
  #idleTimer: NodeJS.Timeout | undefined
  /** Filters and searches over the lists of this queue. */
  readonly queries: Queries
  /** What is wrong with it. */
  readonly problems: ProblemDesk

  /** @param stateFolder The queue's own, outside its directory, where its history is kept; null: nothing is kept. */
  constructor(
    dir: QueueDir,
    {
      stateFolder = null,
      disk = LOCAL_DISK,
      access = LOOKING_ONLY,
    }: { readonly stateFolder?: string | null; readonly disk?: Disk; readonly access?: QueueAccess } = {},
  ) {
    this.#access = access
    this.#history = new HistoryKeeper(dir.path, stateFolder)
    this.#tracker = new QueueTracker(dir.path, this.#flow, disk)
    this.#tracker.onHead = () => {
      this.#wakeHeadWaiters()
    }
    this.#tracker.onLook = (look) => {
      this.#history.observe(look)
    }
    const onChange = (): void => {
      this.#scheduleEmit()
    }
    this.#watch = new QueueWatch(dir, this.#tracker, onChange, disk)
    this.#facts = new QueueFacts(dir.path, this.#tracker)
    this.#rows = new RowCache(dir.path)
    this.#grouping = new FailureGrouping(dir.path)
    this.queries = new Queries({
      root: dir.path,
      lists: (list) => this.#lists(list),
      has: (listed, name) => this.#names(listed).has(name),
      onCommit: (listener) => this.#tracker.onCommit(listener),
    })
    this.#corruption = new CorruptionWatch(dir.path, this.#tracker, onChange)
    this.problems = new ProblemDesk({
      root: dir.path,
      tracker: this.#tracker,
      verdicts: () => this.#corruption.verdicts(),
      onScanned: onChange,
      onMoved: (from, to) => this.noteMove(from, to),
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
    await Promise.all([this.#watch.start(), this.#history.load()])
    this.#isReady = true
    this.#wakeHeadWaiters()
    await this.#emit()
    void this.problems.scan()
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
    await this.queries.closeAll()
    await this.#watch.close()
    await this.#corruption.close()
    await this.#facts.close()
    await this.#emitting
    await this.problems.close()
    await this.#history.close()
  }

  history(range: HistoryRange): History {
    return this.#history.history(range)
  }

  timings(range: HistoryRange): Timings {
    return this.#history.timings(range)
  }

  /** What nodes did lately, and at most `claims` of what each holds, those first that would be taken over first. */
  nodeFigures(node: string | null, claims: number): Promise<NodeFigures[]> {
    const records = parseNodeRecords(this.#tracker.recordFiles)
    const nodes = this.#tracker.nodes().filter((name) => node === null || name === node)
    return Promise.all(
      nodes.map(async (name) => {
        const names = this.#names(name)
        const hasRecord = records.some((record) => record.node === name)
        const firstClaims = await readNodeClaims(this.path, name, names.window(0, claims), hasRecord)
        const { claimedLastMinute, endedLastMinute } = this.#history.rateOf(name)
        return { node: name, claimedLastMinute, endedLastMinute, claims: names.size, firstClaims }
      }),
    )
  }

  /** The present state, then each newer one, as often as the directories are looked at: ten to twenty-five times a second at most. */
  async *updates(signal: AbortSignal | undefined): AsyncGenerator<QueueUpdate, void, void> {
    for await (const update of this.#updates.follow(signal)) if (update !== null) yield update
  }

  /** What the person may do from now on: told to all who follow, at once. */
  setAccess(access: QueueAccess): void {
    this.#access = access
    this.#scheduleEmit()
  }

  /** The present state; null before the first listing. */
  get latest(): QueueUpdate | null {
    return this.#updates.value
  }

  /** Every transition that was seen since the session began. */
  get transitions(): Readonly<Record<Transition, number>> {
    return this.#flow.totals
  }

  /** Looks now into the tasks that workers hold or meet next, instead of a few a second. */
  judgeHeads(): Promise<void> {
    return this.#corruption.checkAll()
  }

  rescan(): Promise<void> {
    return this.#watch.rescan()
  }

  /**
   * Rows of a list with what their files tell. Tasks in progress are grouped by node.
   * @param from Offset of the first row, or a task to have in the window.
   * @param queryId Only what this search found; the answer's revision is the search's then.
   * @param signal Aborted when the client has scrolled past: no more files are opened.
   */
  async window(
    list: TaskList,
    order: ListOrder,
    from: number | WindowAnchor,
    limit: number,
    { queryId, signal }: { queryId?: string | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<TaskWindow> {
    await this.#untilShown(list)
    const isPartial = !this.#isWhole(list)
    const query = queryId === undefined ? null : this.queries.get(queryId)
    const revision = query?.progress().revision ?? this.#tracker.revision
    const lists = query?.lists() ?? this.#lists(list)
    const total = totalOf(lists)
    const offset = typeof from === 'number' ? from : toOffset(lists, order, from, limit)
    const places = placesOf(lists, order, offset, limit)
    const rows: TaskRow[] = []
    for (let at = 0; at < places.length; at += READS_AT_ONCE) {
      signal?.throwIfAborted()
      const batch = places.slice(at, at + READS_AT_ONCE)
      rows.push(...(await Promise.all(batch.map(({ node, name }) => this.#row(list.state, node, name)))))
    }
    this.queries.warm()
    return { revision, total, offset, rows, ...(isPartial && { isPartial }) }
  }

  /**
   * Where a task lies, by its original id or the beginning of one: in `list` first, then anywhere. Null: nowhere.
   * @param text As a person types it: an id, its beginning, or a file's name.
   */
  async locateId(list: TaskList, order: ListOrder, text: string): Promise<TaskPosition | null> {
    await this.#started
    const others = LIST_STATES.map((state): TaskList => ({ state, node: null }))
    for (const within of [list, ...others]) {
      const place = placeOfIdOrNull(this.#lists(within), text)
      if (place !== null) return this.#toPosition(within, order, place)
    }
    return null
  }

  /** The first task of `list`, in its order of ids, whose id's time is `us` or later; the last one where all are older. */
  async locateTime(list: TaskList, order: ListOrder, us: string): Promise<TaskPosition | null> {
    await this.#started
    const place = placeOfTimeOrNull(this.#lists(list), us)
    return place === null ? null : this.#toPosition(list, order, place)
  }

  #toPosition(list: TaskList, order: ListOrder, place: TaskPlace): TaskPosition {
    const lists = this.#lists(list)
    return { list, place, position: positionOf(lists, order, place), total: totalOf(lists) }
  }

  /** Waits for the first listing, or for the first names of every directory of this list. */
  async #untilShown(list: TaskList): Promise<void> {
    void this.start()
    while (!this.#isReady && !this.#isClosed && totalOf(this.#lists(list)) === 0) {
      await new Promise<void>((resolve) => {
        this.#headWaiters.add(resolve)
      })
    }
  }

  #wakeHeadWaiters(): void {
    for (const resolve of this.#headWaiters) resolve()
    this.#headWaiters.clear()
  }

  #isWhole(list: TaskList): boolean {
    if (this.#isReady) return true
    return this.#lists(list).every(({ dir }) => this.#tracker.dirs.get(dir)?.isListed === true)
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

  #lists(list: TaskList): ListedDir[] {
    return this.#placesOfState(list).map((node) => {
      const dir = toDirName(list.state, node)
      return { node, dir, names: this.#names(dir) }
    })
  }

  #placesOfState({ state, node }: TaskList): (string | null)[] {
    if (state === 'in-progress') return node === null ? this.#tracker.nodes() : [node]
    if (state === 'trash') return node === null ? [...TRASH_ORIGINS] : [node]
    return [null]
  }

  #names(dir: string): NameList {
    return this.#tracker.dirs.get(dir)?.list ?? EMPTY_LIST
  }

  /**
   * The places of a list, or of what a search found in it, in the order in which people see them, without a look at the files.
   * @throws {InspectorError} UNKNOWN_HANDLE
   */
  names(
    list: TaskList,
    order: ListOrder,
    offset = 0,
    limit = Infinity,
    queryId: string | null = null,
  ): TaskPlace[] {
    return placesOf(this.#listsFor(list, queryId), order, offset, limit)
  }

  /**
   * Failed tasks that look alike, commonest first; only those that a search found, where one is named.
   * @throws {InspectorError} UNKNOWN_HANDLE
   */
  async failureGroups(queryId: string | null = null): Promise<FailureGroups> {
    await this.#started
    this.queries.warm()
    const failed: TaskList = { state: 'failed', node: null }
    return this.#grouping.group(
      queryId,
      this.names(failed, 'newest', 0, MAX_LOOKED, queryId).map(({ name }) => name),
      totalOf(this.#listsFor(failed, queryId)),
    )
  }

  /**
   * Begins a filter or search.
   * @param actTasks The tasks of each act that the expression names.
   * @throws {InspectorError} BAD_REQUEST for an expression that cannot be understood.
   */
  openQuery(list: TaskList, expression: string, actTasks?: ActTasks): QueryProgress {
    return this.queries.open(list, expression, this.start(), actTasks)
  }

  /** Whether a task lies under this name in a directory, as the index knows it. */
  has(dir: string, name: string): boolean {
    return this.#names(dir).has(name)
  }

  /**
   * All names of a list, or of what a search found in it, oldest first, by directory. References only: no name is copied.
   * @throws {InspectorError} UNKNOWN_HANDLE
   */
  tasksOf(list: TaskList, queryId: string | null = null): NamesOfDir[] {
    return namesOf(this.#listsFor(list, queryId))
  }

  /**
   * The names from one place to another, both included where they are still there, in whichever order they are given.
   * @throws {InspectorError} UNKNOWN_HANDLE
   */
  tasksBetween(
    list: TaskList,
    one: TaskPlace,
    other: TaskPlace,
    queryId: string | null = null,
  ): NamesOfDir[] {
    return namesBetween(this.#listsFor(list, queryId), one, other)
  }

  #listsFor(list: TaskList, queryId: string | null): ListedDir[] {
    return queryId === null ? this.#lists(list) : this.queries.get(queryId).lists()
  }

  /** The last names that wait, in order. */
  lastPending(limit: number): string[] {
    const names = this.#names('pending')
    return names.window(Math.max(0, names.size - limit), limit)
  }

  firstPending(): string | null {
    return this.#names('pending').first()
  }

  /** Nodes and the names that lie there. */
  *heldByNodes(): Generator<{ node: string; names: Iterable<string> }> {
    for (const node of this.#tracker.nodes()) yield { node, names: this.#names(node) }
  }

  /** What is seen to arrive, or to have passed through, in each directory, as soon as it is seen. */
  set onSeen(listener: (dir: string, names: readonly string[]) => void) {
    this.#tracker.onSeen = listener
  }

  /** A directory for held or deleted tasks was made: no event tells of those two levels down. */
  hintParkedDirs(): void {
    this.#watch.hint('failed', '.trash')
  }

  /** A person's act has just moved a task: no worker did. To be called in the turn of the rename, before any look. */
  noteMove(from: FileSpot, to: FileSpot): void {
    this.#tracker.operatorMoves.note(from, to)
  }

  /** @see QueueWatch.beginLargeAct */
  beginLargeAct(): () => void {
    return this.#watch.beginLargeAct()
  }

  /** What is known of a node's holder, as of now. */
  readNode(node: string): Promise<NodeSummary> {
    const records = parseNodeRecords(this.#tracker.recordFiles)
    return readNodeSummary(this.path, node, this.#names(node).size, records)
  }

  #onIdleTick(): void {
    this.#corruption.check()
    this.#glance()
    this.problems.tick()
    if (this.#flow.isMoving() || performance.now() - this.#lastEmitAtMs > IDLE_EMIT_MS * 5)
      this.#scheduleEmit()
  }

  #glance(): void {
    const update = this.#updates.value
    if (update === null) return
    const atMs = Date.now()
    const { oldestPendingAtMs } = update
    this.#history.glance({
      atMs,
      monotonicMs: performance.now(),
      isWatching: this.#watch.health.mode !== 'lost',
      totals: { ...this.transitions },
      oldestPendingMs: oldestPendingAtMs === null ? null : Math.max(0, atMs - oldestPendingAtMs),
      counts: this.#counts((names) => names.reduce((sum, dir) => sum + this.#names(dir).size, 0)),
    })
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
      access: this.#access,
      revision: this.#tracker.revision,
      atMs: Date.now(),
      counts: this.#counts((names) => names.reduce((sum, dir) => sum + this.#names(dir).size, 0)),
      listRevisions: this.#counts((names) =>
        Math.max(0, ...names.map((dir) => this.#tracker.dirs.get(dir)?.revision ?? 0)),
      ),
      nodes: this.#facts.nodes(),
      problems: this.problems.count,
      oldestPendingAtMs: this.#facts.oldestPendingAtMs,
      firstDueAtMs: this.#firstDueAtMs(),
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
      held: of([toDirName('held', null)]),
      trash: of(TRASH_ORIGINS.map((origin) => toDirName('trash', origin))),
    }
  }

  #firstDueAtMs(): number | null {
    const first = parseTaskName(this.#names('scheduled').first() ?? '')
    return first === null ? null : Math.floor(first.stampUs / 1000)
  }
}
