import type { InspectorClient, Link, OpenLink } from '../client/inspector-client.ts'
import type { OpenSource } from '../../shared/contract/contract.ts'
import type { HostInfo, QueuePlace, TaskList, TaskRow, TaskState } from '../../shared/contract/model.ts'
import { toErrorReport } from '../client/error-report.ts'
import type { ErrorReport } from '../client/error-report.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import { keepConnected } from './connection-loop.ts'
import type { ControllerContext } from './controller-context.ts'
import { createStore } from './create-store.ts'
import type { Store } from './create-store.ts'
import { createDetailController } from './detail-controller.ts'
import type { DetailController } from './detail-controller.ts'
import { INITIAL_STATE } from './inspector-state.ts'
import type { Dialog, InspectorState, Order, Toast } from './inspector-state.ts'
import { createListController } from './list-controller.ts'
import type { ListController, VisibleRange } from './list-controller.ts'
import type { KeptSession } from '../client/kept-session.ts'
import { FailureBadge } from './badge.ts'
import { createPlaceController } from './place-controller.ts'
import type { PlaceController } from './place-controller.ts'
import { createQueueController } from './queue-controller.ts'
import type { QueueController } from './queue-controller.ts'
import { clearSelection, select } from './selection.ts'
import type { SelectMode } from './selection.ts'
import { createTaskActionController } from './task-action-controller.ts'
import type { TaskActionController } from './task-action-controller.ts'
import { rowAt } from './window-cache.ts'

const SAMPLE_EVERY_MS = 1_000
const TOAST_MS = 6_000
/** Workers take the oldest first; of what is over, the latest says most. */
const FIRST_ORDER: Readonly<Record<TaskState, Order>> = {
  pending: 'oldest',
  'in-progress': 'oldest',
  scheduled: 'oldest',
  failed: 'newest',
  done: 'newest',
}

/** The one state of the page and all that can be done to it. Views read by selector and call; nothing flows back. */
export class InspectorStore {
  readonly store: Store<InspectorState> = createStore(INITIAL_STATE)
  readonly #openLink: OpenLink
  readonly #lists: ListController
  readonly #details: DetailController
  readonly #queues: QueueController
  readonly #taskActions: TaskActionController
  readonly #places: PlaceController
  readonly #badge: FailureBadge
  readonly #commandListeners = new Set<(command: string) => void>()
  readonly #orders = { ...FIRST_ORDER }
  #client: InspectorClient | null = null
  #lastToast = 0

