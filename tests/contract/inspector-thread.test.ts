import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { MessageChannel } from 'node:worker_threads'
import { onTestFinished } from 'vitest'
import { InspectorThread } from '../../shared/inspector/inspector-thread.ts'
import { makeFakeHost } from '../helpers/fake-host.ts'
import { describeContract } from './contract-suite.ts'
import type { InspectorClient } from './contract-suite.ts'

const SCRIPT = new URL('../../shared/inspector/inspector-worker.ts', import.meta.url)

describeContract('a MessagePort, the inspector in its own thread', async (overrides) => {
  const crashes: unknown[] = []
  const thread = new InspectorThread(makeFakeHost(overrides), SCRIPT, (cause) => crashes.push(cause))
  const { port1, port2 } = new MessageChannel()
  let badFrames = 0
  const connection = thread.connect(
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
    await thread.close()
    if (crashes.length > 0) throw new AggregateError(crashes, 'The inspector thread crashed')
  })
  port2.start()
  const client: InspectorClient = createORPCClient(new RPCLink({ port: port2 }))
  return {
    client,
    sendRaw: (frame) => {
      port2.postMessage(frame)
    },
    badFrames: () => badFrames,
  }
})
