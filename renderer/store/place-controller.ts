/**
 * Leads to places that somebody else named: the command line, a menu, a notification, or this page before it was loaded
 * anew. And keeps the present one for the next time.
 */
import { keepSession, readKeptSessionOrNull } from '../client/kept-session.ts'
import type { KeptSession } from '../client/kept-session.ts'
import type { OpenSource } from '../../shared/contract/contract.ts'
import type { QueuePlace, TaskList, TaskPlace } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import type { InspectorState, Order } from './inspector-state.ts'

export interface PlaceActions {
  showList(list: TaskList): void
  showProblems(): void
  /** Chooses a row of the list that is shown, and inspects it. */
  inspect(index: number): void
  orderOf(list: TaskList): Order
  /** What opens the queue again that is open now; null where none is. */
  resumeSource(): OpenSource | null
}

export interface PlaceController {
  show(place: QueuePlace): Promise<void>
  /** Where this page was before it was loaded anew; null: it is new. */
  keptOrNull(): KeptSession | null
  /** Leads back there, once its queue is open. */
  restore(kept: KeptSession): Promise<void>
}

export function createPlaceController(context: ControllerContext, actions: PlaceActions): PlaceController {
  return new Places(context, actions)
}

class Places implements PlaceController {
  readonly #context: ControllerContext
  readonly #actions: PlaceActions
  #written = ''

  constructor(context: ControllerContext, actions: PlaceActions) {
    this.#context = context
    this.#actions = actions
    context.store.subscribe(() => this.#keep(context.store.get()))
  }

  async show({ view, taskId }: QueuePlace): Promise<void> {
    if (view === 'problems') return this.#actions.showProblems()
    const place = taskId === null ? null : await this.#locateOrNull(taskId)
    if (place !== null) return this.#showTask({ state: place.state, node: null }, place)
    if (view !== null) this.#actions.showList({ state: view, node: null })
    if (taskId !== null)
      this.#context.toast('plain', `The task ${taskId} is not in this queue, or not any more.`)
  }

  keptOrNull(): KeptSession | null {
    return readKeptSessionOrNull()
  }

  async restore({ list, taskId, paneOpen }: KeptSession): Promise<void> {
    if (list === null) return this.#actions.showProblems()
    const place = taskId === null || !paneOpen ? null : await this.#locateOrNull(taskId)
    // It may have moved on meanwhile: the list that was looked at counts for more.
    if (place?.state === list.state) return this.#showTask(list, place)
    this.#actions.showList(list)
  }

  async #locateOrNull(taskId: string): Promise<TaskPlace | null> {
    try {
      return await this.#context.client().tasks.locate({ queueId: this.#context.queueId(), taskId })
    } catch {
      // The connection broke, or it is no id at all: as if it were nowhere.
      return null
    }
  }

  async #showTask(list: TaskList, { node, name }: TaskPlace): Promise<void> {
    this.#actions.showList(list)
    const order = this.#actions.orderOf(list)
    const around = { node, name }
    const found = await this.#context.client().tasks.window({
      queueId: this.#context.queueId(),
      list,
      order,
      offset: 0,
      limit: 1,
      around,
    })
    if (!(await this.#isReady(list))) return
    if (found.rows[0]?.name === name) this.#actions.inspect(found.offset)
  }

  /** Waits for the list's first rows; false where the person went elsewhere before they came. */
  #isReady(list: TaskList): Promise<boolean> {
    const { store } = this.#context
    return new Promise((resolve) => {
      const look = (): void => {
        const { view, queue, place } = store.get()
        const isLeft = queue === null || place.kind !== 'list' || place.list !== list
        if (!isLeft && view.phase === 'loading') return
        unsubscribe()
        resolve(!isLeft && view.phase === 'ready')
      }
      const unsubscribe = store.subscribe(look)
      look()
    })
  }

  #keep(state: InspectorState): void {
    // While a queue is opened the state passes through places that nobody chose.
    if (state.opening || state.connection !== 'ready') return
    const session = this.#toSession(state)
    const text = JSON.stringify(session)
    if (text === this.#written) return
    this.#written = text
    keepSession(session)
  }

  #toSession({ queue, place, detail, selection, paneOpen }: InspectorState): KeptSession | null {
    const source = queue === null ? null : this.#actions.resumeSource()
    if (source === null) return null
    const [chosen] = selection.rows.values()
    return {
      source,
      list: place.kind === 'list' ? place.list : null,
      taskId: (paneOpen ? detail?.row.taskId : undefined) ?? chosen?.taskId ?? null,
      paneOpen,
    }
  }
}
