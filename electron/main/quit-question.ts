/** What is asked where closing would cut bulk work off. */
import { setTimeout as delay } from 'node:timers/promises'
import { dialog } from 'electron'
import type { BrowserWindow } from 'electron'
import type { InspectorThread } from '../../shared/inspector/inspector-thread.ts'

const BUTTONS = ['Finish, Then Close', 'Stop Now and Close', 'Keep Open'] as const
const FINISH = 0
const KEEP_OPEN = 2
const LOOK_EVERY_MS = 100
/** Work that was asked to stop ends at its next whole step; one that hangs on a dead disk does not hold the app for ever. */
const STOP_DEADLINE_MS = 15_000

type Working = Pick<InspectorThread, 'activeWork' | 'cancelWork'>

/** Asks the person, and waits until the work has ended as they chose. False: the window stays. */
export async function mayEndWork(window: BrowserWindow, thread: Working): Promise<boolean> {
  const count = thread.activeWork
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: count === 1 ? 'An action is still running.' : `${count} actions are still running.`,
    detail:
      'Every task that was acted on stays as it is; none is left halfway. Stopping leaves the remaining ones as they were.',
    buttons: [...BUTTONS],
    defaultId: FINISH,
    cancelId: KEEP_OPEN,
    noLink: true,
  })
  if (response === KEEP_OPEN) return false
  const isStopping = response !== FINISH
  if (isStopping) thread.cancelWork()
  const deadline = isStopping ? performance.now() + STOP_DEADLINE_MS : Infinity
  while (thread.activeWork > 0 && performance.now() < deadline && !window.isDestroyed())
    await delay(LOOK_EVERY_MS)
  return true
}
