import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks again and again until the answer is neither null, undefined nor false, and gives it.
 * @throws with `what` and the last error when the deadline passes first.
 */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  deadlineMs = 15_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + deadlineMs
  let last: unknown
  for (;;) {
    try {
      const answer = await condition()
      if (answer !== null && answer !== undefined && answer !== false)
        return answer as NonNullable<Exclude<T, false>>
    } catch (cause) {
      last = cause
    }
    if (performance.now() > end) throw new Error(`Waited in vain for: ${what}`, { cause: last })
    await delay(10)
  }
}