  constructor(openLink: OpenLink) {
    this.#openLink = openLink
    const context: ControllerContext = {
      store: this.store,
      client: () => this.#connected(),
      queueId: () => {
        const { queue } = this.store.get()
        if (queue === null) throw new Error('No queue is open')
        return queue.queueId
      },
      toast: (tone, message, cause = null) => this.#toast({ tone, message, cause }),
      toastError: ({ message, cause }) => this.#toast({ tone: 'bad', message, cause }),
    }
    this.#lists = createListController(context, () => this.#selectArrived())
    this.#details = createDetailController(context)
    this.#taskActions = createTaskActionController(context, (rows) => this.#afterMove(rows))
    this.#places = createPlaceController(context, {
      showList: (list) => this.showList(list),
      showProblems: () => this.showProblems(),
      inspect: (index) => {
        this.store.set({ paneOpen: true })
        this.select(index, 'only')
      },
      orderOf: ({ state }) => this.#orders[state],
      resumeSource: () => this.#queues.resumeSource(),
    })
    this.#badge = new FailureBadge(context)
    this.#queues = createQueueController(context, {
      onOpened: (isResumed) => this.#afterOpen(isResumed),
      onClosed: () => {
        this.#details.close()
        this.#badge.reset()
      },
      onUpdate: (update) => {
        this.#badge.onUpdate(update)
        this.#lists.onUpdate(update)
        this.#details.onUpdate(update)
      },
    })
  }

  /** Connects and stays connected until `signal` ends. */
  start(signal: AbortSignal): void {
    const sampling = setInterval(() => this.#queues.sample(), SAMPLE_EVERY_MS)
    signal.addEventListener('abort', () => clearInterval(sampling), { once: true })
    const events = {
      onReady: (link: Link) => this.#onReady(link),
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
    await this.ask((client) => client.host.openWindow(source))
  }

  /** Hears of what the host's menus ask for, by the id of a command. Answers what ends that. */
  onHostCommand(listener: (command: string) => void): () => void {
    this.#commandListeners.add(listener)
    return () => this.#commandListeners.delete(listener)
  }

  /** Asks the host for something that is no part of the state. Null where that failed: then it was told. */
  async ask<Answer>(call: (client: InspectorClient) => Promise<Answer>): Promise<Answer | null> {
    try {
      return await call(this.#connected())
    } catch (error) {
      this.#reportError(error)
      return null
    }
  }

  async closeQueue(): Promise<void> {
    this.#queues.close()
    await this.#readHost()
  }

  /** Opens the queue again after its stream broke for good. */
  async reopen(): Promise<void> {
    this.store.set({ queueError: null })
    await this.#queues.resume()
  }

  showList(list: TaskList): void {
    this.#leavePlace()
    this.store.set({ place: { kind: 'list', list } })
    this.#lists.show(list, this.#orders[list.state])
  }

  showProblems(): void {
    this.#leavePlace()
    this.store.set({ place: { kind: 'problems' }, problems: INITIAL_STATE.problems })
    void this.#queues.loadProblems()
  }

  setOrder(order: Order): void {
    const { list } = this.store.get().view
    this.#orders[list.state] = order
    this.showList(list)
  }

  setVisibleRange(range: VisibleRange): void {
    this.#lists.setVisibleRange(range)
  }

  setHold(by: 'pointer' | 'menu', held: boolean): void {
    this.#lists.setHold(by, held)
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

  /** Chooses a row; with the pane open it is shown there. */
  select(index: number, mode: SelectMode): void {
    const { selection, view, paneOpen } = this.store.get()
    this.store.set({ selection: select(selection, view.pages, index, mode) })
    if (paneOpen) this.#inspectFocused()
    this.#lists.releaseIfFree()
  }

  clearSelection(): void {
    this.store.set({ selection: clearSelection(this.store.get().selection) })
    this.#lists.releaseIfFree()
  }

  openPane(): void {
    this.store.set({ paneOpen: true })
    this.#inspectFocused()
  }

  closePane(): void {
    this.store.set({ paneOpen: false })
    this.#details.close()
  }

  loadMorePayload(): Promise<void> {
    return this.#details.loadMore()
  }

  retryDetail(): void {
    const { detail } = this.store.get()
    if (detail === null) return
    this.#details.close()
    this.#details.inspect(detail.row)
  }

  /** Acts on what is selected; on the inspected task where nothing is. */
  requestAction(action: TaskActionId): void {
    const { selection, detail } = this.store.get()
    const rows = selection.rows.size > 0 ? [...selection.rows.values()] : detail === null ? [] : [detail.row]
    this.#taskActions.request(action, rows)
  }

  perform(action: TaskActionId, rows: readonly TaskRow[]): Promise<void> {
    return this.#taskActions.perform(action, rows)
  }

  push(payload: Uint8Array, dueAtMs: number | null): Promise<ErrorReport | null> {
    return this.#taskActions.push(payload, dueAtMs)
  }

  showDialog(dialog: Dialog | null): void {
    this.store.set({ dialog })
    this.#lists.setHold('menu', dialog !== null)
  }

  dismissToast(id: number): void {
    this.store.set({ toasts: this.store.get().toasts.filter((toast) => toast.id !== id) })
  }

  reportCopied(what: string): void {
    this.#toast({ tone: 'plain', message: `Copied ${what}.`, cause: null })
  }

  async #onReady(link: Link): Promise<void> {
    this.#client = link.client
    const host = await this.#readHost()
    // Before the state changes: it is kept anew at each change.
    const kept = this.#places.keptOrNull()
    this.store.set({ connection: 'ready' })
    const entered = this.#enter(host, kept)
    void this.#followHost(link, entered)
    await entered
  }

  async #enter(host: HostInfo, kept: KeptSession | null): Promise<void> {
    if (this.store.get().queue !== null) return this.#queues.resume()
    if (kept !== null) {
      await this.#queues.open(kept.source)
      if (this.store.get().queue !== null) return this.#places.restore(kept)
    }
    if (!host.startsWithQueue) return
    await this.#queues.open({ kind: 'start' })
    if (host.startPlace !== null && this.store.get().queue !== null) this.#showPlace(host.startPlace)
  }

  /** Until the connection ends. */
  async #followHost({ client }: Link, entered: Promise<void>): Promise<void> {
    try {
      for await (const command of await client.host.commands()) {
        if (command.kind === 'run') for (const listener of this.#commandListeners) listener(command.command)
        // Only there it means anything; menus need not wait for that.
        else void entered.then(() => this.#showPlace(command.place))
      }
    } catch {
      // The connection ended: the next one follows anew.
    }
  }

  #showPlace(place: QueuePlace): void {
    if (this.store.get().queue === null) return
    this.#places.show(place).catch((error: unknown) => {
      this.#reportError(error)
    })
  }

  #reportError(error: unknown): void {
    const { message, cause } = toErrorReport(error)
    this.#toast({ tone: 'bad', message, cause })
  }

  #connected(): InspectorClient {
    if (this.#client === null) throw new Error('No connection')
    return this.#client
  }

  async #readHost(): Promise<NonNullable<InspectorState['host']>> {
    const host = await this.#connected().host.info()
    this.store.set({ host })
    return host
  }

  #afterOpen(isResumed: boolean): void {
    const { place, view } = this.store.get()
    if (!isResumed) {
      Object.assign(this.#orders, FIRST_ORDER)
      this.#badge.reset()
    }
    if (place.kind === 'problems') void this.#queues.loadProblems()
    else if (isResumed) this.#lists.retry()
    else this.#lists.show(view.list, this.#orders[view.list.state])
  }

  #leavePlace(): void {
    this.store.set({ selection: { rows: new Map(), focusIndex: null, rangeStart: null }, frozen: false })
    this.#details.close()
  }

  /** The next task moves up to the place of the one that went: a whole list is worked through by one key. */
  #afterMove(rows: readonly TaskRow[]): void {
    if (rows.length === 0) return
    const wasSingle = this.store.get().selection.rows.size === 1
    this.#lists.dropMoved(rows)
    const { selection, view, paneOpen } = this.store.get()
    const { focusIndex } = selection
    if (wasSingle && focusIndex !== null && view.total > 0)
      this.select(Math.min(focusIndex, view.total - 1), 'only')
    else if (paneOpen) this.#details.close()
  }

  /** The keyboard may lead to a row that is still on its way: it is selected when it comes. */
  #selectArrived(): void {
    const { selection, view } = this.store.get()
    const { rows, focusIndex, rangeStart } = selection
    if (rows.size > 0 || focusIndex === null || rangeStart !== focusIndex) return
    if (rowAt(view.pages, focusIndex) !== undefined) this.select(focusIndex, 'only')
  }

  #inspectFocused(): void {
    const { selection, view } = this.store.get()
    const row = selection.focusIndex === null ? undefined : rowAt(view.pages, selection.focusIndex)
    if (row !== undefined) this.#details.inspect(row)
  }

  #toast(toast: Omit<Toast, 'id'>): void {
    const id = ++this.#lastToast
    this.store.set({ toasts: [...this.store.get().toasts.slice(-3), { ...toast, id }] })
    // A failure stays until it was read.
    if (toast.tone !== 'bad') setTimeout(() => this.dismissToast(id), TOAST_MS)
  }
}
