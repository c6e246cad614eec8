/** The thread that InspectorThread starts: the router, its queues, and one serveConnection per client. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Host } from './host.ts'
import { createInspector } from './router.ts'
import { serveConnection } from './serve.ts'
import type { Connection } from './serve.ts'
import type { FromWorker, HostAnswers, HostMethod, ToWorker, WorkerStart } from './thread-messages.ts'

if (parentPort === null) throw new Error('This module runs in a worker thread only')
const port = parentPort
// InspectorThread starts this thread, with exactly this.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const start = workerData as WorkerStart

const asked = new Map<number, { resolve: (value: unknown) => void; reject: (cause: Error) => void }>()
let nextCall = 1

function post(message: FromWorker): void {
  port.postMessage(message)
}

function ask<M extends HostMethod>(method: M, argument: string | null): Promise<HostAnswers[M]> {
  return new Promise((resolve, reject) => {
    // The answer to a method has that method's type: the other half of this protocol is InspectorThread.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    asked.set(nextCall, { resolve: resolve as (value: unknown) => void, reject })
    post({ kind: 'ask', call: nextCall++, method, argument })
  })
}

const host: Host = {
  ...start.host,
  ...(start.hasChooseFolder && { chooseFolder: () => ask('chooseFolder', null) }),
  ...(start.hasChooseSavePath && {
    chooseSavePath: (kind, suggestedName) => ask('chooseSavePath', `${kind}/${suggestedName}`),
  }),
  ...(start.hasStartDemo && { startDemo: () => ask('startDemo', null) }),
  recentQueues: () => ask('recentQueues', null),
  pathOfRecent: (recentId) => ask('pathOfRecent', recentId),
  rememberQueue: (dir) => {
    // A list of recent queues that cannot be saved (a full disk) is no reason to stop watching.
    ask('rememberQueue', dir).catch((cause: unknown) => console.error('The queue was not remembered:', cause))
  },
}

const inspector = createInspector(host)
const connections = new Map<number, Connection>()
/** Frames that the host's transport has not taken yet, per connection. */
const unsent = new Map<number, (() => void)[]>()

function connect(id: number): void {
  unsent.set(id, [])
  const connection = serveConnection(
    inspector.router,
    (frame) =>
      new Promise((resolve) => {
        unsent.get(id)?.push(resolve)
        post({ kind: 'frame', connection: id, frame })
      }),
    (cause) => {
      post({ kind: 'bad-frame', connection: id, cause: String(cause) })
    },
  )
  connections.set(id, connection)
}

function disconnect(id: number): void {
  connections.get(id)?.close()
  connections.delete(id)
  for (const resolve of unsent.get(id) ?? []) resolve()
  unsent.delete(id)
}

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'connect':
      connect(message.connection)
      return
    case 'frame':
      connections.get(message.connection)?.receive(message.frame)
      return
    case 'sent':
      unsent.get(message.connection)?.shift()?.()
      return
    case 'disconnect':
      disconnect(message.connection)
      return
    case 'answer': {
      const { call, value, error } = message
      if (error === null) asked.get(call)?.resolve(value)
      else asked.get(call)?.reject(new Error(error))
      asked.delete(call)
      return
    }
    case 'rescan':
      void inspector.rescan()
      return
    case 'close':
      for (const id of connections.keys()) disconnect(id)
      void inspector.close().then(() => {
        post({ kind: 'closed' })
      })
  }
})
