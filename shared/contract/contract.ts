/**
 * The one table of calls and streams between a view and a host. Electron's main process and the loopback server
 * implement it with the same router; the renderer's client is typed by it.
 *
 * A client names queues by handle and tasks by state and file name, never by path. The one exception is
 * `host.openQueue` with a typed or dropped path: an act of the person, refused where the host was started on one queue.
 */
import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { historyRangeSchema, historySchema, nodeFiguresSchema, timingsSchema } from './insight.ts'
import { LIMITS } from './limits.ts'
import {
  bareName,
  cureIdSchema,
  cureOutcomeSchema,
  hostCommandSchema,
  hostInfoSchema,
  hostSettingsSchema,
  notificationSchema,
  problemSchema,
  queueInfoSchema,
  queueUpdateSchema,
  taskDetailSchema,
  taskFileName,
  taskListSchema,
  taskPositionSchema,
  taskRefSchema,
  taskWindowSchema,
} from './model.ts'
import { failureGroupsSchema, queryProgressSchema } from './query.ts'
import {
  actionOutcomeSchema,
  actOutcomeSchema,
  editInputSchema,
  followedTaskSchema,
  freezeInputSchema,
  frozenSetSchema,
  handleSchema,
  jobSchema,
  operationSchema,
  performInputSchema,
  pushManyInputSchema,
  targetSchema,
} from './work.ts'

/** `message` says what happened and what to do; `cause` is the technical part, for whoever unfolds it. */
const errorData = z.object({ cause: z.string().nullable() })

/** Every error that a call answers with. Anything else is a defect and crosses as INTERNAL_SERVER_ERROR. */
export const QUEUE_ERRORS = {
  NOT_FOUND: { status: 404, data: errorData },
  NOT_A_DIRECTORY: { status: 422, data: errorData },
  NOT_A_QUEUE: { status: 422, data: errorData },
  UNREADABLE: { status: 403, data: errorData },
  NOT_OPEN: { status: 410, data: errorData },
  NOT_OFFERED: { status: 403, data: errorData },
  READ_ONLY: { status: 403, data: errorData },
  TASK_GONE: { status: 404, data: errorData },
  NOT_ALLOWED_IN_STATE: { status: 409, data: errorData },
  /** A handle (set, job, query, operation) that the inspector does not know, or no more. */
  UNKNOWN_HANDLE: { status: 404, data: errorData },
  /** An expression, template or time that cannot be understood; `cause` names the place. */
  BAD_REQUEST: { status: 400, data: errorData },
  PAYLOAD_TOO_LARGE: { status: 413, data: errorData },
  STORAGE_FAILED: { status: 507, data: errorData },
} as const

export type QueueErrorCode = keyof typeof QUEUE_ERRORS

const base = oc.errors(QUEUE_ERRORS)
const queueId = z.string().min(1).max(64)

/** How the person named the queue. The host decides which of them it takes. */
const openSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start') }),
  z.strictObject({ kind: z.literal('recent'), recentId: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('dialog') }),
  z.strictObject({ kind: z.literal('demo') }),
  z.strictObject({ kind: z.literal('path'), path: z.string().min(1).max(LIMITS.pathChars) }),
])
export type OpenSource = z.infer<typeof openSourceSchema>

