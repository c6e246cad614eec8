/**
 * Reads single tasks: bounded, never following links, never waiting for the writer of a FIFO, never touching the file.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { LIMITS } from '../contract/limits.ts'
import type { FailureRecord, Integrity, TaskDetail, TaskRef, TaskRow, TaskState } from '../contract/model.ts'
import { toVisibleLine } from '../contract/visible-text.ts'
import { HEADER_BYTES, parseHeader, parseTaskName } from '../queue/index.ts'
import { readFailuresOf, readRecordOf } from './failures.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { InspectorError } from './inspector-error.ts'
import { toPreviewKind, toPreviewLine } from './payload-preview.ts'
import { toDirName } from './queue-dir.ts'

/** A row's look at a file: enough for the header, the preview, and the checksum of most tasks. */
const ROW_BYTES = 4 * 1024
/** Up to here a detail computes the checksum unasked: it takes a few ms, and the first view waits for it. */
const CHECKSUM_BYTES = 4 * 1024 * 1024
const READ_BYTES = 1024 * 1024
const PIECE_BYTES = 64 * 1024

interface OpenedTask {
  readonly handle: FileHandle
  readonly stats: BigIntStats
}

/**
 * Opens the task that the person saw.
 * @throws {InspectorError} TASK_GONE where no file, or another one, lies there now; UNREADABLE
 */
async function openSeenTask(root: string, ref: TaskRef): Promise<OpenedTask> {
  const opened = await openTaskOrNull(root, toDirName(ref.state, ref.node), ref.name)
  if (opened === null)
    throw new InspectorError('TASK_GONE', 'This task has moved on since it was shown here.')
  if (String(opened.stats.ino) !== ref.inode || String(opened.stats.dev) !== ref.device) {
    await opened.handle.close()
    throw new InspectorError(
      'TASK_GONE',
      'Another file lies under this name now; the task that was shown here has moved on.',
    )
  }
  return opened
}

/**
 * The absolute path of the task that the person saw, looked at right now.
 * @throws {InspectorError} TASK_GONE, UNREADABLE
 */
export async function locateSeenTask(root: string, ref: TaskRef): Promise<string> {
  const { handle } = await openSeenTask(root, ref)
  await handle.close()
  return path.join(root, toDirName(ref.state, ref.node), ref.name)
}

