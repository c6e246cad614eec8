import type { ErrorReport } from '../client/error-report.ts'
import type {
  Flow,
  HostInfo,
  Problem,
  QueueInfo,
  QueueUpdate,
  TaskDetail,
  TaskList,
  TaskRef,
  TaskRow,
  TaskState,
} from '../../shared/contract/model.ts'
import type { FailureGroups, QueryProgress } from '../../shared/contract/query.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import type {
  ActionOutcome,
  ActOutcome,
  FollowedTask,
  FrozenSet,
  Job,
  Operation,
} from '../../shared/contract/work.ts'
import type { Choice, SetOrigin } from './choice.ts'
import { EMPTY_LAB } from './lab-draft.ts'
import type { LabDraft } from './lab-draft.ts'
import { EMPTY_PAGED } from './paged.ts'
import type { Paged } from './paged.ts'
import type { Place } from './route.ts'
import type { Pages } from './window-cache.ts'
import { NO_PAGES } from './window-cache.ts'

export type Order = 'oldest' | 'newest'

/** Workers take the oldest first; of what is over, the latest says most. */
export const FIRST_ORDER: Readonly<Record<TaskState, Order>> = {
  pending: 'oldest',
  'in-progress': 'oldest',
  scheduled: 'oldest',
  failed: 'newest',
  done: 'newest',
  held: 'newest',
  trash: 'newest',
}

/** `refused`: this link's token is no longer good; nothing but a new link helps. */
type ConnectionPhase = 'connecting' | 'ready' | 'lost' | 'refused'

/** One state's list as it is shown. `waiting` counts the changes that were seen and are held back. */
export interface ListView {
  readonly list: TaskList
  readonly order: Order
  /** Only what this query found; null: all of the list. */
  readonly queryId: string | null
  readonly phase: 'loading' | 'ready' | 'error'
  readonly error: ErrorReport | null
  readonly pages: Pages
  readonly total: number
  readonly revision: number
  readonly waiting: number
  /** Grows with each refresh that moved the rows by `shift.rows`: the view scrolls along, so that they stand still. */
  readonly shift: { readonly serial: number; readonly rows: number }
  /** Grows with each jump: the view scrolls there. */
  readonly jump: { readonly serial: number; readonly index: number }
  /** The directory is being listed for the first time: these are its first names, not in their final places. */
  readonly isPartial: boolean
}

export interface Selection {
  /** Rows by key, as they were when they were selected. */
  readonly rows: ReadonlyMap<string, TaskRow>
  /** Where the keyboard is; null before the first choice. */
  readonly focusIndex: number | null
  /** Where a task lay that was moved away: the keyboard stands before this row, and on none, until the next arrow key. */
  readonly gapIndex: number | null
  /** Where a range began, and the row that was there: the pages in between may be forgotten meanwhile. */
  readonly rangeStart: number | null
  readonly anchor: TaskRow | null
  /** Instead of `rows`: a set that the inspector froze, and the rows that it covers here (null: all). */
  readonly frozen: FrozenChoice | null
  /** The set is being fixed. */
  readonly isFreezing: boolean
}

interface FrozenChoice {
  readonly set: FrozenSet
  readonly origin: SetOrigin
  readonly span: { readonly first: number; readonly last: number } | null
}

export const NO_SELECTION: Selection = {
  rows: new Map(),
  focusIndex: null,
  gapIndex: null,
  rangeStart: null,
  anchor: null,
  frozen: null,
  isFreezing: false,
}

export interface DetailView {
  readonly row: TaskRow
  /** `moving`: it is no longer where it was, and is looked for. `gone`: it was not found. */
  readonly phase: 'loading' | 'ready' | 'moving' | 'gone' | 'error'
  readonly detail: TaskDetail | null
  /** It has moved while it was shown, and was followed: from this state, when it was chosen. */
  readonly cameFrom: TaskState | null
  readonly error: ErrorReport | null
  /** Payload bytes from `payloadFrom` on, as far as they were fetched. */
  readonly payload: Uint8Array
  readonly payloadFrom: number
  readonly loadingPayload: boolean
  /** How far a whole image is on its way; null: none is. */
  readonly loadingImage: { readonly done: number; readonly total: number } | null
  readonly payloadError: ErrorReport | null
  /** A compressed payload, opened on request. */
  readonly expanded: ExpandedPayload | null
  /** The verdict over a large payload, on request. */
  readonly verdict: { readonly computedMd5: string; readonly isOk: boolean } | null
  /** What is on its way beside the payload: its buttons wait. */
  readonly asking: 'expand' | 'verify' | null
  readonly askError: ErrorReport | null
}

interface ExpandedPayload {
  readonly bytes: Uint8Array
  readonly format: 'gzip' | 'zstd'
  readonly isWhole: boolean
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
  readonly offer: ToastOffer | null
}

