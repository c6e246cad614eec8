import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { MessageChannel } from 'node:worker_threads'
import { onTestFinished } from 'vitest'
import { createInspector } from '../../shared/inspector/router.ts'
import { serveConnection } from '../../shared/inspector/serve.ts'
import { makeFakeHost } from '../helpers/fake-host.ts'
import type { InspectorClient } from '../helpers/inspector-client.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { describeContract } from './contract-suite.ts'
import { describeDoor } from './door-suite.ts'
import { describeQueries } from './query-suite.ts'

async function connect(overrides: Partial<Host>) {
  const inspector = createInspector(makeFakeHost(overrides))
  const { port1, port2 } = new MessageChannel()
  let badFrames = 0
  const connection = serveConnection(
    inspector.router,
    (frame) => {
      port1.postMessage(frame)
    },
    () => {
      badFrames++
    },
  )
  port1.on('message', (frame: unknown) => {
    connection.receive(frame)
  })
  onTestFinished(async () => {
    connection.close()
    port1.close()
    await inspector.close()
  })
  port2.start()
  const client: InspectorClient = createORPCClient(new RPCLink({ port: port2 }))
  return {
    client,
    sendRaw: (frame: unknown) => {
      port2.postMessage(frame)
    },
    badFrames: () => badFrames,
  }
}

describeContract('a MessagePort', connect)
describeDoor('a MessagePort', connect)
describeQueries('a MessagePort', connect)
