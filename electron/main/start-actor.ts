import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { utilityProcess } from 'electron'
import type { Actor, ActorSpec } from '../../shared/inspector/demo/demo.ts'

const ACTOR_SCRIPT = fileURLToPath(new URL('./demo-actor.js', import.meta.url))

/** `child_process.fork` is switched off in the packed app by a fuse; Chromium ends these with us, however we end. */
export function startUtilityActor(spec: ActorSpec): Actor {
  const child = utilityProcess.fork(ACTOR_SCRIPT, [JSON.stringify(spec)], {
    serviceName: `Demo ${spec.nodeId ?? spec.role}`,
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  return {
    async stop() {
      child.kill()
      await exited
    },
  }
}
