/** What is known of a queue over time and of its nodes, as it crosses a process border. */
import * as z from 'zod'
import { taskRefSchema } from './model.ts'

export const historyRangeSchema = z.enum(['hour', 'day'])
export type HistoryRange = z.infer<typeof historyRangeSchema>

/** One value per step, oldest first; null where nobody watched. */
const series = z.array(z.number().nullable())

/**
 * The flow of the last hour in steps of 10 s, or of the last day in steps of a minute. The last step is still growing; its rates are
 * those of the part that has passed.
 */
export const historySchema = z.object({
  range: historyRangeSchema,
  stepMs: z.number(),
  /** Start of the first step, ms since 1970. */
  fromMs: z.number(),
  /** Observed transitions per second. */
  pushed: series,
  claimed: series,
  done: series,
  failed: series,
  released: series,
  /** Transitions observed in all. Rates do not tell them: a step that was watched in part has the rate of that part. */
  totals: z.object({
    pushed: z.number(),
    claimed: z.number(),
    done: z.number(),
    failed: z.number(),
    released: z.number(),
  }),
  /** The greatest age of the oldest pending task within the step, ms; 0 where nothing waited. */
  oldestPendingMs: series,
  /** Tasks at the end of the step. */
  counts: z.object({
    pending: series,
    'in-progress': series,
    scheduled: series,
    failed: series,
    done: series,
  }),
  /** True where the history outlives the inspector. */
  isKept: z.boolean(),
})
export type History = z.infer<typeof historySchema>

const spanStatsSchema = z.object({
  /** Tasks that these figures stand for; the file times of a sample of them were read. */
  tasks: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  /** Share of them, 0 to 1, whose span is known to about 100 ms only: Python tasks that were claimed and finished between two looks. */
  roughShare: z.number(),
})
export type SpanStats = z.infer<typeof spanStatsSchema>

export const timingsSchema = z.object({
  range: historyRangeSchema,
  /** From the moment a task could be claimed to its claim. Null where no claim was seen. */
  wait: spanStatsSchema.nullable(),
  /** From the claim to done or failed. Null where no end was seen. */
  run: spanStatsSchema.nullable(),
  /** A percentile is off by at most this share of itself, by the width of its bucket. */
  relativeError: z.number(),
})
export type Timings = z.infer<typeof timingsSchema>

/** Who may take a claim away from its node by now, with timeouts of 30 s, which workers have unless told otherwise. */
const takeoverSchema = z.object({
  /** Python workers go by the number in front of the name: the time of the push, or our lease's stamp. ms since 1970. */
  byPythonAtMs: z.number(),
  /** Our workers go by the lease's stamp, or the time that the file has lain there unchanged. ms since 1970. */
  byOursAtMs: z.number(),
})

const nodeClaimSchema = z.object({
  ref: taskRefSchema,
  taskId: z.string(),
  /** When the file came here, or got its last heartbeat (its ctime), ms since 1970. */
  enteredAtMs: z.number(),
  takeover: takeoverSchema,
})
export type NodeClaim = z.infer<typeof nodeClaimSchema>

/** What a node did lately. */
export const nodeFiguresSchema = z.object({
  node: z.string(),
  claimedLastMinute: z.number(),
  /** Tasks that left it: done, failed or released; not those that a person took from it here. */
  endedLastMinute: z.number(),
  claims: z.number(),
  /** The claims that would be taken over first, at most 100. */
  firstClaims: z.array(nodeClaimSchema),
})
export type NodeFigures = z.infer<typeof nodeFiguresSchema>
