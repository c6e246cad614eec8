/**
 * The one table of calls and streams between a view and a host. Electron's main process and the loopback server
 * implement it with the same router; the renderer's client is typed by it.
 *
 * A client names queues by handle and tasks by state and file name, never by path. The one exception is
 * `host.openQueue` with a typed or dropped path: an act of the person, refused where the host was started on one queue.
 */
import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { LIMITS } from './limits.ts'
import {
  actionOutcomeSchema,
  hostCommandSchema,
  hostInfoSchema,
  hostSettingsSchema,
  notificationSchema,
  problemSchema,
  queueInfoSchema,
  queueUpdateSchema,
  taskDetailSchema,
  taskIdSchema,
  taskListSchema,
  taskPlaceSchema,
  taskRefSchema,
  taskWindowSchema,
} from './model.ts'

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

const actionInput = z.strictObject({
  queueId,
  tasks: z.array(taskRefSchema).min(1).max(LIMITS.windowRows),
})

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
  },
  queue: {
    info: base.input(z.strictObject({ queueId })).output(queueInfoSchema),
    /**
     * Begins with the present state, then a message whenever something changed, at most one each 100 ms. A queue stays
     * open while somebody follows it, and a little longer.
     */
    changes: base.input(z.strictObject({ queueId })).output(eventIterator(queueUpdateSchema)),
    problems: base.input(z.strictObject({ queueId })).output(z.array(problemSchema)),
  },
  tasks: {
    window: base
      .input(
        z.strictObject({
          queueId,
          list: taskListSchema,
          /** `oldest`: smallest id first, as workers take them. */
          order: z.enum(['oldest', 'newest']),
          offset: z.int().min(0),
          limit: z.int().min(1).max(LIMITS.windowRows),
          /** Instead of `offset`: the rows around this one, or around where it would be. The answer names its offset. */
          around: z
            .strictObject({ node: z.string().max(255).nullable(), name: z.string().min(1).max(255) })
            .optional(),
        }),
      )
      .output(taskWindowSchema),
    /** Where the file of a task lies now, by the id that push() returned; null where no state has it. */
    locate: base.input(z.strictObject({ queueId, taskId: taskIdSchema })).output(taskPlaceSchema.nullable()),
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
  },
  actions: {
    requeue: base.input(actionInput).output(z.array(actionOutcomeSchema)),
    release: base.input(actionInput).output(z.array(actionOutcomeSchema)),
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
  },
}

export type InspectorContract = typeof contract
