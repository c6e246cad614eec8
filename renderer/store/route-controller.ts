import { toErrorReport } from '../client/error-report.ts'
import type { TaskList, TaskRow } from '../../shared/contract/model.ts'
import { WORDS } from '../words.ts'
import type { ControllerContext } from './controller-context.ts'
import { NO_SELECTION } from './inspector-state.ts'
import type { Place, Route, TaskSpot } from './route.ts'
import { rowAt, toRowKey } from './window-cache.ts'

/** Rows that are asked for around a task that is looked for by name. */
const AROUND_ROWS = 3

export interface RouteController {
  /** Where the person is, or will begin; null on the welcome screen. */
  presentOrNull(): Route | null
  /** Leads to a place, its filter and its task; while no queue is open, that is where the next one begins. */
  show(route: Route): void
  /** A queue was opened: leads to where it was to begin. False where nothing was said. */
  begin(): boolean
  /** Selects a task in the list that is shown, and inspects it. A task that has moved on is told as such. */
  showTask(list: TaskList, spot: TaskSpot): Promise<void>
}

export interface RouteTargets {
  showPlace(place: Place): void
  /** The list itself, even where it is looked at in groups. */
  showRows(list: TaskList): void
  applyFilter(list: TaskList, expression: string): void
  inspect(row: TaskRow): void
}

export function createRouteController(context: ControllerContext, targets: RouteTargets): RouteController {
  const { store } = context
  let first: Route | null = null

  function show(route: Route): void {
    if (store.get().queue === null) {
      first = route
      return
    }
    const { place, filter, task } = route
    if (place.kind === 'list' && task !== null) targets.showRows(place.list)
    else targets.showPlace(place)
    if (place.kind !== 'list') return
    if (filter !== '') targets.applyFilter(place.list, filter)
    if (task !== null) void showTask(place.list, task)
  }

  async function showTask(list: TaskList, spot: TaskSpot): Promise<void> {
    const { view, connection } = store.get()
    if (connection !== 'ready') return
    try {
      const queueId = context.queueId()
      const wanted = { queueId, list, order: view.order, offset: 0, limit: AROUND_ROWS, around: { ...spot } }
      const { rows, offset } = await context.client().tasks.window(wanted)
      const at = rows.findIndex(({ name, node }) => name === spot.name && node === spot.node)
      const row = rows[at]
      if (!isShown(list)) return
      if (row === undefined) context.toast('plain', WORDS.taskMovedOn, spot.name)
      else choose(row, offset + at)
    } catch (error) {
      if (store.get().connection === 'ready') context.toastError(toErrorReport(error))
    }
  }

  function choose(row: TaskRow, index: number): void {
    const rows = new Map([[toRowKey(row), row]])
    const selection = { ...NO_SELECTION, rows, focusIndex: index, rangeStart: index, anchor: row }
    store.set({ selection, paneOpen: true })
    targets.inspect(row)
  }

  function isShown(list: TaskList): boolean {
    const { place } = store.get()
    return place.kind === 'list' && place.list.state === list.state && place.list.node === list.node
  }

  return {
    presentOrNull() {
      const { queue, place, filter, selection, view, paneOpen } = store.get()
      if (queue === null) return first
      if (place.kind !== 'list') return { place, filter: '', task: null }
      const focused = selection.focusIndex === null ? undefined : rowAt(view.pages, selection.focusIndex)
      const isInspected = paneOpen && focused !== undefined
      return {
        place,
        filter: filter.applied,
        task: isInspected ? { node: focused.node, name: focused.name } : null,
      }
    },
    show,
    begin() {
      const route = first
      first = null
      if (route !== null) show(route)
      return route !== null
    },
    showTask,
  }
}
