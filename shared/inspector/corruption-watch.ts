import type { Integrity } from '../contract/model.ts'
import { isNodeDir } from './queue-tracker.ts'
import type { QueueTracker } from './queue-tracker.ts'
import { readRow } from './task-reader.ts'

/** Tasks at the head of pending that are looked into: the ones that workers meet next. */
const HEAD_TASKS = 100
const CHECKS_AT_ONCE = 25

/**
 * Keeps the verdicts on task files. Looks, a few at a time, into the tasks that workers hold or meet next, because one
 * corrupt file there hangs a Python worker for ever; the others are judged when a person looks at them.
 */
export class CorruptionWatch {
  readonly #root: string
  readonly #tracker: QueueTracker
  readonly #onChange: () => void
  /** By `<dir>/<name>`; `ok` and `unverified` too, so that nothing is read twice. */
  readonly #known = new Map<string, Integrity>()
  #running: Promise<void> | null = null

  constructor(root: string, tracker: QueueTracker, onChange: () => void) {
    this.#root = root
    this.#tracker = tracker
    this.#onChange = onChange
  }

  /** The corrupt and unreadable ones that still lie where they were found. */
  verdicts(): Map<string, Integrity> {
    const corrupt = new Map<string, Integrity>()
    for (const [place, integrity] of this.#known) {
      if (integrity !== 'ok' && integrity !== 'unverified' && this.#isThere(place))
        corrupt.set(place, integrity)
    }
    return corrupt
  }

  learn(dir: string, name: string, integrity: Integrity): void {
    if (integrity === 'ok' || integrity === 'unverified') {
      if (this.#known.get(`${dir}/${name}`) === undefined) return
    }
    if (this.#known.get(`${dir}/${name}`) === integrity) return
    this.#known.set(`${dir}/${name}`, integrity)
    this.#onChange()
  }

  /** Looks into a few more. Never two rounds at once. */
  check(): void {
    this.#running ??= this.#checkSome().finally(() => {
      this.#running = null
    })
  }

  /** Looks into all that workers hold or meet next, at once: for a single look at the queue. */
  async checkAll(): Promise<void> {
    await this.#running
    // Once: in a queue that moves, new heads come as fast as they are looked into.
    await this.#checkThese(this.#unknownHeads())
  }

  async close(): Promise<void> {
    await this.#running
  }

  async #checkSome(): Promise<void> {
    for (const place of this.#known.keys()) if (!this.#isThere(place)) this.#known.delete(place)
    await this.#checkThese(this.#unknownHeads().slice(0, CHECKS_AT_ONCE))
  }

  async #checkThese(heads: readonly [dir: string, name: string][]): Promise<void> {
    for (const [dir, name] of heads) {
      const isNode = isNodeDir(dir)
      const { integrity } = await readRow(
        this.#root,
        isNode ? 'in-progress' : 'pending',
        isNode ? dir : null,
        name,
      )
      this.#known.set(`${dir}/${name}`, integrity)
      if (integrity !== 'ok' && integrity !== 'unverified') this.#onChange()
    }
  }

  #unknownHeads(): [dir: string, name: string][] {
    const heads: [string, string][] = []
    for (const [dir, { list }] of this.#tracker.dirs) {
      if (!isNodeDir(dir) && dir !== 'pending') continue
      for (const name of list.window(0, HEAD_TASKS))
        if (!this.#known.has(`${dir}/${name}`)) heads.push([dir, name])
    }
    return heads
  }

  #isThere(place: string): boolean {
    const at = place.lastIndexOf('/')
    return this.#tracker.dirs.get(place.slice(0, at))?.list.has(place.slice(at + 1)) === true
  }
}
