import { Worker } from 'node:worker_threads'
import type { Host } from './host.ts'
import type { Connection } from './serve.ts'
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
        canOpenPath: host.canOpenPath,
        readOnlyReason: host.readOnlyReason,
        pushLimitBytes: host.pushLimitBytes,
        stateDir: host.stateDir,
      },
      hasChooseFolder: host.chooseFolder !== undefined,
      hasChooseSavePath: host.chooseSavePath !== undefined,
      hasStartDemo: host.startDemo !== undefined,
    }
    this.#worker = new Worker(script, { workerData: start })
    this.#worker.on('message', (message: FromWorker) => {
      this.#onMessage(message)
    })
    this.#worker.on('error', onCrash)
    this.#closed = new Promise((resolve) => {
      this.#worker.once('exit', () => {
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
        void this.#answer(message.call, message.method, message.argument)
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

  async #answer(call: number, method: HostMethod, argument: string | null): Promise<void> {
    try {
      this.#post({ kind: 'answer', call, value: await this.#ask(method, argument ?? ''), error: null })
    } catch (cause) {
      this.#post({
        kind: 'answer',
        call,
        value: null,
        error: cause instanceof Error ? cause.message : String(cause),
      })
    }
  }

  #ask(method: HostMethod, argument: string): unknown {
    switch (method) {
      case 'chooseFolder':
        return this.#host.chooseFolder?.()
      case 'chooseSavePath': {
        const [kind, suggestedName = ''] = argument.split('/', 2)
        return this.#host.chooseSavePath?.(kind === 'folder' ? 'folder' : 'file', suggestedName)
      }
      case 'startDemo':
        return this.#host.startDemo?.()
      case 'recentQueues':
        return this.#host.recentQueues()
      case 'pathOfRecent':
        return this.#host.pathOfRecent(argument)
      case 'rememberQueue':
        this.#host.rememberQueue(argument)
        return null
    }
  }
}
