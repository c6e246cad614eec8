import { existsSync } from 'node:fs'
import { startDemo } from './demo.ts'
import type { Demo, StartActor } from './demo.ts'

/** A host's one demo queue: made when it is first asked for, and again where it was taken away. */
export class DemoKeeper {
  readonly #startActor: StartActor
  #demo: Promise<Demo> | null = null

  constructor(startActor: StartActor) {
    this.#startActor = startActor
  }

  /** Answers the queue's directory. @throws as startDemo(); the next call tries anew. */
  async open(): Promise<string> {
    const present = await this.#demo
    if (present !== null && !existsSync(present.dir)) await this.close()
    this.#demo ??= startDemo(this.#startActor)
    try {
      return (await this.#demo).dir
    } catch (cause) {
      this.#demo = null
      throw cause
    }
  }

  async close(): Promise<void> {
    const demo = await this.#demo?.catch(() => null)
    this.#demo = null
    await demo?.close()
  }
}
