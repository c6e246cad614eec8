import { mapEventIterator } from '@orpc/client'
import { implement, ORPCError } from '@orpc/server'
import { contract, QUEUE_ERRORS } from '../contract/contract.ts'
import { InspectorError, toCauseText } from './inspector-error.ts'

/** The contract's calls, to be implemented: every error crosses with its code. */
export type ContractImplementer = ReturnType<typeof createImplementer>

export function createImplementer() {
  return implement(contract).use(async ({ next, signal }) => {
    // A stream's errors come while it is read, long after the call has answered.
    const toError = (error: unknown): unknown => (signal?.aborted === true ? error : toContractError(error))
    try {
      const result = await next()
      const { output } = result
      if (!isAsyncIterator(output)) return result
      return {
        ...result,
        output: mapEventIterator(output, {
          value: (value) => value,
          // oxlint-disable-next-line typescript/require-await -- the library wants a promise
          error: async (error) => toError(error),
        }),
      }
    } catch (error) {
      throw toError(error)
    }
  })
}

function isAsyncIterator(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output
}

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
