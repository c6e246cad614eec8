import type { ErrorReport } from '../client/error-report.ts'
import type {
  Flow,
  HostInfo,
  Problem,
  QueueInfo,
  QueueUpdate,
  TaskDetail,
  TaskList,
  TaskRow,
} from '../../shared/contract/model.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import type { Pages } from './window-cache.ts'
import { NO_PAGES } from './window-cache.ts'

export type Order = 'oldest' | 'newest'

/** `refused`: this link's token is no longer good; nothing but a new link helps. */
type ConnectionPhase = 'connecting' | 'ready' | 'lost' | 'refused'

type Place = { readonly kind: 'list'; readonly list: TaskList } | { readonly kind: 'problems' }

/** One state's list as it is shown. `waiting` counts the changes that were seen and are held back. */
export interface ListView {
  readonly list: TaskList
  readonly order: Order
  readonly phase: 'loading' | 'ready' | 'error'
  readonly error: ErrorReport | null
  readonly pages: Pages
  readonly total: number
  readonly revision: number
  readonly waiting: number
  /** Grows with each refresh that moved the rows by `shift.rows`: the view scrolls along, so that they stand still. */
  readonly shift: { readonly serial: number; readonly rows: number }
}

export interface Selection {
  /** Rows by key, as they were when they were selected. */
  readonly rows: ReadonlyMap<string, TaskRow>
  /** Where the keyboard is; null before the first choice. */
  readonly focusIndex: number | null
  /** Where a range began. */
  readonly rangeStart: number | null
}

export const NO_SELECTION: Selection = { rows: new Map(), focusIndex: null, rangeStart: null }

export interface DetailView {
  readonly row: TaskRow
  readonly phase: 'loading' | 'ready' | 'gone' | 'error'
  readonly detail: TaskDetail | null
  readonly error: ErrorReport | null
  /** Payload bytes from the beginning, as far as they were fetched. */
  readonly payload: Uint8Array
  readonly loadingPayload: boolean
  readonly payloadError: ErrorReport | null
}

interface FlowSample {
  readonly atMs: number
  readonly flow: Flow
}

export interface Toast {
  readonly id: number
  readonly tone: 'good' | 'bad' | 'plain'
  readonly message: string
  readonly cause: string | null
}

export type Dialog =
  | { readonly kind: 'push' }
  | { readonly kind: 'help' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'confirm'; readonly action: TaskActionId; readonly rows: readonly TaskRow[] }

interface ProblemsView {
  readonly phase: 'loading' | 'ready' | 'error'
  readonly problems: readonly Problem[]
  readonly error: ErrorReport | null
}

export interface InspectorState {
  readonly connection: ConnectionPhase
  readonly host: HostInfo | null
  readonly opening: boolean
  readonly openError: ErrorReport | null
  readonly queue: QueueInfo | null
  /** Why the stream of the open queue ended for good. */
  readonly queueError: ErrorReport | null
  readonly update: QueueUpdate | null
  readonly samples: readonly FlowSample[]
  readonly place: Place
  readonly view: ListView
  readonly frozen: boolean
  readonly selection: Selection
  readonly paneOpen: boolean
  readonly detail: DetailView | null
  readonly problems: ProblemsView
  /** The action under way, if any: its buttons wait. */
  readonly acting: TaskActionId | null
  readonly dialog: Dialog | null
  readonly toasts: readonly Toast[]
}

export function toEmptyView(list: TaskList, order: Order): ListView {
  return {
    list,
    order,
    phase: 'loading',
    error: null,
    pages: NO_PAGES,
    total: 0,
    revision: -1,
    waiting: 0,
    shift: { serial: 0, rows: 0 },
  }
}

const FIRST_LIST: TaskList = { state: 'pending', node: null }

export const INITIAL_STATE: InspectorState = {
  connection: 'connecting',
  host: null,
  opening: false,
  openError: null,
  queue: null,
  queueError: null,
  update: null,
  samples: [],
  place: { kind: 'list', list: FIRST_LIST },
  view: toEmptyView(FIRST_LIST, 'oldest'),
  frozen: false,
  selection: NO_SELECTION,
  paneOpen: false,
  detail: null,
  problems: { phase: 'loading', problems: [], error: null },
  acting: null,
  dialog: null,
  toasts: [],
}
