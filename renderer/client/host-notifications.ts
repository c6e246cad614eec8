import type { NotificationDelivery } from '../store/notification-controller.ts'
import type { Place } from '../store/route.ts'
import type { QueuePlace } from '../../shared/contract/model.ts'
import type { InspectorStore } from '../store/inspector-store.ts'

/** The desktop app's own notifications: it needs no leave, and a click on one leads its window to the place by itself. */
export function toHostNotifications(inspector: () => InspectorStore): NotificationDelivery {
  return {
    permission: () => 'granted',
    requestPermission: () => Promise.resolve(),
    show({ title, body, place }, queueName) {
      const store = inspector()
      const { queue } = store.store.get()
      if (queue === null) return
      const content = {
        title: `${queueName}: ${title}`.slice(0, 120),
        body: body.slice(0, 300),
        queueId: queue.queueId,
        target: toQueuePlace(place),
      }
      void store.host.ask((client) => client.host.notify(content))
    },
  }
}

function toQueuePlace(place: Place): QueuePlace {
  return { view: place.kind === 'list' ? place.list.state : place.kind, taskId: null }
}
