import { toVisibleLine } from '../../shared/contract/visible-text.ts'
import type { NotificationDelivery } from '../store/notification-controller.ts'

const PERMISSIONS = { granted: 'granted', denied: 'denied', default: 'ask' } as const

/** The browser's own notifications; a later one of the same kind and queue takes the place of the former. */
export const browserNotifications: NotificationDelivery = {
  permission: () => (isOffered() ? PERMISSIONS[Notification.permission] : 'absent'),
  async requestPermission() {
    if (isOffered()) await Notification.requestPermission()
  },
  show({ rule, title, body }, queueName, onClick) {
    if (!isOffered() || Notification.permission !== 'granted') return
    const name = toVisibleLine(queueName)
    const notification = new Notification(`${name}: ${title}`, { body, tag: `${name} ${rule}` })
    notification.addEventListener('click', () => {
      window.focus()
      onClick()
      notification.close()
    })
  },
}

/** A page without a secure origin, and some embedded browsers, have none. */
function isOffered(): boolean {
  return 'Notification' in globalThis
}
