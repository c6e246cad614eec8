/**
 * Tells of new failures while nobody looks: a number on the icon, and a notification where the person asked for them. Counts
 * and the queue's name only, never anything of a task.
 */
import { isLookedAt, notify, setBadge } from '../client/notifications.ts'
import type { QueuePlace, QueueUpdate } from '../../shared/contract/model.ts'
import { toVisibleLine } from '../../shared/contract/visible-text.ts'
import type { ControllerContext } from './controller-context.ts'
import { readPreference } from './preferences.ts'

/** What fails meanwhile is told together. */
const QUIET_MS = 30_000
const FAILED: QueuePlace = { view: 'failed', taskId: null }

export class Alerts {
  readonly #context: ControllerContext
  readonly #show: (place: QueuePlace) => void
  readonly #isLookedAt: () => boolean
  /** Failures that the person has seen, or could have. */
  #seen: number | null = null
  #badge = 0
  #toldAtMs = -Infinity
  #told = 0

  constructor(context: ControllerContext, show: (place: QueuePlace) => void, isWatched = isLookedAt) {
    this.#context = context
    this.#show = show
    this.#isLookedAt = isWatched
  }

  /** Another queue, or none: what failed there before is no news. */
  reset(): void {
    this.#seen = null
    this.#told = 0
    this.#tellBadge(0)
  }

  onUpdate({ counts }: QueueUpdate): void {
    const { failed } = counts
    if (this.#seen === null || this.#isLookedAt() || failed < this.#seen) {
      this.#seen = failed
      this.#told = 0
    }
    const news = failed - this.#seen
    this.#tellBadge(news)
    if (news <= this.#told || !readPreference('notifications')) return
    if (performance.now() - this.#toldAtMs < QUIET_MS) return
    this.#toldAtMs = performance.now()
    this.#told = news
    this.#tell(news, failed)
  }

  #tell(news: number, failed: number): void {
    const { queue } = this.#context.store.get()
    if (queue === null) return
    const content = {
      title: news === 1 ? '1 task has failed' : `${news} tasks have failed`,
      body: `${toVisibleLine(queue.name).slice(0, 200)}: ${failed} failed in all`,
      queueId: queue.queueId,
      target: FAILED,
    }
    // A notification that cannot be shown is no reason to trouble anybody.
    notify(this.#context.client(), content, () => this.#show(FAILED)).catch(() => undefined)
  }

  #tellBadge(count: number): void {
    if (count === this.#badge) return
    this.#badge = count
    // The next change of the number tries again.
    setBadge(this.#context.client(), count).catch(() => undefined)
  }
}
