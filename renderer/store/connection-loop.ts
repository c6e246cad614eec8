import { LinkRefusedError } from '../client/inspector-client.ts'
import type { Link, OpenLink } from '../client/inspector-client.ts'
import { wait } from './controller-context.ts'

const FIRST_DELAY_MS = 300
const MAX_DELAY_MS = 5_000

export interface ConnectionEvents {
  onReady(link: Link): Promise<void>
  onLost(): void
  onRefused(): void
}

/** Keeps one link alive until `signal` ends: after a loss a new one is made, a little later each time. */
export async function keepConnected(
  openLink: OpenLink,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<void> {
  let delayMs = FIRST_DELAY_MS
  while (!signal.aborted) {
    try {
      const link = await openLink()
      signal.addEventListener('abort', link.close, { once: true })
      delayMs = FIRST_DELAY_MS
      await events.onReady(link)
      if ((await link.ended) === 'refused') throw new LinkRefusedError()
    } catch (error) {
      if (error instanceof LinkRefusedError) {
        events.onRefused()
        return
      }
    }
    if (signal.aborted) return
    events.onLost()
    await wait(delayMs)
    delayMs = Math.min(MAX_DELAY_MS, delayMs * 2)
  }
}
