import { takeAccessToken } from './access-token.ts'
import { desktopBridgeOrNull, openDesktopLink } from './desktop-link.ts'
import type { Platform } from './inspector-client.ts'
import { openSocketLink } from './socket-link.ts'

/** Desktop app or loopback server: told by the preload script's presence. */
export function detectPlatform(): Platform {
  const bridge = desktopBridgeOrNull()
  if (bridge !== null) {
    return {
      isDesktop: true,
      openLink: openDesktopLink,
      pathOfDroppedFile: (file) => bridge.pathOfDroppedFile(file),
    }
  }
  const token = takeAccessToken()
  return { isDesktop: false, openLink: () => openSocketLink(token), pathOfDroppedFile: () => null }
}
