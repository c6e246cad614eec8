import { toErrorReport } from '../client/error-report.ts'
import type { QueueAccess } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import type { Dialog } from './inspector-state.ts'

/** Whether this queue can be changed, in all its windows. */
export interface LockController {
  /** Locks at once; to unlock asks first, for nobody is to act on a queue by an accident. */
  turn(): void
  /** Locks or unlocks, for all windows and until it is changed again. */
  set(locked: boolean): Promise<void>
  /** As the stream tells: the lock may have been turned in another window. */
  onUpdate(access: QueueAccess): void
}

export function createLockController(
  context: ControllerContext,
  showDialog: (dialog: Dialog | null) => void,
): LockController {
  const { store } = context

  function adopt(access: QueueAccess): void {
    const { queue } = store.get()
    if (queue !== null && !isSame(queue.access, access)) store.set({ queue: { ...queue, access } })
  }

  async function set(locked: boolean): Promise<void> {
    const { queue } = store.get()
    if (queue === null) return
    try {
      const { queueId, access } = await context.client().queue.setLock({ queueId: queue.queueId, locked })
      if (store.get().queue?.queueId === queueId) adopt(access)
    } catch (error) {
      context.toastError(toErrorReport(error))
    }
  }

  return {
    set,
    turn() {
      if (store.get().queue?.access.canWrite === true) void set(true)
      else showDialog({ kind: 'unlock' })
    },
    onUpdate(access) {
      adopt(access)
      const { dialog } = store.get()
      // Somebody unlocked it in another window: there is nothing left to ask.
      if (access.canWrite && dialog?.kind === 'unlock') showDialog(null)
    },
  }
}

function isSame(a: QueueAccess, b: QueueAccess): boolean {
  return a.canWrite === b.canWrite && a.reason === b.reason && a.canUnlock === b.canUnlock
}
