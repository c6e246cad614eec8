/**
 * Acts on tasks as they cross a process border: which tasks are meant, the work that moves them, and what came of each.
 *
 * An act works on an exact set that was fixed when the person clicked. Rows that the person saw are named one by one; everything
 * that matches a list or a query is frozen by the inspector (`actions.freeze`) and named by its handle, 1 or 1,000,000 tasks.
 */
import * as z from 'zod'
import { LIMITS } from './limits.ts'
import { LIST_STATES } from './list-states.ts'
import { bareName, taskFileName, taskListSchema, taskRefSchema } from './model.ts'
import { TASK_ACTION_IDS } from './task-actions.ts'

export const handleSchema = z.string().min(1).max(64)
const timeMs = z.int().min(0).max(LIMITS.latestDueMs)

/** A row's place in its list, for ranges. */
const taskPlaceSchema = z.strictObject({ node: bareName.nullable(), name: taskFileName })

/** What is to be frozen: a whole list, what a query found so far, or the rows between two of them, both ends included. */
export const freezeInputSchema = z.strictObject({
  list: taskListSchema,
  queryId: handleSchema.nullable(),
  order: z.enum(['oldest', 'newest']),
  range: z.strictObject({ from: taskPlaceSchema, to: taskPlaceSchema }).nullable(),
})

/** A set of tasks, fixed at `frozenAtMs`. Kept for an hour after its last use; the inspector holds a few at most. */
export const frozenSetSchema = z.object({
  setId: z.string(),
  list: taskListSchema,
  total: z.number(),
  frozenAtMs: z.number(),
})
export type FrozenSet = z.infer<typeof frozenSetSchema>

export const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tasks'), tasks: z.array(taskRefSchema).min(1).max(LIMITS.windowRows) }),
  z.strictObject({ kind: z.literal('set'), setId: handleSchema }),
])
export type Target = z.infer<typeof targetSchema>

/** `back`: behind all that waits. `front`: before it, at its old place. `at`: not before a time. */
const placementSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('back') }),
  z.strictObject({ kind: z.literal('front') }),
  z.strictObject({ kind: z.literal('at'), atMs: timeMs }),
])
export type Placement = z.infer<typeof placementSchema>

export const performInputSchema = z.strictObject({
  action: z.enum(TASK_ACTION_IDS),
  target: targetSchema,
  /** For actions that ask for a place or a time (TASK_ACTIONS.asks); `back` otherwise. */
  placement: placementSchema,
})

/** What came of an act, per task. */
export const actionOutcomeSchema = z.object({
  /** The name under which the task was meant. */
  name: z.string(),
  node: z.string().nullable(),
  taskId: z.string(),
  /** `skipped`: it is not any more what was meant, and was left alone. `failed`: the disk refused; it is where it was. */
  result: z.enum(['moved', 'skipped', 'failed']),
  /** The file's name after the move. */
  newName: z.string().nullable(),
  /** Why it was skipped or failed, one sentence: "Already taken by worker-b." */
  reason: z.string().nullable(),
})
export type ActionOutcome = z.infer<typeof actionOutcomeSchema>

/** `push`: new tasks. `edit`: a new task from a changed payload. `undo`: moves back what an operation moved. */
export const workKindSchema = z.enum([...TASK_ACTION_IDS, 'push', 'edit', 'duplicate', 'undo', 'cure'])
export type WorkKind = z.infer<typeof workKindSchema>

