/**
 * What crosses a process border: plain data, described once as zod schemas. Every value that comes from a task (ids,
 * node names, payloads, errors) is untrusted text: views render it as text, never as markup, links or paths.
 *
 * Units are in the names. Times are microseconds since 1970 as decimal strings where they come from a file's name (they
 * may exceed 2^53), and numbers of milliseconds where they come from the file system's clock.
 */
import * as z from 'zod'
import { isReservedDir } from '../queue/states.ts'
import { LIST_STATES } from './list-states.ts'

/** A directory entry's name: never a path. The inspector joins it to a directory that it chose itself. */
export const bareName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[/\0]/.test(name) && name !== '.' && name !== '..', 'a bare file name, without slashes')

export const taskFileName = bareName.regex(/^\d+_./s, 'a task id: digits, an underscore, a suffix')
const decimal = z.string().regex(/^\d{1,24}$/)

const NODE_RULE =
  'a node is named for tasks in progress only and is none of the queue’s own directories; in the trash it is the state that the task was deleted from'

export { LIST_STATES }
const taskStateSchema = z.enum(LIST_STATES)
export type TaskState = z.infer<typeof taskStateSchema>

/** States from which tasks can be deleted, and to which they are restored. A deleted task of a node is restored to pending. */
export const TRASH_ORIGINS = ['pending', 'scheduled', 'failed', 'done', 'held'] as const

function isTrashOrigin(name: string): boolean {
  return (TRASH_ORIGINS as readonly string[]).includes(name)
}

/** One list that can be looked at: a state, and for tasks in progress optionally one node (in the trash: one origin). */
export const taskListSchema = z
  .strictObject({ state: taskStateSchema, node: bareName.nullable() })
  .refine(
    ({ state, node }) =>
      node === null ||
      (state === 'in-progress' && !isReservedDir(node)) ||
      (state === 'trash' && isTrashOrigin(node)),
    NODE_RULE,
  )
export type TaskList = z.infer<typeof taskListSchema>

/**
 * A task as it was seen: where its file lay, and which file it was. `inode` and `device` say later whether the file
 * under that name is still the one that the person saw.
 */
export const taskRefSchema = z
  .strictObject({
    state: taskStateSchema,
    node: bareName.nullable(),
    name: taskFileName,
    inode: decimal,
    device: decimal,
  })
  .refine(({ state, node }) => {
    if (state === 'in-progress') return node !== null && !isReservedDir(node)
    if (state === 'trash') return node !== null && isTrashOrigin(node)
    return node === null
  }, NODE_RULE)
export type TaskRef = z.infer<typeof taskRefSchema>

/** `text`: readable UTF-8; `binary`: shown as hex; `empty`: no bytes; `unknown`: could not be read, or not shown. */
const previewKindSchema = z.enum(['text', 'binary', 'empty', 'unknown'])

/** One row of a list. `ref` is null where the file vanished between the listing and the look at it. */
const taskRowSchema = z.object({
  ref: taskRefSchema.nullable(),
  /** The file's name: unique within its directory, and the row's key together with `node`. */
  name: z.string(),
  node: z.string().nullable(),
  /** The task's original id: what push() returned, without lease stamps. */
  taskId: z.string(),
  /** The time in front of the original id, µs since 1970. For a scheduled task: when it is due. */
  idTimeUs: z.string(),
  /**
   * When the task came into its present state, ms since 1970: the file's ctime. For a failed task whose last failure was kept with a
   * reason: when that happened, where it is not later than the ctime; an undo that puts the task back is no new failure.
   */
  enteredAtMs: z.number().nullable(),
  /** When the file was last moved or changed (its ctime), by whomever, ms since 1970. */
  changedAtMs: z.number().nullable(),
  /** When the payload was written (its mtime), ms since 1970. */
  writtenAtMs: z.number().nullable(),
  /** Payload bytes, without the 24 of the header. Null where unknown. */
  payloadBytes: z.number().nullable(),
  previewKind: previewKindSchema,
  /** The payload's beginning as one line; control and bidi characters made visible. */
  preview: z.string(),
  /** How often the task was claimed, where the name tells (our own leases), else null. */
  attempts: z.number().nullable(),
  /** First line of the kept failure reason. */
  reason: z.string().nullable(),
})
export type TaskRow = z.infer<typeof taskRowSchema>

export const taskWindowSchema = z.object({
  revision: z.number(),
  /** Number of tasks in the list at that revision. */
  total: z.number(),
  offset: z.number(),
  rows: z.array(taskRowSchema),
  /**
   * True while the directory is being listed for the first time: `total` and `rows` are those known so far, and others
   * will come between them. Absent: the list is whole.
   */
  isPartial: z.boolean().optional(),
})
export type TaskWindow = z.infer<typeof taskWindowSchema>

/** Where a task lies now. */
export const taskPositionSchema = z.object({
  list: taskListSchema,
  place: z.object({ node: z.string().nullable(), name: z.string() }),
  /** Offset in that list, in the order asked for. */
  position: z.number(),
  total: z.number(),
})
export type TaskPosition = z.infer<typeof taskPositionSchema>

