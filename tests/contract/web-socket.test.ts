import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createAccessToken } from '../../server/access-token.ts'
import { toOwnAddress } from '../../server/guards.ts'
import { serveSockets } from '../../server/socket.ts'
import { InspectorThread } from '../../shared/inspector/inspector-thread.ts'
import { makeFakeHost } from '../helpers/fake-host.ts'
import { describeContract } from './contract-suite.ts'
import type { InspectorClient } from './contract-suite.ts'

const SCRIPT = new URL('../../shared/inspector/inspector-worker.ts', import.meta.url)

describeContract('a WebSocket', async (overrides) => {
  const thread = new InspectorThread(makeFakeHost(overrides), SCRIPT, (cause) => {
    throw cause
  })
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const own = toOwnAddress(port)
  const token = createAccessToken()
  const sockets = serveSockets(server, thread, token, () => own)
  const connect = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { origin: own.origin })
    socket.binaryType = 'arraybuffer'
    await once(socket, 'open')
    socket.send(token.text)
    await once(socket, 'message')
    return socket
  }
  const socket = await connect()
  onTestFinished(async () => {
    socket.terminate()
    sockets.close()
    server.close()
    await thread.close()
  })
  // ws is a WebSocket as browsers have it, but for the types of its events.
  const client: InspectorClient = createORPCClient(
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
  )
  let badFrames = 0
  return {
    client,
    // A frame that is no request costs the sender its socket: each goes over one of its own.
    sendRaw: (frame) => {
      void connect().then((stranger) => {
        stranger.once('close', (code) => {
          if (code === 4400) badFrames++
        })
        stranger.send(String(frame))
      })
    },
    badFrames: () => badFrames,
  }
})
