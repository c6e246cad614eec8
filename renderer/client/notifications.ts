/** System notifications as the page can have them: the desktop app's own, or the browser's. */
import { ORPCError } from '@orpc/client'
import type { NotificationContent } from '../../shared/contract/model.ts'
import type { InspectorClient } from './inspector-client.ts'

/** True while the person looks at this page: then nothing needs to be told. */
export function isLookedAt(): boolean {
  return typeof document !== 'undefined' && document.hasFocus()
}

/** Asks the browser for leave; the desktop app needs none. False where it is refused. */
export async function mayNotify(isDesktop: boolean): Promise<boolean> {
  if (isDesktop) return true
  if (!('Notification' in globalThis)) return false
  return (await Notification.requestPermission()) === 'granted'
}

/** @param onClick Only for the browser's own: the desktop app leads its window there by itself. */
export async function notify(
  client: InspectorClient,
  content: NotificationContent,
  onClick: () => void,
): Promise<void> {
  try {
    await client.host.notify(content)
  } catch (error) {
    if (!(error instanceof ORPCError) || error.code !== 'NOT_OFFERED') throw error
    notifyInBrowser(content, onClick)
  }
}

function notifyInBrowser({ title, body, queueId }: NotificationContent, onClick: () => void): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
  // A later one takes the place of the former.
  const notification = new Notification(title, { body, tag: queueId })
  notification.addEventListener('click', () => {
    window.focus()
    onClick()
  })
}

/** The number on the app's icon; where there is none, nothing. */
export async function setBadge(client: InspectorClient, count: number): Promise<void> {
  try {
    await client.host.setBadge({ count })
  } catch (error) {
    if (!(error instanceof ORPCError) || error.code !== 'NOT_OFFERED') throw error
  }
}