/** `ok`, or why a file is no whole task. `unverified`: too large to read at once; ask for the verdict on its own. */
const integritySchema = z.enum(['ok', 'too-short', 'bad-version', 'bad-checksum', 'unverified', 'unreadable'])
export type Integrity = z.infer<typeof integritySchema>

/** One attempt that failed, as the worker or the core kept it. All texts are untrusted. */
const failureRecordSchema = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string().nullable(),
  cause: z.string().nullable(),
  node: z.string().nullable(),
  /** Which claim of the task this was, from 1; 0 where it is not known. */
  attempt: z.number(),
  /** ms since 1970; 0 where it is not known. */
  failedAtMs: z.number(),
})
export type FailureRecord = z.infer<typeof failureRecordSchema>

export const taskDetailSchema = z.object({
  ref: taskRefSchema,
  taskId: z.string(),
  idTimeUs: z.string(),
  attempts: z.number().nullable(),
  /** Where the file lies, for people to read and copy; no call takes it back. */
  path: z.string(),
  /** As in the row. */
  enteredAtMs: z.number(),
  writtenAtMs: z.number(),
  fileBytes: z.number(),
  payloadBytes: z.number(),
  mode: z.string(),
  ownerUid: z.number(),
  ownerGid: z.number(),
  links: z.number(),
  header: z.object({
    version: z.number().nullable(),
    storedMd5: z.string().nullable(),
    computedMd5: z.string().nullable(),
    integrity: integritySchema,
  }),
  /** The first bytes of the payload, base64, at most LIMITS.payloadChunkBytes. Empty for corrupt files. */
  payloadHead: z.string(),
  payloadHeadKind: previewKindSchema,
  /** Latest first. Empty where nobody kept a reason. */
  failures: z.array(failureRecordSchema),
  /** Id of the task whose payload was changed into this one's; null: none is known. */
  editedFrom: z.string().nullable(),
  /** Id of the task that was made of this one's changed payload. */
  editedTo: z.string().nullable(),
})
export type TaskDetail = z.infer<typeof taskDetailSchema>

const nodeSummarySchema = z.object({
  node: z.string(),
  tasks: z.number(),
  /** The directory's mtime: it moves at each claim and finish. ms since 1970. */
  lastActivityAtMs: z.number().nullable(),
  /**
   * `alive`: its holder's process runs; `dead`: proven gone; `active`: moved something lately; `quiet`: nothing for
   * longer than the stale timeout, which may also be one long task.
   */
  liveness: z.enum(['alive', 'dead', 'active', 'quiet']),
  /** What was seen, in words. */
  livenessReason: z.string(),
})
export type NodeSummary = z.infer<typeof nodeSummarySchema>

const problemKindSchema = z.enum([
  'foreign-file',
  'stray-directory',
  'corrupt-task',
  'unreadable',
  'foreign-owner',
  'missing-directory',
  'not-a-directory',
  'orphan-in-creating',
  'future-id',
  'duplicate-id',
  'due-together',
  'clock-ahead',
])
export type ProblemKind = z.infer<typeof problemKindSchema>

/** What can be done by one click, and undone by one more. Each is one rename of the file that the person saw. */
export const cureIdSchema = z.enum(['to-failed', 'set-aside', 'publish', 'restamp'])
export type CureId = z.infer<typeof cureIdSchema>

export const problemSchema = z.object({
  /** Names this problem with this very file: another file under the same name is another problem. */
  problemId: z.string(),
  kind: problemKindSchema,
  /** `stops-workers`: a worker hangs or stops on it; `risks-tasks`: tasks may be lost, run twice or stay undone; `untidy`: neither. */
  severity: z.enum(['stops-workers', 'risks-tasks', 'untidy']),
  /** Relative to the queue's directory. */
  path: z.string(),
  /** What was found, one sentence. */
  message: z.string(),
  /** What it does to the workers, one sentence. */
  consequence: z.string(),
  /** What mends it here, best first. Empty where nothing safe does. */
  cures: z.array(z.object({ cureId: cureIdSchema, verb: z.string(), effect: z.string() })),
  /** Where no cure is safe: what a person can do. */
  advice: z.string().nullable(),
  /** A shell command for it, quoted, to be read and copied; never run from here. */
  command: z.string().nullable(),
})
export type Problem = z.infer<typeof problemSchema>

/** What came of a cure or of its undo. */
export const cureOutcomeSchema = z.object({
  result: z.enum(['done', 'skipped']),
  /** One sentence: what was done, or why nothing was. */
  message: z.string(),
  /** Handle for `problems.undo`; null where there is nothing to undo. */
  undoId: z.string().nullable(),
})
export type CureOutcome = z.infer<typeof cureOutcomeSchema>

/**
 * `live`: events arrive and agree with the listings; `catching-up`: a listing is under way; `polling`: no events can be
 * had, the directories are listed on a timer; `lost`: the directory is gone or unreadable.
 */
const watchHealthSchema = z.object({
  mode: z.enum(['live', 'catching-up', 'polling', 'lost']),
  /** Why, where it is not `live`. */
  reason: z.string().nullable(),
  /** The last time that every directory was compared with its listing, ms since 1970. */
  reconciledAtMs: z.number().nullable(),
})
export type WatchHealth = z.infer<typeof watchHealthSchema>

