import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { ClientOptions } from 'ws'
import { createAccessToken } from '../../server/access-token.ts'
import { toOwnAddress } from '../../server/guards.ts'
import type { OwnAddress } from '../../server/guards.ts'
import { createPageServer } from '../../server/http.ts'
import type { HttpLimits } from '../../server/http.ts'
import { serveSockets } from '../../server/socket.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { createInspector } from '../../shared/inspector/router.ts'
import { serveConnection } from '../../shared/inspector/serve.ts'
import type { PageFiles } from '../../shared/page/page-files.ts'
import { makeFakeHost } from './fake-host.ts'

export const PAGE_TEXT = '<!doctype html><title>page of the test</title>'

const FILES: PageFiles = new Map([
  ['/', { bytes: Buffer.from(PAGE_TEXT), contentType: 'text/html; charset=utf-8' }],
  ['/assets/main.js', { bytes: Buffer.from('export {}'), contentType: 'text/javascript; charset=utf-8' }],
])

export interface LoopbackServer {
  readonly port: number
  readonly own: OwnAddress
  readonly token: string
  /** Sends these bytes and gives all that came until the server closed the connection. */
  exchange(bytes: string): Promise<string>
  /** A WebSocket with these headers; the page's own Origin unless another is given. */
  openSocket(headers?: Record<string, string>, path?: string, options?: ClientOptions): WebSocket
  /** A WebSocket that the server has let in. */
  openAdmittedSocket(): Promise<WebSocket>
  badFrames(): number
}

/** The loopback host in this process, over real sockets; it is ended with the test. */
export async function startLoopbackServer(
  host: Partial<Host> = {},
  limits?: HttpLimits,
  pingEveryMs?: number,
): Promise<LoopbackServer> {
  const inspector = createInspector(makeFakeHost(host))
  const token = createAccessToken()
  let own = toOwnAddress(0)
  let badFrames = 0
  const server = createPageServer(FILES, () => own, limits)
  const serving = {
    connect: (...[send, onBadFrame]: Parameters<Parameters<typeof serveSockets>[1]['connect']>) =>
      serveConnection(inspector.router, send, (cause) => {
        badFrames++
        onBadFrame(cause)
      }),
  }
  const sockets = serveSockets(server, serving, token, () => own, pingEveryMs)
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  own = toOwnAddress(port)
  onTestFinished(async () => {
    sockets.close()
    server.close()
    server.closeAllConnections()
    await inspector.close()
  })
  const openSocket: LoopbackServer['openSocket'] = (
    headers = { Origin: own.origin },
    path = '/rpc',
    options = {},
  ) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { ...options, headers })
    // A refusal is asked for by the test; without a listener it would end the process.
    socket.on('error', () => {})
    return socket
  }
  return {
    port,
    own,
    token: token.text,
    exchange: (bytes) => exchange(port, bytes),
    openSocket,
    async openAdmittedSocket() {
      const socket = openSocket()
      await once(socket, 'open')
      socket.send(token.text)
      await once(socket, 'message')
      return socket
    },
    badFrames: () => badFrames,
  }
}

async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A server that closes while we still send resets the connection: what came before that counts.
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(bytes)
  await closed
  return Buffer.concat(chunks).toString('latin1')
}