/** Null where nothing lies there. */
async function openTaskOrNull(root: string, dir: string, name: string): Promise<OpenedTask | null> {
  let handle: FileHandle
  try {
    handle = await open(
      path.join(root, dir, name),
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    )
  } catch (cause) {
    const code = errnoOrNull(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    if (code === 'ELOOP')
      throw new InspectorError(
        'UNREADABLE',
        'This entry is a link, not a task file. It is not followed.',
        cause,
      )
    if (code === 'EACCES' || code === 'EPERM') {
      throw new InspectorError(
        'UNREADABLE',
        'This user may not read the task file. Ask for read permission on it.',
        cause,
      )
    }
    throw new InspectorError(
      'UNREADABLE',
      `The task file could not be opened (${code ?? 'unknown error'}).`,
      cause,
    )
  }
  const stats = await handle.stat({ bigint: true })
  if (stats.isFile()) return { handle, stats }
  await handle.close()
  throw new InspectorError('UNREADABLE', 'This entry is no regular file. It is neither read nor moved.')
}

function toIdentity(stats: BigIntStats): { inode: string; device: string } {
  return { inode: String(stats.ino), device: String(stats.dev) }
}

/** One row of a list, and what is wrong with the file, if anything. Never throws for a bad file. */
export async function readRow(
  root: string,
  state: TaskState,
  node: string | null,
  name: string,
): Promise<{ row: TaskRow; integrity: Integrity }> {
  const row = toBareRow(state, node, name)
  try {
    const opened = await openTaskOrNull(root, toDirName(state, node), name)
    if (opened === null) return { row, integrity: 'unverified' }
    try {
      return await readOpenedRow(root, row, state, opened)
    } finally {
      await opened.handle.close()
    }
  } catch (cause) {
    const code = errnoOrNull(cause)
    if (cause instanceof InspectorError)
      return { row: { ...row, preview: cause.message }, integrity: 'unreadable' }
    if (code === null) throw cause
    return { row: { ...row, preview: `The file could not be read (${code}).` }, integrity: 'unreadable' }
  }
}

async function readOpenedRow(
  root: string,
  row: TaskRow,
  state: TaskState,
  opened: OpenedTask,
): Promise<{ row: TaskRow; integrity: Integrity }> {
  const { stats } = opened
  const { head, integrity } = await readHead(opened, ROW_BYTES)
  const payload = head.subarray(HEADER_BYTES)
  const isWhole = Number(stats.size) <= head.length
  const isCorrupt = integrity !== 'ok' && integrity !== 'unverified'
  const kind = isCorrupt ? 'unknown' : toPreviewKind(payload, isWhole)
  const failure = state === 'failed' ? readFailuresOf(root, row.taskId)[0] : undefined
  return {
    integrity,
    row: {
      ...row,
      ref: { state, node: row.node, name: row.name, ...toIdentity(stats) },
      enteredAtMs: toEnteredAtMs(stats, failure),
      changedAtMs: toCtimeMs(stats),
      writtenAtMs: Number(stats.mtimeNs / 1_000_000n),
      payloadBytes: Math.max(0, Number(stats.size) - HEADER_BYTES),
      previewKind: kind,
      preview: isCorrupt ? `Corrupt: ${INTEGRITY_WORDS[integrity]}` : toPreviewLine(payload, kind, isWhole),
      reason: failure === undefined ? null : toVisibleLine(failure.message.split('\n', 1)[0] ?? ''),
    },
  }
}

function toCtimeMs(stats: BigIntStats): number {
  return Number(stats.ctimeNs / 1_000_000n)
}

/**
 * Every rename sets the ctime, also one that puts a failed task back: the kept time of its failure is older and truer. A kept time later
 * than the ctime is another clock's.
 * @param failure The latest that was kept of a failed task.
 */
function toEnteredAtMs(stats: BigIntStats, failure: FailureRecord | undefined): number {
  const ctimeMs = toCtimeMs(stats)
  const failedAtMs = Math.floor(failure?.failedAtMs ?? 0)
  return failedAtMs > 0 && failedAtMs <= ctimeMs ? failedAtMs : ctimeMs
}

export const INTEGRITY_WORDS: Readonly<Record<Integrity, string>> = {
  ok: 'the checksum fits',
  'too-short': 'shorter than its header of 24 bytes',
  'bad-version': 'an unknown version in its header',
  'bad-checksum': 'the payload does not fit the stored checksum',
  unverified: 'not checked yet',
  unreadable: 'it could not be read',
}

function toBareRow(state: TaskState, node: string | null, name: string): TaskRow {
  const parsed = parseTaskName(name, state === 'in-progress' ? 'node' : 'waiting')
  const taskId = parsed?.originalId ?? name
  return {
    ref: null,
    name,
    node,
    taskId,
    idTimeUs: taskId.slice(0, taskId.indexOf('_')),
    enteredAtMs: null,
    changedAtMs: null,
    writtenAtMs: null,
    payloadBytes: null,
    previewKind: 'unknown',
    preview: '',
    attempts: parsed?.stamped === true ? parsed.attempts : null,
    reason: null,
  }
}

/** Reads the file's beginning; verifies the checksum where that is all of it. */
async function readHead(opened: OpenedTask, limit: number): Promise<{ head: Buffer; integrity: Integrity }> {
  const size = Number(opened.stats.size)
  const head = await readRange(opened.handle, 0, Math.min(limit, size))
  const header = parseHeader(head)
  if (header.kind !== 'ok') return { head, integrity: header.kind }
  if (head.length < size) return { head, integrity: 'unverified' }
  const computed = createHash('md5').update(head.subarray(HEADER_BYTES)).digest()
  return { head, integrity: computed.equals(header.md5) ? 'ok' : 'bad-checksum' }
}

async function readRange(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/**
 * Everything about one task that a person asks for, with the beginning of its payload.
 * @throws {InspectorError} TASK_GONE, UNREADABLE
 */
export async function readDetail(root: string, ref: TaskRef): Promise<TaskDetail> {
  const opened = await openSeenTask(root, ref)
  try {
    const { stats, handle } = opened
    const size = Number(stats.size)
    const head = await readRange(handle, 0, Math.min(size, HEADER_BYTES + LIMITS.payloadChunkBytes))
    const header = parseHeader(head)
    const computedMd5 = header.kind === 'ok' && size <= CHECKSUM_BYTES ? await readMd5(handle, size) : null
    const storedMd5 = header.kind === 'ok' ? Buffer.from(header.md5).toString('hex') : null
    const integrity = header.kind === 'ok' ? toVerdict(storedMd5, computedMd5) : header.kind
    const isCorrupt = integrity !== 'ok' && integrity !== 'unverified'
    const payload = isCorrupt ? Buffer.alloc(0) : head.subarray(HEADER_BYTES)
    const bare = toBareRow(ref.state, ref.node, ref.name)
    const record = readRecordOf(root, bare.taskId)
    return {
      ref,
      taskId: bare.taskId,
      idTimeUs: bare.idTimeUs,
      attempts: bare.attempts,
      path: path.join(root, toDirName(ref.state, ref.node), ref.name),
      enteredAtMs: toEnteredAtMs(stats, ref.state === 'failed' ? record.failures[0] : undefined),
      writtenAtMs: Number(stats.mtimeNs / 1_000_000n),
      fileBytes: size,
      payloadBytes: Math.max(0, size - HEADER_BYTES),
      mode: (Number(stats.mode) & 0o7777).toString(8).padStart(4, '0'),
      ownerUid: Number(stats.uid),
      ownerGid: Number(stats.gid),
      links: Number(stats.nlink),
      header: { version: head[0] ?? null, storedMd5, computedMd5, integrity },
      payloadHead: payload.toString('base64'),
      payloadHeadKind: isCorrupt ? 'unknown' : toPreviewKind(payload, head.length === size),
      ...record,
    }
  } finally {
    await opened.handle.close()
  }
}

function toVerdict(stored: string | null, computed: string | null): Integrity {
  if (computed === null) return 'unverified'
  return stored === computed ? 'ok' : 'bad-checksum'
}

/** Of a payload of any size, through one buffer. @throws the signal's reason where it is aborted. */
async function readMd5(handle: FileHandle, size: number, signal?: AbortSignal): Promise<string> {
  const md5 = createHash('md5')
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(READ_BYTES, size - HEADER_BYTES)))
  for (let at = HEADER_BYTES; at < size;) {
    signal?.throwIfAborted()
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - at), at)
    if (bytesRead === 0) break
    md5.update(buffer.subarray(0, bytesRead))
    at += bytesRead
  }
  return md5.digest('hex')
}

