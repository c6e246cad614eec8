import { concatBytes, fromBase64 } from '../client/base64.ts'
import { toErrorReport } from '../client/error-report.ts'
import type { ErrorReport } from '../client/error-report.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { QueueUpdate, TaskRef, TaskRow } from '../../shared/contract/model.ts'
import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'
import type { DetailView } from './inspector-state.ts'
import { Pieces } from './pieces.ts'
import { toRowKey } from './window-cache.ts'

const MORE_BYTES = 1024 * 1024
const RECHECK_GAP_MS = 400
/** The host sees a move a moment after it: so often, so far apart, is asked where a task went. */
const FIND_TRIES = 8
const FIND_GAP_MS = 150
/** Pieces of a payload that are on their way at a time. */
const READS_AT_ONCE = 4
const NO_BYTES = new Uint8Array()
const NOTHING_ASKED = { loadingPayload: false, loadingImage: null, asking: null } as const

export interface DetailController {
  inspect(row: TaskRow): void
  close(): void
  /** Shows the task where it lies by now, if it is this one that is shown. */
  follow(row: TaskRow): void
  onUpdate(update: QueueUpdate): void
  /** Looks again: something about the task changed that is not in its list. */
  refresh(): void
  /** Fetches up to another MiB of the payload. */
  loadMore(): Promise<void>
  /** Fetches all of a payload that is an image, up to LIMITS.imageBytes. */
  loadImage(): Promise<void>
  /** Keeps what has come so far. */
  cancelLoading(): void
  /** Shows the payload from this byte on. */
  jumpTo(offset: number): Promise<void>
  /** Opens a gzip or zstd payload. */
  expand(): Promise<void>
  /** Shows the payload as it is stored again. */
  closeExpanded(): void
  /** Computes the checksum of a payload that was too large to verify at once. */
  verify(): Promise<void>
}

export function createDetailController(context: ControllerContext): DetailController {
  return new Details(context)
}

class Details implements DetailController {
  readonly #context: ControllerContext
  #generation = 0
  #seenRevision = -1
  #rechecking = false
  #reading: AbortController | null = null

  constructor(context: ControllerContext) {
    this.#context = context
  }

