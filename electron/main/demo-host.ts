import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { utilityProcess } from 'electron'
import { startDemo } from '../../shared/inspector/demo/demo.ts'
import type { Actor, ActorSpec, Demo } from '../../shared/inspector/demo/demo.ts'

const ACTOR_SCRIPT = fileURLToPath(new URL('./demo-actor.js', import.meta.url))

/** The app's one demo queue, made when it is first asked for. */
export class DemoHost {
  #demo: Promise<Demo> | null = null

  /** Answers the directory of the demo. */
  async open(): Promise<string> {
    this.#demo ??= startDemo(startUtilityActor)
    return (await this.#demo).dir
  }

  async close(): Promise<void> {
    await (await this.#demo)?.close()
    this.#demo = null
  }
}

/** `child_process.fork` is switched off in the packed app by a fuse; Chromium ends these with us, however we end. */
function startUtilityActor(spec: ActorSpec): Actor {
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
