/**
 * Reads a set of tasks out, piece by piece, only as fast as the reader takes it. Tasks that have moved on, or that cannot be read, are
 * left out and counted.
 */
import { setImmediate as nextTurnOfLoop } from 'node:timers/promises'
import { LIMITS } from '../../contract/limits.ts'
import { toDirName } from '../queue-dir.ts'
import { openExportedOrNull } from './exported-task.ts'
import type { ExportedTask, ExportPlace } from './exported-task.ts'
import type { ExportFormat } from './formats.ts'

const STRETCH_MS = 8

export interface ExportSet {
  readonly root: string
  readonly total: number
  readonly places: Iterable<ExportPlace>
}

export interface ExportProgress {
  readonly done: number
  readonly total: number
  readonly skipped: number
}

export interface ExportChunk extends ExportProgress {
  readonly bytes: Buffer
}

/** One task after the other, opened; each is closed when the next is asked for. Yields to the loop every few milliseconds. */
export async function* openTasks(
  { root, places, total }: ExportSet,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ task: ExportedTask; progress: ExportProgress }, ExportProgress, void> {
  let done = 0
  let skipped = 0
  let yieldedAtMs = performance.now()
  for (const place of places) {
    signal?.throwIfAborted()
    const task = openExportedOrNull(root, toDirName(place.state, place.node), place)
    if (task === null) skipped++
    else {
      try {
        done++
        yield { task, progress: { done, total, skipped } }
      } finally {
        task.close()
      }
    }
    if (performance.now() - yieldedAtMs > STRETCH_MS) {
      await nextTurnOfLoop()
      yieldedAtMs = performance.now()
    }
  }
  return { done, total, skipped }
}

/** The whole export in chunks of about LIMITS.exportChunkBytes; the last one has the final counts. */
export async function* readExport(
  set: ExportSet,
  format: ExportFormat,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportChunk, void, void> {
  let pieces: Buffer[] = [format.head]
  let bytes = format.head.length
  const tasks = openTasks(set, signal)
  try {
    for (;;) {
      const next = await tasks.next()
      if (next.done === true) {
        yield { bytes: Buffer.concat([...pieces, format.tail]), ...next.value }
        return
      }
      const { task, progress } = next.value
      for (const piece of format.toPieces(task)) {
        pieces.push(piece)
        bytes += piece.length
        if (bytes < LIMITS.exportChunkBytes) continue
        signal?.throwIfAborted()
        yield { bytes: Buffer.concat(pieces), ...progress }
        pieces = []
        bytes = 0
      }
    }
  } finally {
    // Ended early: the task that is open is closed.
    await tasks.return({ done: 0, total: set.total, skipped: 0 })
  }
}