  inspect(row: TaskRow): void {
    const { detail } = this.#context.store.get()
    if (detail !== null && detail.phase === 'ready' && isSameTask(detail.row, row)) return
    this.#generation++
    this.#reading?.abort()
    this.#set({
      row,
      phase: 'loading',
      detail: null,
      cameFrom: null,
      error: null,
      payload: NO_BYTES,
      payloadFrom: 0,
      payloadError: null,
      expanded: null,
      verdict: null,
      askError: null,
      ...NOTHING_ASKED,
    })
    void this.#load(row, this.#generation)
  }

  close(): void {
    this.#generation++
    this.#reading?.abort()
    this.#context.store.set({ detail: null })
  }

  follow(row: TaskRow): void {
    const view = this.#view
    if (view !== null && isSameTask(view.row, row)) void this.#find(++this.#generation, null)
  }

  onUpdate(update: QueueUpdate): void {
    const view = this.#view
    if (view === null || view.phase !== 'ready' || view.detail === null || this.#rechecking) return
    if (update.listRevisions[view.detail.ref.state] <= this.#seenRevision) return
    void this.#recheck(update)
  }

  refresh(): void {
    const { update } = this.#context.store.get()
    if (this.#view?.phase === 'ready' && update !== null && !this.#rechecking) void this.#recheck(update)
  }

  loadMore(): Promise<void> {
    const view = this.#view
    return view === null ? Promise.resolve() : this.#read(view.payloadFrom, view.payload, MORE_BYTES)
  }

  jumpTo(offset: number): Promise<void> {
    return this.#read(offset, NO_BYTES, LIMITS.payloadChunkBytes)
  }

  async expand(): Promise<void> {
    await this.#ask('expand', async (queueId, task) => {
      const { bytes, format, isWhole } = await this.#context.client().tasks.expand({ queueId, task })
      return { expanded: { bytes: fromBase64(bytes), format, isWhole } }
    })
  }

  closeExpanded(): void {
    this.#patch(this.#generation, { expanded: null })
  }

  async verify(): Promise<void> {
    await this.#ask('verify', async (queueId, task) => ({
      verdict: await this.#context.client().tasks.verify({ queueId, task }),
    }))
  }

  async #ask(
    asking: 'expand' | 'verify',
    call: (queueId: string, task: TaskRef) => Promise<Partial<DetailView>>,
  ): Promise<void> {
    const view = this.#view
    if (view?.detail === undefined || view.detail === null || view.asking !== null) return
    const generation = this.#generation
    this.#patch(generation, { asking, askError: null })
    try {
      const answer = await call(this.#context.queueId(), view.detail.ref)
      this.#patch(generation, { ...answer, asking: null })
    } catch (error) {
      this.#patch(generation, { asking: null, askError: toErrorReport(error) })
    }
  }

  async loadImage(): Promise<void> {
    const view = this.#view
    if (view?.detail === undefined || view.detail === null || view.detail.payloadBytes > LIMITS.imageBytes)
      return
    const have = view.payloadFrom === 0 ? view.payload : NO_BYTES
    await this.#read(0, have, view.detail.payloadBytes, (done, total) => ({ loadingImage: { done, total } }))
  }

  cancelLoading(): void {
    this.#reading?.abort()
  }

  /**
   * Appends up to `bytes` to `have`, which begins at `from`: pieces of what may cross at once, several on their way. Where it is
   * cancelled, or the file ends before, what came in one piece is kept.
   */
  async #read(
    from: number,
    have: Uint8Array,
    bytes: number,
    toProgress: (done: number, total: number) => Partial<DetailView> = () => ({}),
  ): Promise<void> {
    const start = this.#view
    if (start?.detail === undefined || start.detail === null || start.loadingPayload) return
    const { ref: task, payloadBytes } = start.detail
    const generation = this.#generation
    const end = Math.min(payloadBytes, from + have.length + bytes)
    const stop = new AbortController()
    this.#reading = stop
    this.#set({ ...start, loadingPayload: true, payloadError: null, ...toProgress(have.length, end - from) })
    const over = { loadingPayload: false, loadingImage: null }
    const pieces = new Pieces(from + have.length, end, LIMITS.payloadChunkBytes)
    let toldAt = 0
    const readSome = async (): Promise<void> => {
      for (const { at, offset, limit } of pieces.offsets()) {
        if (stop.signal.aborted) return
        const input = { queueId: this.#context.queueId(), task, offset, limit }
        const answer = await this.#context.client().tasks.payload(input, { signal: stop.signal })
        pieces.put(at, fromBase64(answer.bytes))
        if (pieces.done - toldAt < MORE_BYTES) continue
        toldAt = pieces.done
        this.#patch(generation, toProgress(have.length + pieces.done, end - from))
      }
    }
    try {
      await Promise.all(Array.from({ length: READS_AT_ONCE }, readSome))
    } catch (error) {
      const isCancelled = stop.signal.aborted
      // The others need not go on.
      stop.abort()
      if (!isCancelled) return this.#patch(generation, { ...over, payloadError: toErrorReport(error) })
    }
    const payload = concatBytes([have, ...pieces.joined()])
    this.#patch(generation, { payload, payloadFrom: from, ...over })
  }

  get #view(): DetailView | null {
    return this.#context.store.get().detail
  }

  #set(detail: DetailView): void {
    this.#context.store.set({ detail })
  }

  #patch(generation: number, patch: Partial<DetailView>): void {
    const view = this.#view
    if (view !== null && generation === this.#generation) this.#set({ ...view, ...patch })
  }

  async #load(row: TaskRow, generation: number): Promise<void> {
    if (row.ref === null) {
      this.#patch(generation, { phase: 'gone' })
      return
    }
    try {
      const { store } = this.#context
      this.#seenRevision = store.get().update?.listRevisions[row.ref.state] ?? -1
      const queueId = this.#context.queueId()
      const detail = await this.#context.client().tasks.detail({ queueId, task: row.ref })
      this.#patch(generation, { phase: 'ready', detail, payload: fromBase64(detail.payloadHead) })
    } catch (error) {
      this.#fail(generation, error)
    }
  }

  /** Looks whether the task still lies where it was shown: a worker may have taken it. */
  async #recheck(update: QueueUpdate): Promise<void> {
    const view = this.#view
    if (view?.detail === undefined || view.detail === null) return
    const generation = this.#generation
    const { ref: task } = view.detail
    this.#rechecking = true
    this.#seenRevision = update.listRevisions[task.state]
    try {
      const queueId = this.#context.queueId()
      const detail = await this.#context.client().tasks.detail({ queueId, task })
      this.#patch(generation, { detail })
      await wait(RECHECK_GAP_MS)
    } catch (error) {
      this.#fail(generation, error)
    } finally {
      this.#rechecking = false
    }
  }

  /** Looks for a task that has moved on, by its id, and shows it where it lies now. */
  async #find(generation: number, report: ErrorReport | null): Promise<void> {
    const from = this.#view
    if (from === null) return
    // What was asked of the file where it lay is not answered any more.
    this.#reading?.abort()
    this.#patch(generation, { phase: 'moving', error: null, ...NOTHING_ASKED })
    try {
      for (let tries = 0; tries < FIND_TRIES; tries++) {
        if (tries > 0) await wait(FIND_GAP_MS)
        if (generation !== this.#generation) return
        if (await this.#showFound(generation, from)) return
      }
    } catch (error) {
      // Where it is, is not known: that is not to say that it is gone.
      this.#patch(generation, { phase: 'error', error: toErrorReport(error) })
      return
    }
    this.#patch(generation, { phase: 'gone', error: report })
  }

  /** @returns false where it is not seen to lie anywhere else yet. */
  async #showFound(generation: number, from: DetailView): Promise<boolean> {
    const client = this.#context.client()
    const queueId = this.#context.queueId()
    const order = 'oldest'
    const { list } = this.#context.store.get().view
    const target = { by: 'id', text: from.row.taskId } as const
    const found = await client.tasks.locate({ queueId, list, order, target })
    if (found === null) return false
    const around = { ...found.place, before: 0 }
    const window = await client.tasks.window({
      queueId,
      list: found.list,
      order,
      offset: 0,
      limit: 1,
      around,
    })
    const row = window.rows.find(({ taskId }) => taskId === from.row.taskId)
    if (row?.ref === undefined || row.ref === null) return false
    const revision = this.#context.store.get().update?.listRevisions[row.ref.state] ?? -1
    const detail = await client.tasks.detail({ queueId, task: row.ref }).catch(toNullIfGone)
    if (detail === null) return false
    this.#seenRevision = revision
    const cameFrom = from.cameFrom ?? from.row.ref?.state ?? null
    const known = from.detail === null ? { payload: fromBase64(detail.payloadHead) } : {}
    this.#patch(generation, { row, detail, cameFrom, phase: 'ready', error: null, ...known })
    return true
  }

  #fail(generation: number, error: unknown): void {
    if (this.#context.store.get().connection !== 'ready') return
    const report = toErrorReport(error)
    if (report.code === 'TASK_GONE') void this.#find(generation, report)
    else this.#patch(generation, { phase: 'error', error: report })
  }
}

/** A task in a busy queue moves on between the look at its list and the one at its file. */
function toNullIfGone(error: unknown): null {
  if (toErrorReport(error).code === 'TASK_GONE') return null
  throw error
}

function isSameTask(a: TaskRow, b: TaskRow): boolean {
  return (
    toRowKey(a) === toRowKey(b) &&
    a.ref?.state === b.ref?.state &&
    a.ref?.inode === b.ref?.inode &&
    b.ref !== null
  )
}
