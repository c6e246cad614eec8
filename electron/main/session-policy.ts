/** What pages may do and where they may go, for every web contents that this process ever makes. */
import { app } from 'electron'
import type { Session, WebContents } from 'electron'
import { APP_ORIGIN, APP_URL } from './protocol.ts'

/** The page writes what the person asked to copy. Reading the clipboard is not among it. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** Every permission but that one is denied; nothing is loaded but the app itself; nothing is downloaded. */
export function restrictSession(session: Session): void {
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    isPermitted(permission, requestingOrigin),
  )
  session.setPermissionRequestHandler((contents, permission, callback) =>
    callback(isPermitted(permission, contents.getURL())),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
  // The spell checker would fetch dictionaries from the network.
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !isOwnRequest(details.url) }))
  session.on('will-download', (event) => event.preventDefault())
}

export function restrictWebContents(): void {
  app.on('web-contents-created', (_event, contents) => restrictContents(contents))
}

function restrictContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  // The first is of the main frame, the second of every frame, the third of answers of a server.
  contents.on('will-navigate', (event) => {
    // A page may load itself again, at whatever place, and nothing else.
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
}

function isOwnPage(url: string): boolean {
  return url === APP_URL || url.startsWith(`${APP_URL}#`)
}

function isOwnRequest(url: string): boolean {
  // `data:` reaches pictures only: the page's policy allows it nowhere else. DevTools is off in release.
  return (
    url.startsWith(APP_URL) || url.startsWith('data:') || (!app.isPackaged && url.startsWith('devtools:'))
  )
}

function isPermitted(permission: string, url: string): boolean {
  return ALLOWED_PERMISSIONS.has(permission) && (url === APP_ORIGIN || url.startsWith(APP_URL))
}
