/** The number on the app's icon: failures that came while nobody looked. Off the icon as soon as somebody does. */
import { ORPCError } from '@orpc/client'
import type { QueueUpdate } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'

export class FailureBadge {
  readonly #context: ControllerContext
  readonly #isLookedAt: () => boolean
  /** Failures that the person has seen, or could have. */
  #seen: number | null = null
  #count = 0

  constructor(context: ControllerContext, isLookedAt = isPageLookedAt) {
    this.#context = context
    this.#isLookedAt = isLookedAt
  }

  /** Another queue, or none: what failed there before is no news. */
  reset(): void {
    this.#seen = null
    this.#tell(0)
  }

  onUpdate({ counts }: QueueUpdate): void {
    const { failed } = counts
    if (this.#seen === null || this.#isLookedAt() || failed < this.#seen) this.#seen = failed
    this.#tell(failed - this.#seen)
  }

  #tell(count: number): void {
    if (count === this.#count) return
    this.#count = count
    void this.#send(count)
  }

  /** A number that could not be told is no reason to trouble anybody, least of all the stream of updates. */
  async #send(count: number): Promise<void> {
    try {
      await this.#context.client().host.setBadge({ count })
    } catch (error) {
      // A server has no icon. Where the connection broke, the next update tells the number anew.
      if (!(error instanceof ORPCError) || error.code !== 'NOT_OFFERED') this.#count = -1
    }
  }
}

function isPageLookedAt(): boolean {
  return typeof document !== 'undefined' && document.hasFocus()
}
