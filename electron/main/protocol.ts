/** The page's own scheme: served from memory by an allow-list, under the same policy as on the loopback server. */
import { protocol } from 'electron'
import { createNonce, SECURITY_HEADERS, toContentPolicy } from '../../shared/page/content-policy.ts'
import { toResponseBody } from '../../shared/page/page-files.ts'
import type { PageFiles } from '../../shared/page/page-files.ts'

const SCHEME = 'app'
const HOST = 'inspector'
export const APP_ORIGIN = `${SCHEME}://${HOST}`
export const APP_URL = `${APP_ORIGIN}/`

/** Must run before `ready`. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

export function serveApp(files: PageFiles): void {
  protocol.handle(SCHEME, (request) => toAppResponse(request, files))
}

/** Only GET, only our host, only a path that is a key of the map, byte for byte: nothing is decoded or joined. */
export function toAppResponse(request: Pick<Request, 'method' | 'url'>, files: PageFiles): Response {
  const file = request.method === 'GET' ? files.get(pathOrNull(request.url) ?? '') : undefined
  const nonce = createNonce()
  const headers = new Headers({ ...SECURITY_HEADERS, 'content-security-policy': toContentPolicy(nonce) })
  if (file === undefined) return new Response(null, { status: 404, headers })
  headers.set('content-type', file.contentType)
  return new Response(new Uint8Array(toResponseBody(file, nonce)), { status: 200, headers })
}

function pathOrNull(url: string): string | null {
  if (!url.startsWith(APP_URL)) return null
  const path = url.slice(APP_ORIGIN.length)
  const end = path.search(/[?#]/)
  return end === -1 ? path : path.slice(0, end)
}
