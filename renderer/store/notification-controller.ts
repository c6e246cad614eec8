import type { QueueUpdate } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import { createStore } from './create-store.ts'
import type { Store } from './create-store.ts'
import { keepRules, readRules } from './notification-settings.ts'
import { applyRules, NO_MEMORY, NO_RULES } from './notifications.ts'
import type { Notice, NotificationRules, RuleMemory } from './notifications.ts'
import type { Place } from './route.ts'

/** How messages reach the person: the system's notifications, by the host or by the browser. */
export interface NotificationDelivery {
  /** `ask`: the person has not been asked yet; `denied`: only the browser's settings can change that; `absent`: there are none here. */
  permission(): 'granted' | 'ask' | 'denied' | 'absent'
  requestPermission(): Promise<void>
  /** @param onClick Called when the person follows it. */
  show(notice: Notice, queueName: string, onClick: () => void): void
}

/** Where nothing can be shown. */
export const NO_NOTIFICATIONS: NotificationDelivery = {
  permission: () => 'absent',
  requestPermission: async () => {},
  show: () => {},
}

interface NotificationState {
  readonly rules: NotificationRules
  readonly permission: ReturnType<NotificationDelivery['permission']>
}

export interface NotificationController {
  readonly store: Store<NotificationState>
  setRules(patch: Partial<NotificationRules>): Promise<void>
  onUpdate(update: QueueUpdate): void
  /** To be called when another queue is opened. */
  reset(): void
}

export function createNotificationController(
  context: ControllerContext,
  delivery: NotificationDelivery,
  show: (place: Place) => void,
): NotificationController {
  const store = createStore<NotificationState>({ rules: NO_RULES, permission: delivery.permission() })
  let memory: RuleMemory = NO_MEMORY

  return {
    store,
    async setRules(patch) {
      const { queue } = context.store.get()
      if (queue === null) return
      const rules = { ...store.get().rules, ...patch }
      store.set({ rules })
      keepRules(queue.path, rules)
      // A permission is asked for when the person wishes to be told of something, never before.
      if (isAnyOn(rules) && delivery.permission() === 'ask') await delivery.requestPermission()
      store.set({ permission: delivery.permission() })
    },
    onUpdate(update) {
      const { queue } = context.store.get()
      if (queue === null) return
      const { rules } = store.get()
      const applied = applyRules(memory, update, rules, Date.now())
      memory = applied.memory
      for (const notice of applied.notices)
        delivery.show(notice, queue.isDemo ? 'Demo queue' : queue.name, () => show(notice.place))
    },
    reset() {
      memory = NO_MEMORY
      const { queue } = context.store.get()
      store.set({
        rules: queue === null ? NO_RULES : readRules(queue.path),
        permission: delivery.permission(),
      })
    },
  }
}

export function isAnyOn({ newFailures, noWorker, oldestPendingMs, overdue }: NotificationRules): boolean {
  return newFailures || noWorker || oldestPendingMs !== null || overdue
}
