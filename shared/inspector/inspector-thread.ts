import { Worker } from 'node:worker_threads'
import type { Host } from './host.ts'
import type { Connection } from './serve.ts'
import type { HostCommand } from '../contract/model.ts'
import { InspectorError } from './inspector-error.ts'
import { toOfferedMethods } from './thread-messages.ts'
import type { FromWorker, HostMethod, ToWorker, WorkerStart } from './thread-messages.ts'

interface OpenConnection {
  readonly send: (frame: string | Uint8Array) => void | Promise<void>
  readonly onBadFrame: (cause: unknown) => void
}

/**
 * Runs the inspector in a thread of its own, so that listing a million tasks never blocks the process that draws windows
 * or answers sockets. Only frames and a handful of questions to the host cross.
 */
export class InspectorThread {
  readonly #host: Host
  readonly #worker: Worker
  readonly #connections = new Map<number, OpenConnection>()
  readonly #closed: Promise<void>
  #nextConnection = 1
  #activeWork = 0

  /**
   * @param script The built `inspector-worker`, or its source where Node runs TypeScript.
   * @param onCrash The thread ended by an error: every connection is dead, and the host decides what to do.
   */
  constructor(host: Host, script: URL, onCrash: (cause: unknown) => void) {
    this.#host = host
    const start: WorkerStart = {
      host: {
        kind: host.kind,
        version: host.version,
        platform: host.platform,
        startDir: host.startDir,
        startDirIsDemo: host.startDirIsDemo,
        startPlace: host.startPlace,
        canOpenPath: host.canOpenPath,
        readOnlyReason: host.readOnlyReason,
        pushLimitBytes: host.pushLimitBytes,
        stateDir: host.stateDir,
      },
      methods: toOfferedMethods(host),
    }
    this.#worker = new Worker(script, { workerData: start })
    this.#worker.on('message', (message: FromWorker) => {
      this.#onMessage(message)
    })
    this.#worker.on('error', onCrash)
    this.#closed = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        // Whatever ran in it has ended with it.
        this.#activeWork = 0
        resolve()
      })
    })
  }

  /** Serves one client. The contract of `send` and `onBadFrame` is that of `serveConnection`. */
  connect(send: OpenConnection['send'], onBadFrame: OpenConnection['onBadFrame']): Connection {
    const connection = this.#nextConnection++
    this.#connections.set(connection, { send, onBadFrame })
    this.#post({ kind: 'connect', connection })
    return {
      receive: (frame) => {
        if (!this.#connections.has(connection)) return
        if (typeof frame === 'string' || frame instanceof Uint8Array)
          this.#post({ kind: 'frame', connection, frame })
        else onBadFrame(new TypeError(`A frame must be a string or a Uint8Array, got ${typeof frame}`))
      },
      close: () => {
        if (this.#connections.delete(connection)) this.#post({ kind: 'disconnect', connection })
      },
    }
  }

  /** Pieces of bulk work under way, as last heard from the thread. */
  get activeWork(): number {
    return this.#activeWork
  }

  /** Asks all bulk work to stop at its next whole step. `activeWork` falls as each has ended. */
  cancelWork(): void {
    this.#post({ kind: 'cancel-work' })
  }

  /** Asks the page to do something; kept for it where it is still loading. */
  command(command: HostCommand): void {
    this.#post({ kind: 'command', command })
  }

  /** After sleep: lists every open queue again. */
  rescan(): void {
    this.#post({ kind: 'rescan' })
  }

  /** Resolves when all watching has stopped and the thread has ended. */
  async close(): Promise<void> {
    this.#connections.clear()
    this.#post({ kind: 'close' })
    await this.#closed
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  #onMessage(message: FromWorker): void {
    switch (message.kind) {
      case 'frame':
        void this.#send(message.connection, message.frame)
        return
      case 'bad-frame':
        this.#connections.get(message.connection)?.onBadFrame(new Error(message.cause))
        return
      case 'ask':
        void this.#answer(message.call, message.method, message.args)
        return
      case 'work':
        this.#activeWork = message.count
        return
      case 'closed':
        void this.#worker.terminate()
    }
  }

  async #send(connection: number, frame: string | Uint8Array): Promise<void> {
    const open = this.#connections.get(connection)
    try {
      await open?.send(frame)
    } catch (cause) {
      open?.onBadFrame(cause)
    }
    this.#post({ kind: 'sent', connection })
  }

  async #answer(call: number, method: HostMethod, args: readonly unknown[]): Promise<void> {
    try {
      const ask: unknown = this.#host[method]
      if (typeof ask !== 'function') throw new TypeError(`This host offers no ${method}`)
      // The worker's half is typed by HostCalls, as this half is.
      const value: unknown = await Reflect.apply(ask, this.#host, args)
      this.#post({ kind: 'answer', call, value, error: null })
    } catch (cause) {
      const code = cause instanceof InspectorError ? cause.code : null
      const error = { code, message: cause instanceof Error ? cause.message : String(cause) }
      this.#post({ kind: 'answer', call, value: null, error })
    }
  }
}
