import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { startLoopbackServer } from '../helpers/loopback-server.ts'
import type { InspectorClient } from '../helpers/inspector-client.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { describeContract } from './contract-suite.ts'
import { describeDoor } from './door-suite.ts'
import { describeQueries } from './query-suite.ts'

async function connect(overrides: Partial<Host>) {
  const server = await startLoopbackServer(overrides)
  const socket = await server.openAdmittedSocket()
  // ws keeps to the browser's interface but for the type of one option.
  const websocket = socket as unknown as globalThis.WebSocket
  const client: InspectorClient = createORPCClient(new RPCLink({ websocket }))
  return {
    client,
    sendRaw: (frame: unknown) => {
      // A WebSocket carries text and bytes only: other values arrive as what they turn into.
      socket.send(frame instanceof Uint8Array ? frame : String(frame))
    },
    badFrames: () => server.badFrames(),
  }
}

describeContract('a WebSocket', connect)
describeDoor('a WebSocket', connect)
describeQueries('a WebSocket', connect)
