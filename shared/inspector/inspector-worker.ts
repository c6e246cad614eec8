/** The thread that InspectorThread starts: the router, its queues, and one serveConnection per client. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Host, HostCalls } from './host.ts'
import { InspectorError } from './inspector-error.ts'
import { createInspector } from './router.ts'
import { serveConnection } from './serve.ts'
import type { Connection } from './serve.ts'
import type { FromWorker, HostFailure, HostMethod, ToWorker, WorkerStart } from './thread-messages.ts'

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

type HostFunction<M extends HostMethod> = NonNullable<HostCalls[M]>

/** The method, as the host's half of this protocol (InspectorThread) answers it. */
function call<M extends HostMethod>(
  method: M,
): (...args: Parameters<HostFunction<M>>) => Promise<Awaited<ReturnType<HostFunction<M>>>> {
  return (...args) =>
    new Promise((resolve, reject) => {
      // The answer to a method has that method's type: the other half of this protocol is InspectorThread.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      asked.set(nextCall, { resolve: resolve as (value: unknown) => void, reject })
      post({ kind: 'ask', call: nextCall++, method, args })
    })
}

const offers = new Set(start.methods)
const rememberQueue = call('rememberQueue')

const host: Host = {
  ...start.host,
  ...(offers.has('chooseFolder') && { chooseFolder: call('chooseFolder') }),
  ...(offers.has('chooseSavePath') && { chooseSavePath: call('chooseSavePath') }),
  ...(offers.has('startDemo') && { startDemo: call('startDemo') }),
  ...(offers.has('notify') && { notify: call('notify') }),
  ...(offers.has('setBadge') && { setBadge: call('setBadge') }),
  ...(offers.has('openWindow') && { openWindow: call('openWindow') }),
  ...(offers.has('settings') && { settings: call('settings') }),
  ...(offers.has('changeSettings') && { changeSettings: call('changeSettings') }),
  ...(offers.has('showReleases') && { showReleases: call('showReleases') }),
  ...(offers.has('revealFile') && { revealFile: call('revealFile') }),
  facts: call('facts'),
  recentQueues: call('recentQueues'),
  pathOfRecent: call('pathOfRecent'),
  rememberQueue: (dir) => {
    // A list of recent queues that cannot be saved (a full disk) is no reason to stop watching.
    rememberQueue(dir).catch((cause: unknown) => console.error('The queue was not remembered:', cause))
  },
}

const inspector = createInspector(host, (count) => {
  post({ kind: 'work', count })
})
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

function toError({ code, message }: HostFailure): Error {
  return code === null ? new Error(message) : new InspectorError(code, message)
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
      const { value, error } = message
      if (error === null) asked.get(message.call)?.resolve(value)
      else asked.get(message.call)?.reject(toError(error))
      asked.delete(message.call)
      return
    }
    case 'rescan':
      void inspector.rescan()
      return
    case 'command':
      inspector.command(message.command)
      return
    case 'cancel-work':
      inspector.work.cancelAll()
      return
    case 'close':
      for (const id of connections.keys()) disconnect(id)
      void inspector.close().then(() => {
        post({ kind: 'closed' })
      })
  }
})
