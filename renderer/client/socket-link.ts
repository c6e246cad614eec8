import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { LinkRefusedError } from './inspector-client.ts'
import type { InspectorClient, Link, LinkEnd } from './inspector-client.ts'

const WRONG_TOKEN = 4401
const HANDSHAKE_DEADLINE_MS = 10_000

/** Connects to the loopback server that served this page: the token first, then calls. */
export async function openSocketLink(token: string | null): Promise<Link> {
  if (token === null) throw new LinkRefusedError()
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const socket = new WebSocket(`${scheme}://${location.host}/rpc`)
  socket.binaryType = 'blob'
  await admit(socket, token)
  const ended = new Promise<LinkEnd>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code === WRONG_TOKEN ? 'refused' : 'lost'))
  })
  const client: InspectorClient = createORPCClient(new RPCLink({ websocket: socket }))
  return { client, ended, close: () => socket.close() }
}

function admit(socket: WebSocket, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => socket.close(), HANDSHAKE_DEADLINE_MS)
    const stop = new AbortController()
    const settle = (): void => {
      clearTimeout(deadline)
      stop.abort()
    }
    const { signal } = stop
    socket.addEventListener('open', () => socket.send(token), { signal })
    socket.addEventListener(
      'message',
      () => {
        settle()
        resolve()
      },
      { signal },
    )
    socket.addEventListener(
      'close',
      ({ code }) => {
        settle()
        reject(code === WRONG_TOKEN ? new LinkRefusedError() : new Error('The connection was closed'))
      },
      { signal },
    )
  })
}