/** One act, under way or ended, with its counts. A job of one task ends before `perform` answers. */
export const jobSchema = z.object({
  jobId: z.string(),
  kind: workKindSchema,
  /** For `undo`: what is undone. */
  undoes: workKindSchema.nullable(),
  /** `running`, or how it ended. After `cancelled` and `failed` the counts say how far it came; nothing is half done. */
  phase: z.enum(['running', 'done', 'cancelled', 'failed']),
  /** Why it failed, and what to do. */
  error: z.string().nullable(),
  total: z.number(),
  moved: z.number(),
  skipped: z.number(),
  failed: z.number(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  /** Tasks a second over the last second or so; 0 when it has ended. */
  perSecond: z.number(),
  /** Handle for `actions.undo`; null where there is nothing to undo, or nothing can. */
  operationId: z.string().nullable(),
  /** Why it cannot be undone, one sentence, where acts of its kind can be elsewhere. */
  noUndoReason: z.string().nullable(),
  /** Reasons of what was skipped or failed, commonest first, a few: "already claimed by worker-b" 3 times. */
  reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
  /** Ids of pushed tasks, the first few, so that they can be followed. */
  pushedIds: z.array(z.string()),
})
export type Job = z.infer<typeof jobSchema>

/** An act that wrote, with all that was undone of it. Newest first. Kept outside the queue's directory, across restarts. */
export const operationSchema = z.object({
  operationId: z.string(),
  kind: workKindSchema,
  atMs: z.number(),
  total: z.number(),
  moved: z.number(),
  skipped: z.number(),
  failed: z.number(),
  /** The first task, to know it again. */
  firstTaskId: z.string().nullable(),
  undo: z.object({
    /** What `actions.undo` takes: the act itself or, where that is undone, its undo, to redo it. Null: neither can be. */
    nextId: z.string().nullable(),
    /** How often it was undone and redone in turn; where odd, `nextId` redoes it. */
    turns: z.number(),
    /** Of the tasks that it moved, those that are moved back by now; null: nobody tried. */
    back: z.number().nullable(),
  }),
})
export type Operation = z.infer<typeof operationSchema>

/** Where the tasks that an act handed to the workers are by now. */
export const actOutcomeSchema = z.object({
  operationId: z.string(),
  /** So many it moved; of these the first `looked` are followed, LIMITS.followedTasks at most. */
  moved: z.number(),
  looked: z.number(),
  states: z.record(z.enum(LIST_STATES), z.number()),
  /** All of them had failed before: what fails now failed again. */
  hadFailed: z.boolean(),
  /** In no list: removed by somebody, or cleaned up. */
  notFound: z.number(),
})
export type ActOutcome = z.infer<typeof actOutcomeSchema>

/** How tasks are pushed in numbers. Variables in a text payload: {{n}} {{uuid}} {{now}} {{nowIso}} {{random}}; see push-template.ts. */
export const pushManyInputSchema = z.strictObject({
  /** Base64. With `isTemplate` UTF-8 text whose variables are filled in per task. */
  payloads: z
    .array(z.base64().max(Math.ceil(LIMITS.pushBytes / 3) * 4 + 4))
    .min(1)
    .max(LIMITS.windowRows),
  isTemplate: z.boolean(),
  /** How often each payload is pushed. */
  copies: z.int().min(1).max(LIMITS.pushCopies),
  /** Tasks a second; null: as fast as it goes. */
  perSecond: z.number().min(0.01).max(10_000).nullable(),
  dueAtMs: timeMs.nullable(),
})

/** A changed payload is pushed as a new task; what becomes of the original the person says. */
export const editInputSchema = z.strictObject({
  task: taskRefSchema,
  payload: z.base64().max(Math.ceil(LIMITS.pushBytes / 3) * 4 + 4),
  /** `keep`: it stays where it is, and each names the other. `trash`: it moves to the trash once the new one is stored. */
  original: z.enum(['keep', 'trash']),
  placement: placementSchema,
})

/** What became of pushed tasks so far. */
export const followedTaskSchema = z.object({
  taskId: z.string(),
  /** Where it was seen last; null: nowhere any more. */
  state: z.string().nullable(),
  node: z.string().nullable(),
  /** ms since 1970, as the inspector saw it; null: not seen to have happened. */
  pushedAtMs: z.number().nullable(),
  claimedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
})
export type FollowedTask = z.infer<typeof followedTaskSchema>
