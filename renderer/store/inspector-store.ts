import type { Link, OpenLink } from '../client/inspector-client.ts'
import type { OpenSource } from '../../shared/contract/contract.ts'
import type { QueueUpdate, TaskList, TaskRow } from '../../shared/contract/model.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import type { Job, Placement } from '../../shared/contract/work.ts'
import { WHOLE_LIST } from './choice.ts'
import type { Choice } from './choice.ts'
import { keepConnected } from './connection-loop.ts'
import type { ControllerContext } from './controller-context.ts'
import { createStore } from './create-store.ts'
import type { Store } from './create-store.ts'
import { createDetailController } from './detail-controller.ts'
import type { DetailController } from './detail-controller.ts'
import { createEditController } from './edit-controller.ts'
import type { EditController } from './edit-controller.ts'
import { createExportController } from './export-controller.ts'
import type { ExportController } from './export-controller.ts'
import { createFilterController } from './filter-controller.ts'
import type { FilterController } from './filter-controller.ts'
import { createFollowController } from './follow-controller.ts'
import type { FollowController } from './follow-controller.ts'
import { createFreezeController } from './freeze-controller.ts'
import type { FreezeController } from './freeze-controller.ts'
import { createHostController } from './host-controller.ts'
import type { HostController } from './host-controller.ts'
import { createGroupsController } from './groups-controller.ts'
import type { GroupsController } from './groups-controller.ts'
import { FIRST_ORDER, INITIAL_STATE, NO_SELECTION } from './inspector-state.ts'
import type { Dialog, InspectorState, Order, PlacementKind, Toast } from './inspector-state.ts'
import { createCureController } from './cure-controller.ts'
import type { CureController } from './cure-controller.ts'
import { createInsightController } from './insight-controller.ts'
import type { InsightController } from './insight-controller.ts'
import { createJobsController } from './jobs-controller.ts'
import type { JobsController } from './jobs-controller.ts'
import { createJumpController } from './jump-controller.ts'
import type { JumpController } from './jump-controller.ts'
import { createListController } from './list-controller.ts'
import type { ListController, VisibleRange } from './list-controller.ts'
import { createLockController } from './lock-controller.ts'
import type { LockController } from './lock-controller.ts'
import { createNotificationController, NO_NOTIFICATIONS } from './notification-controller.ts'
import type { NotificationController, NotificationDelivery } from './notification-controller.ts'
import { FailureBadge } from './badge.ts'
import { createPlaceController } from './place-controller.ts'
import { createPushController } from './push-controller.ts'
import type { PushController } from './push-controller.ts'
import { createQueueController } from './queue-controller.ts'
import type { QueueController } from './queue-controller.ts'
import { createRouteController } from './route-controller.ts'
import type { RouteController } from './route-controller.ts'
import type { Place } from './route.ts'
import { toChoiceOrNull, toInspectedOrNull } from './selection.ts'
import type { SelectMode } from './selection.ts'
import { createSelectionController } from './selection-controller.ts'
import type { SelectionController } from './selection-controller.ts'
import { createTaskActionController } from './task-action-controller.ts'
import type { TaskActionController } from './task-action-controller.ts'
import { createWorkLogController } from './work-log-controller.ts'
import type { WorkLogController } from './work-log-controller.ts'

const SAMPLE_EVERY_MS = 1_000
/** The one state of the page and all that can be done to it. Views read by selector and call; nothing flows back. */
export class InspectorStore {
  readonly store: Store<InspectorState> = createStore(INITIAL_STATE)
  readonly #openLink: OpenLink
  readonly #lists: ListController
  readonly #details: DetailController
  readonly #queues: QueueController
  readonly #taskActions: TaskActionController
  readonly #badge: FailureBadge
  readonly host: HostController
  readonly #freezes: FreezeController
  readonly #selection: SelectionController
  readonly #jumps: JumpController
  readonly filter: FilterController
  readonly groups: GroupsController
  readonly jobs: JobsController
  readonly pushes: PushController
  readonly edits: EditController
  readonly followed: FollowController
  readonly exports: ExportController
  readonly log: WorkLogController
  readonly lock: LockController
  readonly insight: InsightController
  readonly cures: CureController
  readonly notifications: NotificationController
  readonly routes: RouteController
  readonly #orders = { ...FIRST_ORDER }
  #lastToast = 0
  #queryRevision = -1

