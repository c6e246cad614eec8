import { isDefinedError, ORPCError } from '@orpc/client'
import { WORDS } from '../words.ts'

/** An error as a person reads it: what happened and what to do; the technical part folds out. */
export interface ErrorReport {
  readonly code: string
  readonly message: string
  readonly cause: string | null
}

/** Not even asked for: the page itself knows that it would be refused. */
export class TooLargeError extends Error {
  constructor() {
    super('The payload is larger than what can be pushed')
    this.name = 'TooLargeError'
  }
}

/** A file ended before its end was reached: what was read of it is no whole payload. */
export class ShorterFileError extends Error {
  constructor() {
    super('The file became shorter while it was read')
    this.name = 'ShorterFileError'
  }
}

export function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof ShorterFileError) {
    return { code: 'UNREADABLE', message: WORDS.errors.shorter, cause: null }
  }
  if (error instanceof TooLargeError) {
    return { code: 'PAYLOAD_TOO_LARGE', message: WORDS.errors.tooLargeToEdit, cause: null }
  }
  if (error instanceof ORPCError && isDefinedError(error)) {
    return { code: error.code, message: error.message, cause: causeOrNull(error.data) }
  }
  if (error instanceof ORPCError) {
    return { code: error.code, message: WORDS.errors.defect, cause: `${error.code}: ${error.message}` }
  }
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { code: 'CONNECTION', message: WORDS.errors.noAnswer, cause }
}

function causeOrNull(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('cause' in data)) return null
  return typeof data.cause === 'string' ? data.cause : null
}
