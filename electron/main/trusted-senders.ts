import type { WebFrameMain } from 'electron'
import { APP_ORIGIN } from './protocol.ts'

/** A message counts only from the main frame of a page of ours that is still there. */
export function isTrustedSender(frame: Pick<WebFrameMain, 'origin' | 'parent'> | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === APP_ORIGIN
}
