import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Actor, ActorSpec } from './demo.ts'

/** Starts an actor in a child process of Node. The channel between the two tells the child when its parent is gone. */
export function forkActor(script: URL, spec: ActorSpec): Actor {
  const child = fork(fileURLToPath(script), [JSON.stringify(spec)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  // A process that could not be started reports it here, and never exits.
  child.once('error', () => child.emit('exit'))
  return {
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