  /** @param delivery How notifications reach the person; absent: they do not. */
  constructor(openLink: OpenLink, delivery: NotificationDelivery = NO_NOTIFICATIONS) {
    this.#openLink = openLink
    const context: ControllerContext = {
      store: this.store,
      client: () => this.host.client(),
      queueId: () => {
        const { queue } = this.store.get()
        if (queue === null) throw new Error('No queue is open')
        return queue.queueId
      },
      toast: (tone, message, cause = null, offer = null) => this.#toast({ tone, message, cause, offer }),
      toastError: ({ message, cause }) => this.#toast({ tone: 'bad', message, cause, offer: null }),
    }
    this.#lists = createListController(context, {
      onRows: () => this.#selection.onRows(),
      onQueryLost: () => this.filter.resume(),
    })
    this.#details = createDetailController(context)
    this.jobs = createJobsController(context, { onEnded: (job, choice) => this.#afterJob(job, choice) })
    this.#taskActions = createTaskActionController(context, this.jobs)
    this.#freezes = createFreezeController(context)
    this.#selection = createSelectionController(context, {
      freezes: this.#freezes,
      releaseList: () => this.#lists.releaseIfFree(),
      inspect: (row) => this.#details.inspect(row),
    })
    this.#jumps = createJumpController(context, {
      showList: (list) => this.#showRows(list),
      scrollTo: (place, position) => this.#lists.jump(place, position),
      onArrived: (index, chooses) => {
        this.showDialog(null)
        if (chooses) this.select(index, 'only')
      },
    })
    this.filter = createFilterController(context, {
      showList: (list, awaitsQuery) => this.#showRows(list, awaitsQuery),
      setQuery: (queryId) => this.#setQuery(queryId),
      onProgress: ({ revision }) => this.#onQueryRevision(revision),
    })
    this.groups = createGroupsController(context)
    this.pushes = createPushController(context, this.jobs)
    this.edits = createEditController(context)
    this.followed = createFollowController(context)
    this.exports = createExportController(context)
    this.log = createWorkLogController(context)
    this.lock = createLockController(context, (dialog) => this.showDialog(dialog))
    this.insight = createInsightController(context)
    this.cures = createCureController(context, () => void this.#queues.loadProblems())
    this.routes = createRouteController(context, {
      showPlace: (place) => this.showPlace(place),
      showRows: (list) => this.#showRows(list),
      applyFilter: (list, expression) => this.filter.apply(list, expression),
      inspect: (row) => this.#details.inspect(row),
    })
    this.notifications = createNotificationController(context, delivery, (place) => this.showPlace(place))
    this.#badge = new FailureBadge(context)
    this.host = createHostController(context, {
      places: createPlaceController(context, {
        show: (route) => this.routes.show(route),
        resumeSource: () => this.#queues.resumeSource(),
      }),
      open: (source) => this.#queues.open(source),
      resume: () => this.#queues.resume(),
    })
    this.#queues = createQueueController(context, {
      onOpened: (isResumed) => this.#afterOpen(isResumed),
      onClosed: () => {
        this.#details.close()
        this.jobs.stop()
        this.#badge.reset()
      },
      onUpdate: (update) => this.#onUpdate(update),
      onTick: () => this.insight.tick(),
    })
  }

  #onUpdate(update: QueueUpdate): void {
    this.lock.onUpdate(update.access)
    this.#badge.onUpdate(update)
    this.#lists.onUpdate(update)
    this.#details.onUpdate(update)
    this.groups.onUpdate(update)
    this.notifications.onUpdate(update)
  }

  /** Connects and stays connected until `signal` ends. */
  start(signal: AbortSignal): void {
    const sampling = setInterval(() => this.#queues.sample(), SAMPLE_EVERY_MS)
    signal.addEventListener('abort', () => clearInterval(sampling), { once: true })
    const events = {
      onReady: (link: Link) => this.host.onReady(link),
      onLost: () => this.store.set({ connection: 'lost' }),
      onRefused: () => this.store.set({ connection: 'refused' }),
    }
    void keepConnected(this.#openLink, events, signal)
  }

  open(source: OpenSource): Promise<void> {
    return this.#queues.open(source)
  }

  /** Opens a queue in a window of its own, where the host has windows; else here. */
  async openElsewhere(source: OpenSource): Promise<void> {
    if (this.store.get().host?.kind !== 'desktop') return this.open(source)
    await this.host.ask((client) => client.host.openWindow(source))
  }

  async closeQueue(): Promise<void> {
    this.filter.leave()
    this.#queues.close()
    await this.host.read()
  }

  /** Opens the queue again after its stream broke for good. */
  async reopen(): Promise<void> {
    this.store.set({ queueError: null })
    await this.#queues.resume()
  }

  showList(list: TaskList): void {
    this.#showRows(list)
    if (list.state === 'failed') this.groups.comeBack()
  }

  #showRows(list: TaskList, awaitsQuery = false): void {
    this.#leavePlace()
    this.store.set({ place: { kind: 'list', list } })
    this.#lists.show(list, this.#orders[list.state], awaitsQuery)
  }

  showOverview(): void {
    this.#leavePlace()
    this.store.set({ place: { kind: 'overview' } })
    this.insight.tick()
  }

  showPlace(place: Place): void {
    if (place.kind === 'list') return this.showList(place.list)
    return place.kind === 'overview' ? this.showOverview() : this.showProblems()
  }

  showProblems(): void {
    this.#leavePlace()
    this.store.set({ place: { kind: 'problems' }, problems: INITIAL_STATE.problems })
    void this.#queues.loadProblems()
  }

  setOrder(order: Order): void {
    const { list } = this.store.get().view
    this.#orders[list.state] = order
    if (this.store.get().groups === null) this.#showRows(list)
    else this.showList(list)
  }

  setVisibleRange(range: VisibleRange): void {
    this.#lists.setVisibleRange(range)
  }

  setHold(by: 'pointer' | 'menu', held: boolean): void {
    this.#lists.setHold(by, held)
  }

  /** @see JumpController.jump */
  jump(text: string): Promise<string | null> {
    return this.#jumps.jump(text)
  }

  showWaiting(): void {
    this.#lists.showWaiting()
  }

  retryList(): void {
    this.#lists.retry()
  }

  toggleFreeze(): void {
    this.store.set({ frozen: !this.store.get().frozen })
    this.#lists.releaseIfFree()
  }

  /** @see SelectionController.select */
  select(index: number, mode: SelectMode): void {
    this.#selection.select(index, mode)
  }

  selectAll(): void {
    this.#selection.selectAll()
  }

  clearSelection(): void {
    this.#selection.clear()
  }

  openPane(): void {
    this.store.set({ paneOpen: true })
    this.#selection.inspectFocused()
  }

  closePane(): void {
    this.store.set({ paneOpen: false })
    this.#details.close()
  }

  get payload(): Pick<
    DetailController,
    'loadMore' | 'loadImage' | 'cancelLoading' | 'jumpTo' | 'expand' | 'closeExpanded' | 'verify'
  > {
    return this.#details
  }

  retryDetail(): void {
    const { detail } = this.store.get()
    if (detail === null) return
    this.#details.close()
    this.#details.inspect(detail.row)
  }

  /** What an act means now: the selection; the inspected task where nothing is selected. */
  choiceOrNull(): Choice | null {
    const { selection, detail } = this.store.get()
    return toChoiceOrNull(selection) ?? toInspectedOrNull(detail)
  }

  requestAction(action: TaskActionId, placement?: PlacementKind): void {
    this.#taskActions.request(action, this.choiceOrNull(), placement)
  }

  perform(action: TaskActionId, choice: Choice, placement: Placement): Promise<void> {
    return this.#taskActions.perform(action, choice, placement)
  }

  duplicate(): void {
    const choice = this.choiceOrNull()
    if (choice !== null) void this.#taskActions.duplicate(choice)
  }

  /** Fixes all of a list, or all that an expression finds in it, and asks what to do with that. */
  async requestOnAll(action: TaskActionId, list: TaskList, expression: string | null = null): Promise<void> {
    const set =
      expression === null
        ? await this.#freezes.freezeList(list, null)
        : await this.#freezes.freezeFound(list, expression)
    const origin = { ...WHOLE_LIST, found: expression }
    if (set !== null) this.#taskActions.request(action, { kind: 'set', set, origin })
  }

  /** The selection, else all that the list shows, frozen now. */
  async exportTasks(format: 'jsonl' | 'csv' | 'raw'): Promise<void> {
    const { selection, view } = this.store.get()
    const choice = toChoiceOrNull(selection)
    if (choice !== null) return this.exports.start(choice, format)
    const set = await this.#freezes.freezeList(view.list, view.queryId)
    if (set !== null) await this.exports.start({ kind: 'set', set, origin: WHOLE_LIST }, format)
  }

  undoLatest(): void {
    if (!this.jobs.undoLatest()) this.showHistory()
  }

  showHistory(): void {
    this.log.history.reset()
    this.showDialog({ kind: 'history' })
  }

  showDialog(dialog: Dialog | null): void {
    this.store.set({ dialog })
    this.#lists.setHold('menu', dialog !== null)
  }

  dismissToast(id: number): void {
    this.store.set({ toasts: this.store.get().toasts.filter((toast) => toast.id !== id) })
  }

  reportCopied(what: string): void {
    this.#toast({ tone: 'plain', message: `Copied ${what}.`, cause: null, offer: null })
  }

  #afterOpen(isResumed: boolean): void {
    this.jobs.start()
    if (!isResumed) {
      Object.assign(this.#orders, FIRST_ORDER)
      this.insight.reset()
      this.groups.reset()
      this.notifications.reset()
      this.#badge.reset()
      if (!this.routes.begin()) this.showOverview()
      return
    }
    this.filter.resume()
    this.insight.retry()
    const { kind } = this.store.get().place
    if (kind === 'list') this.#lists.retry()
    else if (kind === 'problems') void this.#queues.loadProblems()
  }

  #leavePlace(): void {
    this.filter.leave()
    this.groups.leave()
    this.store.set({ selection: NO_SELECTION, frozen: false })
    this.#details.close()
  }

  #setQuery(queryId: string | null): void {
    this.store.set({ selection: NO_SELECTION })
    // Each query counts its revisions from the beginning.
    this.#queryRevision = -1
    this.#lists.setQuery(queryId)
    this.groups.onQueryChange()
  }

  #onQueryRevision(revision: number): void {
    if (revision === this.#queryRevision) return
    this.#queryRevision = revision
    this.#lists.onQueryChange()
    this.groups.onQueryChange()
  }

  #afterJob(job: Job, choice: Choice | null): void {
    if (job.kind === 'edit') this.#details.refresh()
    if (this.store.get().dialog?.kind === 'history') this.log.history.refresh()
    // What was not moved is still there: only the host knows which.
    if (choice?.kind === 'rows' && job.failed === 0 && job.phase === 'done') this.#afterMove(choice.rows)
    else {
      if (choice !== null) this.clearSelection()
      this.#lists.showWaiting()
    }
  }

  /** The keyboard stands where the task was, but on no other: the same key once more must not hit a stranger. The pane goes with it. */
  #afterMove(rows: readonly TaskRow[]): void {
    const before = this.store.get().selection
    this.#lists.dropMoved(rows)
    const { selection } = this.store.get()
    // Only where the person is still there: meanwhile others may have been chosen, or all are being fixed.
    const stoodThere = before.rows.size > 0 && selection.rows.size === 0 && !selection.isFreezing
    if (stoodThere)
      this.store.set({ selection: { ...NO_SELECTION, gapIndex: before.focusIndex ?? before.gapIndex } })
    const [row] = rows
    if (rows.length === 1 && row !== undefined) this.#details.follow(row)
    else this.#details.close()
    this.#lists.releaseIfFree()
  }

  #toast(toast: Omit<Toast, 'id'>): void {
    const id = ++this.#lastToast
    this.store.set({ toasts: [...this.store.get().toasts.slice(-3), { ...toast, id }] })
  }
}
