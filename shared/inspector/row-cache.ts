import { lstatSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import path from 'node:path'
import type { Integrity, TaskRow, TaskState } from '../contract/model.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { toDirName } from './queue-dir.ts'
import { readRow } from './task-reader.ts'

export interface ReadRow {
  readonly row: TaskRow
  readonly integrity: Integrity
}

interface CachedRow extends ReadRow {
  readonly inode: bigint
  readonly ctimeNs: bigint
}

const MAX_ROWS = 5_000

/**
 * Rows that were read, kept while the same file lies there: its inode and ctime tell, and ctime moves with every change
 * of content, name or owner. A list that is asked for ten times a second opens only the files that are new in it.
 */
export class RowCache {
  readonly #root: string
  /** By `<dir>/<name>`, least recently used first. */
  readonly #rows = new Map<string, CachedRow>()

  constructor(root: string) {
    this.#root = root
  }

  async read(state: TaskState, node: string | null, name: string): Promise<ReadRow> {
    const place = `${toDirName(state, node)}/${name}`
    const stats = readStatsOrNull(path.join(this.#root, place))
    const cached = this.#rows.get(place)
    this.#rows.delete(place)
    if (stats === null || cached?.inode !== stats.ino || cached.ctimeNs !== stats.ctimeNs) {
      const read = await readRow(this.#root, state, node, name)
      // Kept under what was seen before the reading: a change in between makes the next look read again.
      if (stats !== null && read.row.ref !== null)
        this.#keep(place, { ...read, inode: stats.ino, ctimeNs: stats.ctimeNs })
      return read
    }
    this.#rows.set(place, cached)
    return cached
  }

  #keep(place: string, row: CachedRow): void {
    this.#rows.set(place, row)
    if (this.#rows.size <= MAX_ROWS) return
    for (const oldest of this.#rows.keys()) {
      this.#rows.delete(oldest)
      return
    }
  }
}

function readStatsOrNull(file: string): BigIntStats | null {
  try {
    return lstatSync(file, { bigint: true, throwIfNoEntry: false }) ?? null
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null // readRow tells why
  }
}
