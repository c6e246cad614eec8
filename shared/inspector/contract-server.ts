import { implement, ORPCError } from '@orpc/server'
import { contract, QUEUE_ERRORS } from '../contract/contract.ts'
import { InspectorError, toCauseText } from './inspector-error.ts'

/** The contract, to be implemented: every handler's InspectorError crosses with its code. */
export const os = implement(contract).use(async ({ next }) => {
  try {
    return await next()
  } catch (error) {
    throw toContractError(error)
  }
})

/** What the contract knows crosses with its code; the rest is a defect: told on stderr, and to the client without details. */
function toContractError(error: unknown): unknown {
  if (error instanceof InspectorError) {
    return new ORPCError(error.code, {
      defined: true,
      status: QUEUE_ERRORS[error.code].status,
      message: error.message,
      data: { cause: toCauseText(error.cause) },
    })
  }
  if (!(error instanceof ORPCError)) console.error(error)
  return error
}
