import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { startLoopbackServer } from '../helpers/loopback-server.ts'
import type { InspectorClient } from '../helpers/inspector-client.ts'
import { makeEmptyQueue, makeTempDir } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { describeContract } from './contract-suite.ts'
import { describeDoor } from './door-suite.ts'
import { describeQueries } from './query-suite.ts'

function toClient(socket: WebSocket): InspectorClient {
  // ws keeps to the browser's interface but for the type of one option.
  const websocket = socket as unknown as globalThis.WebSocket
  return createORPCClient(new RPCLink({ websocket }))
}

async function connect(overrides: Partial<Host>) {
  const server = await startLoopbackServer(overrides)
  const socket = await server.openAdmittedSocket()
  return {
    client: toClient(socket),
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

describe('two clients of one inspector', () => {
  it('both see at once that one of them has turned the lock', async () => {
    const server = await startLoopbackServer({ stateDir: makeTempDir('state') })
    const [one, other] = [await server.openAdmittedSocket(), await server.openAdmittedSocket()].map(toClient)
    if (one === undefined || other === undefined) throw new Error('Expected two clients')
    const dir = makeEmptyQueue(makeTempDir())
    const info = await one.host.openQueue({ kind: 'path', path: dir })
    const queueId = info?.queueId ?? ''
    expect((await other.host.openQueue({ kind: 'path', path: dir }))?.queueId).toBe(queueId)
    const stop = new AbortController()
    const follow = async (client: InspectorClient, seen: boolean[]): Promise<void> => {
      const updates = await client.queue.changes({ queueId }, { signal: stop.signal })
      for await (const { access } of updates) if (seen.at(-1) !== access.canWrite) seen.push(access.canWrite)
    }
    const [ofOne, ofOther]: [boolean[], boolean[]] = [[], []]
    const following = Promise.allSettled([follow(one, ofOne), follow(other, ofOther)])
    await waitUntil('the present state', () => ofOne.length === 1 && ofOther.length === 1)
    await one.queue.setLock({ queueId, locked: true })
    await waitUntil('the lock', () => ofOne.length === 2 && ofOther.length === 2)
    await other.queue.setLock({ queueId, locked: false })
    await waitUntil('the open lock', () => ofOne.length === 3 && ofOther.length === 3)
    stop.abort()
    await following
    expect([ofOne, ofOther]).toEqual([
      [true, false, true],
      [true, false, true],
    ])
  })
})
