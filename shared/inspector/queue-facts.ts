/**
 * What an update tells beyond the lists, read from the disk: nodes' last activity, the oldest pending task's age.
 * Kept, so that an update never waits for a disk that answers slowly.
 */
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { NodeSummary } from '../contract/model.ts'
import { parseNodeRecords } from '../queue/index.ts'
import type { NodeRecord } from '../queue/index.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { readNodeSummary } from './node-liveness.ts'
import type { QueueTracker } from './queue-tracker.ts'
import { isShownAsNode } from './stray-dirs.ts'

/** A node's record names a process: whether it runs is asked again after this time. */
const RECORDS_MS = 1_000
/** A node that moved nothing is looked at again after this time. */
const QUIET_NODE_MS = 5_000
/** An update waits for the disk so long at most. */
const PATIENCE_MS = 200
/** Names tried for the oldest pending task: a worker may take them one after the other meanwhile. */
const OLDEST_TRIED = 3

interface KnownNode {
  readonly summary: NodeSummary
  readonly revision: number
  readonly readAtMs: number
}

export class QueueFacts {
  readonly #root: string
  readonly #tracker: QueueTracker
  readonly #nodes = new Map<string, KnownNode>()
  #records: { readonly records: readonly NodeRecord[]; readonly atMs: number } | null = null
  #refreshing: Promise<void> | null = null
  oldestPendingAtMs: number | null = null

  constructor(root: string, tracker: QueueTracker) {
    this.#root = root
    this.#tracker = tracker
  }

  /** Every node, sorted, as it was last read; stray directories are problems. One that could not be read yet is quiet. */
  nodes(): NodeSummary[] {
    const nodes = this.#tracker.nodes().filter((node) => {
      const listed = this.#tracker.dirs.get(node)
      return listed === undefined || isShownAsNode(node, listed)
    })
    return nodes.map((node) => {
      const tasks = this.#tracker.dirs.get(node)?.list.size ?? 0
      const known = this.#nodes.get(node)?.summary
      return known === undefined
        ? {
            node,
            tasks,
            lastActivityAtMs: null,
            liveness: 'quiet',
            livenessReason: 'It was not looked at yet.',
          }
        : Object.assign({}, known, { tasks })
    })
  }

  /** Reads what has moved. Resolves when that is done, or when patience ends: then the reading goes on by itself. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = null
    })
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS)
    })
    await Promise.race([this.#refreshing, patience])
    clearTimeout(timer)
  }

  /** Resolves when nothing is being read any more. */
  async close(): Promise<void> {
    await this.#refreshing
  }

  async #read(): Promise<void> {
    const nowMs = performance.now()
    await Promise.all([this.#readNodes(nowMs), this.#readOldestPending()])
  }

  async #readNodes(nowMs: number): Promise<void> {
    const isOld = this.#records === null || nowMs - this.#records.atMs > RECORDS_MS
    if (isOld) this.#records = { records: parseNodeRecords(this.#tracker.recordFiles), atMs: nowMs }
    const records = this.#records?.records ?? []
    const nodes = this.#tracker.nodes()
    for (const node of this.#nodes.keys()) if (!this.#tracker.dirs.has(node)) this.#nodes.delete(node)
    await Promise.all(
      nodes.map(async (node) => {
        const { revision = 0, list } = this.#tracker.dirs.get(node) ?? {}
        const known = this.#nodes.get(node)
        const isFresh =
          known?.revision === revision && nowMs - known.readAtMs < (isOld ? RECORDS_MS : QUIET_NODE_MS)
        if (isFresh) return
        const summary = await readNodeSummary(this.#root, node, list?.size ?? 0, records)
        this.#nodes.set(node, { summary, revision, readAtMs: nowMs })
      }),
    )
  }

  async #readOldestPending(): Promise<void> {
    const names = this.#tracker.dirs.get('pending')?.list.window(0, OLDEST_TRIED) ?? []
    if (names.length === 0) this.oldestPendingAtMs = null
    for (const name of names) {
      try {
        // Since it waits: a task that was requeued waits anew.
        this.oldestPendingAtMs = (await lstat(path.join(this.#root, 'pending', name))).ctimeMs
        return
      } catch (cause) {
        if (errnoOrNull(cause) === null) throw cause // else a worker has just taken it: the next one is the oldest
      }
    }
  }
}