const stateCountsSchema = z.object({
  pending: z.number(),
  'in-progress': z.number(),
  scheduled: z.number(),
  failed: z.number(),
  done: z.number(),
  held: z.number(),
  trash: z.number(),
})
export type StateCounts = z.infer<typeof stateCountsSchema>

/** Observed transitions per second, over the last seconds. */
const flowSchema = z.object({
  pushedPerSecond: z.number(),
  claimedPerSecond: z.number(),
  donePerSecond: z.number(),
  failedPerSecond: z.number(),
  /** Back to pending: released, requeued, or due. */
  releasedPerSecond: z.number(),
})
export type Flow = z.infer<typeof flowSchema>

const queueAccessSchema = z.object({
  canWrite: z.boolean(),
  /** Why not, and what to do. */
  reason: z.string().nullable(),
  /** True where the person may turn the lock (`queue.setLock`); false where the host was started read-only. */
  canUnlock: z.boolean(),
})
/** Whether acts are allowed on a queue as of now: the lock may be turned in any window. */
export type QueueAccess = z.infer<typeof queueAccessSchema>

/**
 * One message of the stream: the whole small state of the queue, never a list. A slow client misses messages, not
 * truth: each is complete, and the windows that it looks at are asked for again when `listRevisions` moved.
 */
export const queueUpdateSchema = z.object({
  access: queueAccessSchema,
  revision: z.number(),
  atMs: z.number(),
  counts: stateCountsSchema,
  /** Revision at which each state's list last changed. */
  listRevisions: stateCountsSchema,
  nodes: z.array(nodeSummarySchema),
  problems: z.number(),
  /** Push time of the oldest pending task (its file's mtime), ms since 1970. */
  oldestPendingAtMs: z.number().nullable(),
  /** When the first scheduled task is, or was, due, ms since 1970. */
  firstDueAtMs: z.number().nullable(),
  flow: flowSchema,
  health: watchHealthSchema,
})
export type QueueUpdate = z.infer<typeof queueUpdateSchema>

export const queueInfoSchema = z.object({
  queueId: z.string(),
  /** For people to read. */
  path: z.string(),
  name: z.string(),
  isDemo: z.boolean(),
  access: queueAccessSchema,
  pushLimitBytes: z.number(),
})
export type QueueInfo = z.infer<typeof queueInfoSchema>

const recentQueueSchema = z.object({
  recentId: z.string(),
  path: z.string(),
  name: z.string(),
  exists: z.boolean(),
})
export type RecentQueue = z.infer<typeof recentQueueSchema>

/** A place in an open queue, as a link, a menu or a notification names it. `taskId`: select this task there. */
export const queuePlaceSchema = z.strictObject({
  /** Null: wherever the task is. */
  view: z.enum([...LIST_STATES, 'overview', 'problems']).nullable(),
  taskId: taskFileName.nullable(),
})
export type QueuePlace = z.infer<typeof queuePlaceSchema>

/** What the desktop app keeps for all its windows. The server keeps nothing: there the page does. */
export const hostSettingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Queues are opened for looking only, from the next window on. */
  readOnlyByDefault: z.boolean(),
})
export type HostSettings = z.infer<typeof hostSettingsSchema>

/**
 * A system notification. Never holds anything from a payload: counts, states and the names of queues and nodes only. A
 * later one of the same queue takes the place of the former.
 */
export const notificationSchema = z.strictObject({
  title: z.string().min(1).max(120),
  body: z.string().max(300),
  queueId: z.string().min(1).max(64),
  /** Where a click leads. */
  target: queuePlaceSchema,
})
export type NotificationContent = z.infer<typeof notificationSchema>

/**
 * What the host asks of its page. `run`: the command of a menu item, by its id in the page's own table; an unknown or
 * presently impossible one does nothing. `show`: leads to a place.
 */
export const hostCommandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), command: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('show'), place: queuePlaceSchema }),
])
export type HostCommand = z.infer<typeof hostCommandSchema>

export const hostInfoSchema = z.object({
  kind: z.enum(['desktop', 'server']),
  version: z.string(),
  platform: z.string(),
  /** Ways of opening a queue that this host offers. */
  canChooseFolder: z.boolean(),
  canOpenPath: z.boolean(),
  canStartDemo: z.boolean(),
  /** Exports can be saved by the host's own dialog (`exports.save`); elsewhere the page takes them as a stream. */
  canSave: z.boolean(),
  /** Whether `host.revealTask` and `host.revealQueue` show a file manager. */
  canReveal: z.boolean(),
  /** The host was started on a queue: open it at once. */
  startsWithQueue: z.boolean(),
  /** Where to begin in that queue; null: where it seems best. */
  startPlace: queuePlaceSchema.nullable(),
  /** Whether `host.showReleases` leads anywhere: not where a package manager owns the app. */
  canCheckForUpdates: z.boolean(),
  recentQueues: z.array(recentQueueSchema),
})
export type HostInfo = z.infer<typeof hostInfoSchema>
