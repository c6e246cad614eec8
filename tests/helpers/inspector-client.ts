import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { MessageChannel } from 'node:worker_threads'
import type { InspectorContract } from '../../shared/contract/contract.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { InspectorThread } from '../../shared/inspector/inspector-thread.ts'
import { makeFakeHost } from './fake-host.ts'

export type InspectorClient = ContractRouterClient<InspectorContract>

export interface ConnectedInspector {
  readonly client: InspectorClient
  sendRaw(frame: unknown): void
  badFrames(): number
  /** @throws AggregateError where the thread crashed meanwhile. */
  close(): Promise<void>
}

/** An inspector in its own thread, and a client of it over a MessagePort, as in the desktop app. */
export async function connectInspector(host: Partial<Host> = {}): Promise<ConnectedInspector> {
  const crashes: unknown[] = []
  const script = new URL('../../shared/inspector/inspector-worker.ts', import.meta.url)
  const thread = new InspectorThread(makeFakeHost(host), script, (cause) => crashes.push(cause))
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
  port2.start()
  const client: InspectorClient = createORPCClient(new RPCLink({ port: port2 }))
  await client.host.info()
  return {
    client,
    sendRaw: (frame) => {
      port2.postMessage(frame)
    },
    badFrames: () => badFrames,
    async close() {
      connection.close()
      port1.close()
      await thread.close()
      if (crashes.length > 0) throw new AggregateError(crashes, 'The inspector thread crashed')
    },
  }
}
