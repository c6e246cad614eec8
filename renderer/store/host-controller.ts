import { toErrorReport } from '../client/error-report.ts'
import type { InspectorClient, Link } from '../client/inspector-client.ts'
import type { OpenSource } from '../../shared/contract/contract.ts'
import type { HostInfo, QueuePlace } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import type { PlaceController } from './place-controller.ts'

export interface HostActions {
  readonly places: PlaceController
  open(source: OpenSource): Promise<void>
  /** Opens the queue again that was open before the connection was lost. */
  resume(): Promise<void>
}

/** The host on the other side of the connection: what it is, what its menus ask for, what can be asked of it. */
export interface HostController {
  /** @throws Error where there is no connection. */
  client(): InspectorClient
  /** To be called with each new connection: reads the host, and opens what is to be open. */
  onReady(link: Link): Promise<void>
  read(): Promise<HostInfo>
  /** Asks the host for something that is no part of the state. Null where that failed: then it was told. */
  ask<Answer>(call: (client: InspectorClient) => Promise<Answer>): Promise<Answer | null>
  /** Hears of what the host's menus ask for, by the id of a command. Answers what ends that. */
  onCommand(listener: (command: string) => void): () => void
}

export function createHostController(context: ControllerContext, actions: HostActions): HostController {
  return new Hosts(context, actions)
}

class Hosts implements HostController {
  readonly #context: ControllerContext
  readonly #actions: HostActions
  readonly #commandListeners = new Set<(command: string) => void>()
  #client: InspectorClient | null = null

  constructor(context: ControllerContext, actions: HostActions) {
    this.#context = context
    this.#actions = actions
  }

  client(): InspectorClient {
    if (this.#client === null) throw new Error('No connection')
    return this.#client
  }

  async onReady(link: Link): Promise<void> {
    this.#client = link.client
    const host = await this.read()
    // Before the state changes: it is kept anew at each change.
    const kept = this.#actions.places.keptSourceOrNull()
    this.#context.store.set({ connection: 'ready' })
    const entered = this.#enter(host, kept)
    void this.#follow(link, entered)
    await entered
  }

  async read(): Promise<HostInfo> {
    const host = await this.client().host.info()
    this.#context.store.set({ host })
    return host
  }

  async ask<Answer>(call: (client: InspectorClient) => Promise<Answer>): Promise<Answer | null> {
    try {
      return await call(this.client())
    } catch (error) {
      this.#context.toastError(toErrorReport(error))
      return null
    }
  }

  onCommand(listener: (command: string) => void): () => void {
    this.#commandListeners.add(listener)
    return () => this.#commandListeners.delete(listener)
  }

  async #enter(host: HostInfo, kept: OpenSource | null): Promise<void> {
    const isOpen = (): boolean => this.#context.store.get().queue !== null
    if (isOpen()) return this.#actions.resume()
    if (kept !== null) {
      // The address says where in it.
      await this.#actions.open(kept)
      if (isOpen()) return
    }
    if (!host.startsWithQueue) return
    await this.#actions.open({ kind: 'start' })
    if (host.startPlace !== null && isOpen()) this.#show(host.startPlace)
  }

  /** Until the connection ends. */
  async #follow({ client }: Link, entered: Promise<void>): Promise<void> {
    try {
      for await (const command of await client.host.commands()) {
        if (command.kind === 'run') for (const listener of this.#commandListeners) listener(command.command)
        // Only there it means anything; menus need not wait for that.
        else void entered.then(() => this.#show(command.place))
      }
    } catch {
      // The connection ended: the next one follows anew.
    }
  }

  #show(place: QueuePlace): void {
    if (this.#context.store.get().queue === null) return
    this.#actions.places.show(place).catch((error: unknown) => {
      this.#context.toastError(toErrorReport(error))
    })
  }
}
