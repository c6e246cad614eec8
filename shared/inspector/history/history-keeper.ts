import path from 'node:path'
import type { History, HistoryRange, Timings } from '../../contract/insight.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import type { ObservedLook } from '../transitions.ts'
import { readHistoryFile, removeLeftovers, writeHistoryFile } from './history-file.ts'
import { NodeRates } from './node-rates.ts'
import type { NodeRate } from './node-rates.ts'
import { QueueHistory } from './queue-history.ts'
import type { Glance } from './queue-history.ts'
import { TaskTimes } from './task-times.ts'

const SAVE_EVERY_MS = 30_000

/** The history of one open queue: fed by the watch, read by views, saved now and then. */
export class HistoryKeeper {
  readonly #queuePath: string
  /** Null: nothing is kept across restarts. */
  readonly #file: string | null
  readonly #history = new QueueHistory()
  readonly #rates = new NodeRates(() => performance.now())
  readonly #times: TaskTimes
  #isWritable = true
  #savedAtMs = performance.now()
  #saving: Promise<void> = Promise.resolve()

  /** @param stateFolder The queue's own, outside its directory; null: keep in memory only. */
  constructor(queuePath: string, stateFolder: string | null) {
    this.#queuePath = queuePath
    this.#file = stateFolder === null ? null : path.join(stateFolder, 'history.json')
    this.#times = new TaskTimes(queuePath, {
      onWait: (spanMs, tasks, isExact) => {
        this.#history.recordWait(Date.now(), spanMs, tasks, isExact)
      },
      onRun: (spanMs, tasks, isExact) => {
        this.#history.recordRun(Date.now(), spanMs, tasks, isExact)
      },
    })
  }

  /** Takes in what an earlier run has kept. */
  load(): Promise<void> {
    return this.#whenFree(async (file) => {
      this.#history.adopt(await readHistoryFile(file), Date.now())
      await removeLeftovers(file, Date.now())
    })
  }

  observe(look: ObservedLook): void {
    this.#rates.observe(look)
    this.#times.observe(look, Date.now())
  }

  /** To be called once a second. */
  glance(glance: Glance): void {
    this.#history.glance(glance)
    if (performance.now() - this.#savedAtMs >= SAVE_EVERY_MS) void this.save()
  }

  rateOf(node: string): NodeRate {
    return this.#rates.rateOf(node)
  }

  history(range: HistoryRange): History {
    return this.#history.history(range, Date.now(), this.#file !== null && this.#isWritable)
  }

  timings(range: HistoryRange): Timings {
    return this.#history.timings(range, Date.now())
  }

  save(): Promise<void> {
    this.#savedAtMs = performance.now()
    return this.#whenFree(async (file) => {
      // Another inspector of this queue may have saved since.
      this.#history.adopt(await readHistoryFile(file), Date.now())
      await writeHistoryFile(file, this.#queuePath, this.#history.content(Date.now()))
    })
  }

  async close(): Promise<void> {
    await this.save()
  }

  /** A history that cannot be read or written is no reason to stop watching: it is told as not kept. */
  #whenFree(work: (file: string) => Promise<void>): Promise<void> {
    const file = this.#file
    if (file === null) return Promise.resolve()
    this.#saving = this.#saving.then(async () => {
      try {
        await work(file)
        this.#isWritable = true
      } catch (cause) {
        if (errnoOrNull(cause) === null) throw cause
        this.#isWritable = false
      }
    })
    return this.#saving
  }
}
