import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createNonce, SECURITY_HEADERS, toContentPolicy } from '../shared/page/content-policy.ts'
import { toResponseBody } from '../shared/page/page-files.ts'
import type { PageFiles } from '../shared/page/page-files.ts'
import { requestRefusalOrNull, toPath } from './guards.ts'
import type { OwnAddress, Refusal } from './guards.ts'

export interface HttpLimits {
  readonly headerBytes: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly connections: number
}

const LIMITS: HttpLimits = {
  headerBytes: 8 * 1024,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  connections: 64,
}

/**
 * Serves the page from memory. Node itself answers a request with a huge head (431), a slow one (408) and a malformed
 * one (400) and closes the connection.
 *
 * @param own Called per request: the port is known only once the server listens.
 */
export function createPageServer(files: PageFiles, own: () => OwnAddress, limits = LIMITS): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
    },
    (request, response) => answer(request, response, files, own()),
  )
  server.maxConnections = limits.connections
  // A client that takes nothing of its answer. WebSockets have their own sign of life.
  server.setTimeout(limits.requestTimeoutMs)
  // Without a listener Node would answer `Expect: 100-continue` by asking for the body.
  server.on('checkContinue', (request, response) => answer(request, response, files, own()))
  server.on('checkExpectation', (_request, response) =>
    refuse(response, { status: 417, reason: 'Not expected' }),
  )
  return server
}

function answer(request: IncomingMessage, response: ServerResponse, files: PageFiles, own: OwnAddress): void {
  const refusal = requestRefusalOrNull(request, own)
  if (refusal !== null) return refuse(response, refusal)
  const file = files.get(toPath(request.url ?? ''))
  if (file === undefined) return refuse(response, { status: 404, reason: 'Not found' })
  const nonce = createNonce()
  const body = toResponseBody(file, nonce)
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-security-policy': toContentPolicy(nonce, [own.origin.replace('http:', 'ws:')]),
    'content-type': file.contentType,
    'content-length': body.length,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Says why in one line, and closes the connection: nothing more of the request is read. */
function refuse(response: ServerResponse, refusal: Refusal): void {
  const body = Buffer.from(`${refusal.reason}\n`, 'utf8')
  response.writeHead(refusal.status, {
    ...SECURITY_HEADERS,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'content-type': 'text/plain; charset=utf-8',
    'content-length': body.length,
    connection: 'close',
  })
  response.end(body)
}
