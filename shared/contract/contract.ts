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
  hostInfoSchema,
  problemSchema,
  queueInfoSchema,
  queueUpdateSchema,
  taskDetailSchema,
  taskListSchema,
  taskPositionSchema,
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
  },
  queue: {
    info: base.input(z.strictObject({ queueId })).output(queueInfoSchema),
    /**
     * Begins with the present state, then a message whenever something changed: each 40 ms at the most, each 100 ms under load. A queue stays
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
