/** Writes an export to a place that the person chose: a file under a temporary name until it is whole, or a new folder. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { errnoOrNull } from '../../queue/errors.ts'
import { InspectorError } from '../inspector-error.ts'
import type { ExportFormat } from './formats.ts'
import { toExportedPath } from './formats.ts'
import { openTasks, readExport } from './export-stream.ts'
import type { ExportProgress, ExportSet } from './export-stream.ts'

const TELL_EVERY_MS = 100

/** True where progress should be told again: at most once each TELL_EVERY_MS. */
function toTeller(): () => boolean {
  let toldAtMs = -Infinity
  return () => {
    if (performance.now() - toldAtMs < TELL_EVERY_MS) return false
    toldAtMs = performance.now()
    return true
  }
}

/**
 * Nothing but tasks is ever written below a queue's directory.
 * @throws {InspectorError} BAD_REQUEST for a place inside it; STORAGE_FAILED where the place cannot be reached.
 */
async function assertOutside(root: string, target: string): Promise<void> {
  const folder = await orStorageError(path.dirname(target), realpath(path.dirname(target)))
  const way = path.relative(root, folder)
  if (way === '' || (!way.startsWith('..') && !path.isAbsolute(way)))
    throw new InspectorError(
      'BAD_REQUEST',
      'Exports are not saved inside the queue’s own directory: workers would take a folder there for a node. Choose another place.',
    )
}

/** Writes one file. A file that was there is replaced when the new one is whole, and not before. */
export async function* saveFile(
  set: ExportSet,
  format: ExportFormat,
  target: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportProgress, void, void> {
  await assertOutside(set.root, target)
  const partial = `${target}.${randomBytes(4).toString('hex')}.part`
  const shouldTell = toTeller()
  const handle = await orStorageError(partial, open(partial, 'wx', 0o600))
  let isWhole = false
  try {
    let last: ExportProgress = { done: 0, total: set.total, skipped: 0 }
    for await (const { bytes, ...progress } of readExport(set, format, signal)) {
      await orStorageError(partial, writeAll(handle, bytes))
      last = progress
      if (shouldTell()) yield progress
    }
    signal?.throwIfAborted()
    await handle.close()
    await orStorageError(target, rename(partial, target))
    isWhole = true
    yield last
  } finally {
    if (!isWhole) {
      await handle.close().catch(() => undefined)
      await rm(partial, { force: true })
    }
  }
}

/** Writes each payload as a file of its own, in a folder per state and node. What is whole when it is cancelled stays. */
export async function* saveFolder(
  set: ExportSet,
  target: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportProgress, void, void> {
  await assertOutside(set.root, target)
  await orStorageError(target, mkdir(target, { mode: 0o700 }))
  const folders = new Set<string>()
  const shouldTell = toTeller()
  const tasks = openTasks(set, signal)
  try {
    for (;;) {
      const next = await tasks.next()
      if (next.done === true) {
        yield next.value
        return
      }
      const { task, progress } = next.value
      const file = path.join(target, ...toExportedPath(task))
      const folder = path.dirname(file)
      if (!folders.has(folder)) {
        await orStorageError(folder, mkdir(folder, { recursive: true, mode: 0o700 }))
        folders.add(folder)
      }
      await orStorageError(file, writePieces(file, task.pieces(), signal))
      if (shouldTell()) yield progress
    }
  } finally {
    await tasks.return({ done: 0, total: set.total, skipped: 0 })
  }
}

async function writePieces(
  file: string,
  pieces: Iterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    for (const piece of pieces) {
      signal?.throwIfAborted()
      await writeAll(handle, piece)
    }
  } catch (cause) {
    await rm(file, { force: true })
    throw cause
  } finally {
    await handle.close()
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten
}

const WORDS = new Map([
  ['ENOSPC', 'the disk is full. Free some space, or choose another disk'],
  ['EDQUOT', 'your quota is used up. Free some space, or choose another disk'],
  ['EROFS', 'the file system is read-only. Choose another place'],
  ['EACCES', 'this user may not write there. Choose another place'],
  ['EPERM', 'this user may not write there. Choose another place'],
  ['EEXIST', 'a file or folder of that name is there already. Choose another name'],
  ['ENOENT', 'the folder is not there any more. Choose another place'],
])

/** @throws {InspectorError} STORAGE_FAILED in place of the system's error. */
async function orStorageError<T>(place: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const code = errnoOrNull(cause)
    if (code === null) throw cause
    const words = WORDS.get(code) ?? `the system answered ${code}. Choose another place`
    throw new InspectorError('STORAGE_FAILED', `The export could not be saved at ${place}: ${words}.`, cause)
  }
}
