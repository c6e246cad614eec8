import { inspect } from 'node:util'
import type { QueueErrorCode } from '../contract/contract.ts'

/**
 * An error that a person reads: `message` says what happened to what and what to do; `cause` is the technical part.
 * The router hands both over under `code`; anything else that is thrown is a defect.
 */
export class InspectorError extends Error {
  readonly code: QueueErrorCode

  constructor(code: QueueErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'InspectorError'
    this.code = code
  }
}

/** The technical part of an error, for whoever unfolds it; null where there is none. */
export function toCauseText(cause: unknown): string | null {
  if (cause === undefined || cause === null) return null
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : inspect(cause)
}
