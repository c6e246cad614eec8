import { Notification } from 'electron'
import type { NotificationContent, QueuePlace } from '../../shared/contract/model.ts'
import { toVisibleLine } from '../../shared/contract/visible-text.ts'

/** The system notifications of one window: one at a time, since a later one tells all that the former told. */
export class Notifier {
  /** Kept, for Electron drops a notification (and its click) that nobody holds. */
  #shown: Notification | null = null
  readonly #onClick: (target: QueuePlace) => void

  constructor(onClick: (target: QueuePlace) => void) {
    this.#onClick = onClick
  }

  /** False where the system shows none. Names of queues and nodes come from the disk: they are made visible. */
  show({ title, body, target }: NotificationContent): boolean {
    if (!Notification.isSupported()) return false
    this.close()
    const notification = new Notification({ title: toVisibleLine(title), body: toVisibleLine(body) })
    notification.once('click', () => this.#onClick(target))
    notification.show()
    this.#shown = notification
    return true
  }

  close(): void {
    this.#shown?.close()
    this.#shown = null
  }
}
