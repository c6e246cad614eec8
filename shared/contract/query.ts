/**
 * Filters and searches as they cross a process border. One expression, one field: `state`, id, age, size and the like are answered
 * from names and file headers; text, regular expressions, JSON paths and bytes by reading payloads. The grammar is in
 * filter-expression.ts, which the field itself uses to check and explain what is typed.
 */
import * as z from 'zod'

export const queryProgressSchema = z.object({
  queryId: z.string(),
  /** `scanning`: rows come in; `live`: all was looked at, and new tasks are as they come; `cancelled`: what was found so far stands. */
  phase: z.enum(['scanning', 'live', 'cancelled', 'failed']),
  /** Why it failed or was cut short, and what to do. */
  error: z.string().nullable(),
  scanned: z.number(),
  /** Tasks of the list as of now. */
  total: z.number(),
  matches: z.number(),
  perSecond: z.number(),
  /** Tasks that could not be looked at (unreadable, a regex that took too long); they are not among the matches. */
  unanswered: z.number(),
  /** Grows with each change of the matches: ask for the window again. */
  revision: z.number(),
})
export type QueryProgress = z.infer<typeof queryProgressSchema>

/** Failures that look alike: the same kept reason, or the same value under a JSON key, or the same shape of the payload. */
const failureGroupSchema = z.object({
  /** For people to read; untrusted text. */
  title: z.string(),
  /** What the latest of them said, with its numbers and ids; the title where no reasons are kept. Untrusted text. */
  example: z.string(),
  count: z.number(),
  firstAtMs: z.number(),
  lastAtMs: z.number(),
  /** The filter expression that finds exactly this group in the failed list. */
  expression: z.string(),
})
export type FailureGroup = z.infer<typeof failureGroupSchema>

/** `reasons`: grouped by the kept reason. `payloads`: no reasons are kept, grouped by what the payloads have in common. */
export const failureGroupsSchema = z.object({
  by: z.enum(['reasons', 'payloads']),
  /** Failed tasks that were looked at; more than these are not read unasked. */
  looked: z.number(),
  total: z.number(),
  groups: z.array(failureGroupSchema),
})
export type FailureGroups = z.infer<typeof failureGroupsSchema>