/**
 * The checksum of a payload of any size, and whether header and payload are those of a whole task.
 * @throws {InspectorError} TASK_GONE, UNREADABLE; the signal's reason where it is aborted.
 */
export async function verifyPayload(
  root: string,
  ref: TaskRef,
  signal?: AbortSignal,
): Promise<{ computedMd5: string; integrity: Integrity }> {
  const { handle, stats } = await openSeenTask(root, ref)
  try {
    const header = parseHeader(await readRange(handle, 0, HEADER_BYTES))
    const computedMd5 = await readMd5(handle, Number(stats.size), signal)
    const integrity =
      header.kind === 'ok' ? toVerdict(Buffer.from(header.md5).toString('hex'), computedMd5) : header.kind
    return { computedMd5, integrity }
  } finally {
    await handle.close()
  }
}

/**
 * Calls `use` with the payload's bytes, piece by piece as they are asked for.
 * @throws {InspectorError} TASK_GONE, UNREADABLE; whatever `use` throws.
 */
export async function withPayload<T>(
  root: string,
  ref: TaskRef,
  use: (pieces: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const { handle, stats } = await openSeenTask(root, ref)
  async function* readPieces(): AsyncGenerator<Buffer, void, void> {
    const size = Number(stats.size)
    for (let at = HEADER_BYTES; at < size; at += PIECE_BYTES)
      yield await readRange(handle, at, Math.min(PIECE_BYTES, size - at))
  }
  try {
    return await use(readPieces())
  } finally {
    await handle.close()
  }
}

/**
 * A range of a task's payload.
 * @throws {InspectorError} TASK_GONE, UNREADABLE
 */
export async function readPayload(
  root: string,
  ref: TaskRef,
  offset: number,
  limit: number,
): Promise<{ bytes: Buffer; payloadBytes: number }> {
  const { handle, stats } = await openSeenTask(root, ref)
  try {
    const payloadBytes = Math.max(0, Number(stats.size) - HEADER_BYTES)
    const length = Math.max(0, Math.min(limit, payloadBytes - offset))
    return { bytes: await readRange(handle, HEADER_BYTES + offset, length), payloadBytes }
  } finally {
    await handle.close()
  }
}
