/**
 * What a request must be before anything looks at it. Pure: a request's head in, a refusal or null out.
 *
 * The threat is a page in the person's browser (DNS rebinding, forms, scripts, frames, WebSockets from elsewhere) and
 * other users of the machine. Programs of the same user can read the queue themselves.
 */
import type { IncomingMessage } from 'node:http'

export interface Refusal {
  readonly status: number
  readonly reason: string
}

/** What this server answers to: no other name, though it may point here as well. */
export interface OwnAddress {
  readonly host: string
  readonly origin: string
}

export function toOwnAddress(port: number): OwnAddress {
  // Browsers leave the default port out of both headers.
  const host = port === 80 ? '127.0.0.1' : `127.0.0.1:${port}`
  return { host, origin: `http://${host}` }
}

type RequestHead = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>

const FORBIDDEN: Omit<Refusal, 'reason'> = { status: 403 }

/** Of every request, upgrades included: it was sent to us under our own name, by our own page or by the person. */
function senderRefusalOrNull(head: RequestHead, own: OwnAddress): Refusal | null {
  if (countHeader(head, 'host') !== 1 || head.headers.host !== own.host) {
    return { status: 421, reason: 'The Host header names another server' }
  }
  if (countHeader(head, 'origin') > 1 || countHeader(head, 'sec-fetch-site') > 1) {
    return { status: 400, reason: 'A header is given twice' }
  }
  const { origin } = head.headers
  if (origin !== undefined && origin !== own.origin) return { ...FORBIDDEN, reason: 'Foreign origin' }
  return null
}

/** For plain requests. GET and HEAD change nothing, so nothing else is answered. */
export function requestRefusalOrNull(head: RequestHead, own: OwnAddress): Refusal | null {
  const path = pathRefusalOrNull(head.url)
  if (path !== null) return path
  const sender = senderRefusalOrNull(head, own)
  if (sender !== null) return sender
  if (head.method !== 'GET' && head.method !== 'HEAD') {
    return { status: 405, reason: 'Only GET and HEAD are answered' }
  }
  if (hasBody(head)) return { status: 413, reason: 'A request carries no body here' }
  if (!isFetchSiteAllowed(head)) return { ...FORBIDDEN, reason: 'Asked for by another site' }
  return null
}

/** For WebSocket upgrades: a browser always names the origin, so one must be there. */
export function upgradeRefusalOrNull(head: RequestHead, own: OwnAddress): Refusal | null {
  if (head.url !== '/rpc') return { status: 404, reason: 'No such endpoint' }
  const sender = senderRefusalOrNull(head, own)
  if (sender !== null) return sender
  if (head.method !== 'GET') return { status: 405, reason: 'Only GET can be upgraded' }
  if (head.headers.origin === undefined) return { ...FORBIDDEN, reason: 'The Origin header is missing' }
  const site = head.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return { ...FORBIDDEN, reason: 'Opened by another site' }
  return null
}

/** Our files have plain names: whatever is encoded, absolute or climbing is an attack, and is never decoded. */
function pathRefusalOrNull(url: string | undefined): Refusal | null {
  const path = toPath(url ?? '')
  if (!/^\/[A-Za-z0-9._/-]*$/.test(path) || path.includes('..') || path.includes('//')) {
    return { status: 400, reason: 'Not a path of this server' }
  }
  return null
}

/** The path of a request target, without query; never decoded. */
export function toPath(url: string): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

/**
 * A person may arrive at the page from anywhere (the terminal, a bookmark, the file that opens the browser): it shows
 * nothing without the token. Everything else is asked for by the page itself. Frames, scripts and fetches of other
 * sites have another `Sec-Fetch-Dest` and are refused.
 */
function isFetchSiteAllowed(head: RequestHead): boolean {
  const site = head.headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return true
  return (
    toPath(head.url ?? '') === '/' &&
    head.headers['sec-fetch-mode'] === 'navigate' &&
    head.headers['sec-fetch-dest'] === 'document'
  )
}

function hasBody(head: RequestHead): boolean {
  const length = head.headers['content-length']
  return head.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

function countHeader(head: RequestHead, name: string): number {
  let count = 0
  for (let i = 0; i < head.rawHeaders.length; i += 2) if (head.rawHeaders[i]?.toLowerCase() === name) count++
  return count
}
