import { fromBase64 } from '../client/base64.ts'
import { ShorterFileError, toErrorReport } from '../client/error-report.ts'
import { openDownloadOrNull } from '../client/download.ts'
import type { Download } from '../client/download.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { TaskDetail } from '../../shared/contract/model.ts'
import type { Target } from '../../shared/contract/work.ts'
import type { Choice } from './choice.ts'
import { stateOfChoiceOrNull, toTargetOrNull } from './choice.ts'
import type { ControllerContext } from './controller-context.ts'
import type { ExportView } from './inspector-state.ts'

type ExportFormat = 'jsonl' | 'csv' | 'raw'

export interface ExportController {
  /** Writes the tasks to a file that the person chooses: by the host's dialog on the desktop, else as a download. */
  start(choice: Choice, format: ExportFormat): Promise<void>
  /** The payload of one task as it is. */
  savePayload(detail: TaskDetail): Promise<void>
  cancel(id: number): void
  hide(id: number): void
}

const EXTENSIONS = { jsonl: 'jsonl', csv: 'csv', raw: 'tar' } as const

export function createExportController(context: ControllerContext): ExportController {
  return new Exports(context)
}

class Exports implements ExportController {
  readonly #context: ControllerContext
  readonly #running = new Map<number, AbortController>()
  #last = 0

  constructor(context: ControllerContext) {
    this.#context = context
  }

  async start(choice: Choice, format: ExportFormat): Promise<void> {
    const target = toTargetOrNull(choice)
    if (target === null) return
    if (this.#isSavedByHost) return this.#saveByHost(target, format, format)
    const name = `${stateOfChoiceOrNull(choice) ?? 'tasks'}.${EXTENSIONS[format]}`
    const download = await this.#openDownload(name)
    if (download === null) return
    await this.#run(format, 'tasks', download.name, async (id, signal) => {
      const queueId = this.#context.queueId()
      const input = { queueId, target, format: format === 'raw' ? ('tar' as const) : format }
      const chunks = await this.#context.client().exports.read(input, { signal })
      await writeAll(download, signal, async (write) => {
        for await (const { bytes, done, total, skipped } of chunks) {
          await write(fromBase64(bytes))
          this.#progress(id, { done, total, skipped })
        }
      })
    })
  }

  async savePayload(detail: TaskDetail): Promise<void> {
    const { ref: task, payloadBytes: total, taskId } = detail
    if (this.#isSavedByHost) return this.#saveByHost({ kind: 'tasks', tasks: [task] }, 'raw', 'payload')
    const download = await this.#openDownload(`${taskId.replaceAll(/[^\w.-]+/g, '_').slice(0, 120)}.bin`)
    if (download === null) return
    await this.#run('payload', 'bytes', download.name, async (id, signal) => {
      await writeAll(download, signal, async (write) => {
        for (let offset = 0; offset < total && !signal.aborted;) {
          const limit = LIMITS.payloadChunkBytes
          const queueId = this.#context.queueId()
          const { bytes } = await this.#context.client().tasks.payload({ queueId, task, offset, limit })
          const chunk = fromBase64(bytes)
          if (chunk.length === 0) throw new ShorterFileError()
          await write(chunk)
          offset += chunk.length
          this.#progress(id, { done: offset, total, skipped: 0 })
        }
      })
    })
  }

  cancel(id: number): void {
    this.#running.get(id)?.abort()
  }

  hide(id: number): void {
    const { store } = this.#context
    store.set({ exports: store.get().exports.filter((one) => one.id !== id) })
  }

  /** The host asks for the place and writes, where it can. */
  get #isSavedByHost(): boolean {
    return this.#context.store.get().host?.canSave === true
  }

  async #openDownload(name: string): Promise<Download | null> {
    try {
      return await openDownloadOrNull(name)
    } catch (error) {
      this.#context.toastError(toErrorReport(error))
      return null
    }
  }

  #saveByHost(target: Target, format: ExportFormat, shown: ExportView['format']): Promise<void> {
    return this.#run(shown, 'tasks', null, async (id, signal) => {
      const queueId = this.#context.queueId()
      const input = { queueId, target, format: format === 'raw' ? ('folder' as const) : format }
      const steps = await this.#context.client().exports.save(input, { signal })
      for await (const { path, done, total, skipped } of steps) {
        if (path === null) return this.hide(id)
        this.#progress(id, { done, total, skipped, savedAs: path })
      }
    })
  }

  async #run(
    format: ExportView['format'],
    unit: ExportView['unit'],
    savedAs: string | null,
    work: (id: number, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const id = ++this.#last
    const stop = new AbortController()
    this.#running.set(id, stop)
    const { store } = this.#context
    const numbers = { done: 0, total: 0, skipped: 0, perSecond: 0 }
    const view: ExportView = { id, format, unit, phase: 'running', ...numbers, savedAs, error: null }
    store.set({ exports: [...store.get().exports, view] })
    try {
      await work(id, stop.signal)
      this.#patch(id, { phase: stop.signal.aborted ? 'cancelled' : 'done', perSecond: 0 })
    } catch (error) {
      const phase = stop.signal.aborted ? 'cancelled' : 'failed'
      this.#patch(id, { phase, perSecond: 0, error: phase === 'failed' ? toErrorReport(error) : null })
    } finally {
      this.#running.delete(id)
    }
  }

  readonly #startedAt = new Map<number, number>()

  #progress(id: number, step: Pick<ExportView, 'done' | 'total' | 'skipped'> & Partial<ExportView>): void {
    const startedAt = this.#startedAt.get(id) ?? performance.now()
    this.#startedAt.set(id, startedAt)
    const seconds = (performance.now() - startedAt) / 1_000
    this.#patch(id, { ...step, perSecond: seconds > 0.2 ? step.done / seconds : 0 })
  }

  #patch(id: number, patch: Partial<ExportView>): void {
    const { store } = this.#context
    const replace = (one: ExportView): ExportView => (one.id === id ? { ...one, ...patch } : one)
    store.set({ exports: store.get().exports.map(replace) })
  }
}

/** Closes the file when all was written; throws what was written away where it broke off. */
async function writeAll(
  download: Download,
  signal: AbortSignal,
  work: (write: Download['write']) => Promise<void>,
): Promise<void> {
  try {
    await work(download.write)
    if (signal.aborted) await download.abandon()
    else await download.close()
  } catch (error) {
    await download.abandon()
    throw error
  }
}
