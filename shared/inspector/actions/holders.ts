import { lstatSync } from 'node:fs'
import path from 'node:path'
import { toVisibleLine } from '../../contract/visible-text.ts'
import type { NodeSummary } from '../../contract/model.ts'
import type { QueueSession } from '../queue-session.ts'

/**
 * Tells whether a node's holder lives. A node's directory shows activity by its mtime, and our own moves out of it move that too: what
 * we left behind is no sign of life.
 */
export class Holders {
  readonly #session: QueueSession
  /** By node: the mtime that our last move left, and what was known before it. */
  readonly #ours = new Map<string, { mtimeMs: number; liveness: NodeSummary['liveness'] }>()

  constructor(session: QueueSession) {
    this.#session = session
  }

  /** Why tasks of a node must not be deleted, one sentence; null: nobody seems to work on them. */
  async refusalOf(node: string): Promise<string | null> {
    const liveness = await this.#livenessOf(node)
    if (liveness !== 'alive' && liveness !== 'active') return null
    return `${toVisibleLine(node)} seems to be alive and to work on it, so it was not deleted. Stop that worker first, or wait until it is done.`
  }

  /** Remembers what our own moves leave in the node's directory. */
  async beginMoves(node: string): Promise<() => void> {
    const liveness = await this.#livenessOf(node)
    return () => {
      const mtimeMs = this.#mtimeOf(node)
      if (mtimeMs !== null) this.#ours.set(node, { mtimeMs, liveness })
    }
  }

  async #livenessOf(node: string): Promise<NodeSummary['liveness']> {
    const { liveness, lastActivityAtMs } = await this.#session.readNode(node)
    const ours = this.#ours.get(node)
    return liveness === 'active' && ours !== undefined && ours.mtimeMs === lastActivityAtMs
      ? ours.liveness
      : liveness
  }

  #mtimeOf(node: string): number | null {
    const file = path.join(this.#session.path, node)
    return lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null
  }
}