/** What a message can lead to. */
export type ToastOffer =
  | { readonly kind: 'undo'; readonly operationId: string }
  | { readonly kind: 'undo-cure'; readonly undoId: string }
  | { readonly kind: 'follow'; readonly taskIds: readonly string[] }

export type Dialog =
  | { readonly kind: 'push' }
  | { readonly kind: 'help' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'jump' }
  | { readonly kind: 'history' }
  | { readonly kind: 'follow' }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'edit'; readonly row: TaskRow }
  | { readonly kind: 'results'; readonly job: Job }
  | { readonly kind: 'save-filter'; readonly expression: string }
  | {
      readonly kind: 'confirm'
      readonly action: TaskActionId
      readonly choice: Choice
      readonly placement: PlacementKind
    }

export type PlacementKind = 'back' | 'front' | 'at'

/** The one field above the list: what is written, and what is applied. */
export interface FilterView {
  readonly text: string
  /** The expression that the list shows now; empty: all of it. */
  readonly applied: string
  readonly progress: QueryProgress | null
  readonly error: FilterError | null
}

export interface FilterError {
  readonly message: string
  /** Where in the text, from 0; null where it is no one place. */
  readonly at: number | null
}

interface GroupsView {
  readonly phase: 'loading' | 'ready' | 'error'
  readonly groups: FailureGroups | null
  readonly error: ErrorReport | null
}

/** An export that this window reads or has the host write. */
export interface ExportView {
  readonly id: number
  readonly format: 'jsonl' | 'csv' | 'raw' | 'payload'
  readonly phase: 'running' | 'done' | 'cancelled' | 'failed'
  readonly unit: 'tasks' | 'bytes'
  readonly done: number
  readonly total: number
  readonly skipped: number
  readonly perSecond: number
  /** Where it was written, as far as is known. */
  readonly savedAs: string | null
  readonly error: ErrorReport | null
}

export interface ResultsView {
  readonly filter: ActionOutcome['result'] | null
  readonly list: Paged<ActionOutcome>
}

/** The whole payload of a task that is to be changed. */
export interface EditView {
  readonly phase: 'loading' | 'ready' | 'error'
  readonly task: TaskRef | null
  readonly bytes: Uint8Array
  readonly error: ErrorReport | null
}

/** What became of pushed tasks, asked for again as the queue changes. */
interface FollowView {
  readonly taskIds: readonly string[]
  readonly tasks: readonly FollowedTask[]
  readonly error: ErrorReport | null
}

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
  readonly acting: TaskActionId | 'push' | 'edit' | 'duplicate' | null
  /** All jobs that the host knows of this queue. */
  readonly jobs: readonly Job[]
  /** Those that the tray shows. */
  readonly tray: readonly string[]
  readonly exports: readonly ExportView[]
  readonly results: ResultsView
  readonly history: Paged<Operation>
  /** Acts that came after the history was opened: they wait, so that its rows stay where they are. */
  readonly newer: number
  /** By what filter the tasks of an operation of this window were found, by operation. */
  readonly foundBy: ReadonlyMap<string, string>
  /** What became of the tasks of acts that are looked at, by operation. */
  readonly outcomes: ReadonlyMap<string, ActOutcome>
  readonly follow: FollowView
  readonly edit: EditView
  readonly lab: LabDraft
  readonly filter: FilterView
  /** The expression whose tasks are being gathered for an act. */
  readonly gathering: string | null
  /** Not null: the failed list is shown by what the failures have in common. */
  readonly groups: GroupsView | null
  readonly dialog: Dialog | null
  readonly toasts: readonly Toast[]
}

export function toEmptyView(list: TaskList, order: Order, queryId: string | null = null): ListView {
  return {
    list,
    order,
    queryId,
    phase: 'loading',
    error: null,
    pages: NO_PAGES,
    total: 0,
    revision: -1,
    waiting: 0,
    shift: { serial: 0, rows: 0 },
    jump: { serial: 0, index: 0 },
    isPartial: false,
  }
}

export const NO_FILTER: FilterView = { text: '', applied: '', progress: null, error: null }

export const NO_EDIT: EditView = { phase: 'loading', task: null, bytes: new Uint8Array(), error: null }

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
  place: { kind: 'overview' },
  view: toEmptyView(FIRST_LIST, 'oldest'),
  frozen: false,
  selection: NO_SELECTION,
  paneOpen: false,
  detail: null,
  problems: { phase: 'loading', problems: [], error: null },
  acting: null,
  jobs: [],
  tray: [],
  exports: [],
  results: { filter: null, list: EMPTY_PAGED },
  history: EMPTY_PAGED,
  newer: 0,
  foundBy: new Map(),
  outcomes: new Map(),
  follow: { taskIds: [], tasks: [], error: null },
  edit: NO_EDIT,
  lab: EMPTY_LAB,
  filter: NO_FILTER,
  gathering: null,
  groups: null,
  dialog: null,
  toasts: [],
}