export const contract = {
  host: {
    info: base.output(hostInfoSchema),
    /** Opens a queue for looking: touches nothing on disk. Null when the person cancelled the dialog. */
    openQueue: base.input(openSourceSchema).output(queueInfoSchema.nullable()),
    /** What the person asks of this page through menus, notifications and the command line. Silent on the server. */
    commands: base.output(eventIterator(hostCommandSchema)),
    /** Facts for a bug report: versions, counts, health. No payloads, no task ids, no paths. */
    diagnostics: base.output(z.object({ text: z.string() })),
    // The desktop app's own. The server answers NOT_OFFERED, and the page does what a browser can.
    /** Shows a system notification; a click on it leads this window to the target. */
    notify: base.input(notificationSchema).output(z.object({ shown: z.boolean() })),
    /** This window's share of the number on the app's icon; 0 takes it away. */
    setBadge: base.input(z.strictObject({ count: z.int().min(0).max(1_000_000_000) })).output(z.null()),
    /** Opens a queue in a window of its own, or shows the one that it has. */
    openWindow: base.input(openSourceSchema).output(z.null()),
    settings: base.output(hostSettingsSchema),
    changeSettings: base.input(hostSettingsSchema.partial()).output(hostSettingsSchema),
    /** Opens the page of releases in the browser: a constant address, and only when the person asks. */
    showReleases: base.output(z.null()),
    /** Shows a task's file in the system's file manager. @throws TASK_GONE, UNREADABLE, NOT_OFFERED on a server. */
    revealTask: base.input(z.strictObject({ queueId, task: taskRefSchema })).output(z.null()),
    /** Shows the directory of an open queue there. @throws NOT_OFFERED on a server. */
    revealQueue: base.input(z.strictObject({ queueId })).output(z.null()),
  },
  queue: {
    info: base.input(z.strictObject({ queueId })).output(queueInfoSchema),
    /**
     * Begins with the present state, then a message whenever something changed: each 40 ms at the most, each 100 ms under load. A queue stays
     * open while somebody follows it, and a little longer.
     */
    changes: base.input(z.strictObject({ queueId })).output(eventIterator(queueUpdateSchema)),
    problems: base.input(z.strictObject({ queueId })).output(z.array(problemSchema)),
    history: base.input(z.strictObject({ queueId, range: historyRangeSchema })).output(historySchema),
    timings: base.input(z.strictObject({ queueId, range: historyRangeSchema })).output(timingsSchema),
    /** What nodes did lately, with up to `claims` of what each holds; of one node, or of all. */
    nodes: base
      .input(
        z.strictObject({
          queueId,
          node: bareName.nullable(),
          claims: z.int().min(0).max(LIMITS.nodeClaims),
        }),
      )
      .output(z.array(nodeFiguresSchema)),
    /** Locks or unlocks writing for this queue, kept across restarts. @throws READ_ONLY where the host was started read-only. */
    setLock: base.input(z.strictObject({ queueId, locked: z.boolean() })).output(queueInfoSchema),
    /** Of all failed tasks or, with a query over them, of what it found. @throws UNKNOWN_HANDLE */
    failureGroups: base
      .input(z.strictObject({ queueId, queryId: handleSchema.nullable() }))
      .output(failureGroupsSchema),
  },
  /** A query lives as long as somebody follows it, and a minute more. */
  queries: {
    /** @throws BAD_REQUEST for an expression that cannot be understood. */
    open: base
      .input(
        z.strictObject({ queueId, list: taskListSchema, expression: z.string().max(LIMITS.filterChars) }),
      )
      .output(queryProgressSchema),
    /** Begins with the present progress, then a message when it changed, at most one each 100 ms. */
    follow: base
      .input(z.strictObject({ queueId, queryId: handleSchema }))
      .output(eventIterator(queryProgressSchema)),
    /** Ends the scan; what was found stays until `close`. */
    cancel: base.input(z.strictObject({ queueId, queryId: handleSchema })).output(queryProgressSchema),
    close: base.input(z.strictObject({ queueId, queryId: handleSchema })).output(z.null()),
  },
  problems: {
    /**
     * Mends one problem by one rename of the file that the person saw.
     * @throws READ_ONLY, TASK_GONE where another file lies there now, BAD_REQUEST for a cure that is not offered, STORAGE_FAILED.
     */
    cure: base
      .input(z.strictObject({ queueId, problemId: handleSchema, cureId: cureIdSchema }))
      .output(cureOutcomeSchema),
    /** Puts it back, if it still lies where the cure put it. @throws READ_ONLY, UNKNOWN_HANDLE, STORAGE_FAILED. */
    undo: base.input(z.strictObject({ queueId, undoId: handleSchema })).output(cureOutcomeSchema),
  },
  tasks: {
    window: base
      .input(
        z.strictObject({
          queueId,
          list: taskListSchema,
          /** Only what this query found. */
          queryId: handleSchema.optional(),
          /** `oldest`: smallest id first, as workers take them. */
          order: z.enum(['oldest', 'newest']),
          offset: z.int().min(0),
          limit: z.int().min(1).max(LIMITS.windowRows),
          /**
           * Instead of `offset`: the rows around this one, or around where it would be. The answer names its offset.
           * `before`: rows above it, else it comes to lie in the middle; `align`: the offset is a multiple of this.
           */
          around: z
            .strictObject({
              node: z.string().max(255).nullable(),
              name: z.string().min(1).max(255),
              before: z.int().min(0).max(LIMITS.windowRows).optional(),
              align: z.int().min(1).max(LIMITS.windowRows).optional(),
            })
            .optional(),
        }),
      )
      .output(taskWindowSchema),
    /**
     * Where to jump. By id: the id itself or its beginning, in `list` first, then in all others. By time: the first task whose
     * id's time is that or later, else the last one. Null: there is no such task.
     */
    locate: base
      .input(
        z.strictObject({
          queueId,
          list: taskListSchema,
          order: z.enum(['oldest', 'newest']),
          target: z.discriminatedUnion('by', [
            z.strictObject({ by: z.literal('id'), text: z.string().min(1).max(255) }),
            /** Microseconds since 1970. */
            z.strictObject({ by: z.literal('time'), us: z.string().regex(/^\d{1,24}$/) }),
          ]),
        }),
      )
      .output(taskPositionSchema.nullable()),
    detail: base.input(z.strictObject({ queueId, task: taskRefSchema })).output(taskDetailSchema),
    /** Payload bytes from `offset`, base64. */
    payload: base
      .input(
        z.strictObject({
          queueId,
          task: taskRefSchema,
          offset: z.int().min(0),
          limit: z.int().min(1).max(LIMITS.payloadChunkBytes),
        }),
      )
      .output(z.object({ bytes: z.string(), payloadBytes: z.number() })),
    /** The computed checksum of a payload of any size, with the verdict. */
    verify: base
      .input(z.strictObject({ queueId, task: taskRefSchema }))
      .output(z.object({ computedMd5: z.string(), isOk: z.boolean() })),
    /** A gzip or zstd payload opened, up to LIMITS.expandedBytes, base64. @throws BAD_REQUEST where it is neither. */
    expand: base
      .input(z.strictObject({ queueId, task: taskRefSchema }))
      .output(z.object({ bytes: z.string(), format: z.enum(['gzip', 'zstd']), isWhole: z.boolean() })),
  },
  actions: {
    /** Fixes a set of tasks, names only, without a look at the files. */
    freeze: base.input(freezeInputSchema.extend({ queueId })).output(frozenSetSchema),
    /**
     * Acts on exactly the tasks that are meant. Answers when all is done, or with a running job after a moment.
     * @throws READ_ONLY, NOT_ALLOWED_IN_STATE, UNKNOWN_HANDLE, STORAGE_FAILED where nothing could begin.
     */
    perform: base.input(performInputSchema.extend({ queueId })).output(jobSchema),
    /** Moves back what an operation moved, as far as it still lies where the operation left it. */
    undo: base.input(z.strictObject({ queueId, operationId: handleSchema })).output(jobSchema),
    push: base
      .input(
        z.strictObject({
          queueId,
          /** Base64. */
          payload: z.base64().max(Math.ceil(LIMITS.pushBytes / 3) * 4 + 4),
          /** Not before this time, ms since 1970; null: now. */
          dueAtMs: z.int().min(0).max(LIMITS.latestDueMs).nullable(),
        }),
      )
      .output(z.object({ taskId: z.string() })),
    /** @throws BAD_REQUEST for a template with an unknown variable. */
    pushMany: base.input(pushManyInputSchema.extend({ queueId })).output(jobSchema),
    edit: base
      .input(editInputSchema.extend({ queueId }))
      .output(z.object({ taskId: z.string(), job: jobSchema })),
    /** Pushes the payload of each once more, as new tasks. */
    duplicate: base.input(z.strictObject({ queueId, target: targetSchema })).output(jobSchema),
    /** Where pushed tasks are now; at most 500 at once. */
    followed: base
      .input(z.strictObject({ queueId, taskIds: z.array(taskFileName).min(1).max(LIMITS.windowRows) }))
      .output(z.array(followedTaskSchema)),
  },
  jobs: {
    /** All jobs of a queue, newest first, whole at each message, at most one each 100 ms. */
    follow: base.input(z.strictObject({ queueId })).output(eventIterator(z.array(jobSchema))),
    cancel: base.input(z.strictObject({ queueId, jobId: handleSchema })).output(jobSchema),
    /** Forgets an ended job's results. */
    dismiss: base.input(z.strictObject({ queueId, jobId: handleSchema })).output(z.null()),
    results: base
      .input(
        z.strictObject({
          queueId,
          jobId: handleSchema,
          result: z.enum(['moved', 'skipped', 'failed']).nullable(),
          offset: z.int().min(0),
          limit: z.int().min(1).max(LIMITS.windowRows),
        }),
      )
      .output(z.object({ total: z.number(), outcomes: z.array(actionOutcomeSchema) })),
    /** The audit of this queue: every act that wrote, newest first. */
    operations: base
      .input(
        z.strictObject({ queueId, offset: z.int().min(0), limit: z.int().min(1).max(LIMITS.windowRows) }),
      )
      .output(z.object({ total: z.number(), operations: z.array(operationSchema) })),
    /** What became of an act's tasks by now; null where that is not known any more, or where it left nothing to workers. */
    outcome: base
      .input(z.strictObject({ queueId, operationId: handleSchema }))
      .output(actOutcomeSchema.nullable()),
  },
  exports: {
    /**
     * JSON Lines, CSV (cells that a spreadsheet would run are quoted), or the payloads as a tar archive, as a stream of base64 chunks;
     * ends by itself, and when the client stops reading.
     */
    read: base
      .input(z.strictObject({ queueId, target: targetSchema, format: z.enum(['jsonl', 'csv', 'tar']) }))
      .output(
        eventIterator(
          z.object({ bytes: z.string(), done: z.number(), total: z.number(), skipped: z.number() }),
        ),
      ),
    /** The same into a file (or for `tar` a folder of raw files) that the person chooses by the host's dialog; null when cancelled. */
    save: base
      .input(z.strictObject({ queueId, target: targetSchema, format: z.enum(['jsonl', 'csv', 'folder']) }))
      .output(
        eventIterator(
          z.object({ path: z.string().nullable(), done: z.number(), total: z.number(), skipped: z.number() }),
        ),
      ),
  },
}

export type InspectorContract = typeof contract
