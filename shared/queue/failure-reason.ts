/**
 * Why a task failed: `failed/.meta/<original id>.json`. Python never lists directories inside failed/.
 *
 * Format, version 1: `{ "version": 1, "id": <original id>, "attempts": [ { … }, … ] }`, the latest attempt last; per attempt
 * `failedAtUs`, `node` (or null), `attempt`, `name`, `message`, `stack`, `cause`. Beside them `editedFrom` and `editedTo`, where a person
 * pushed a changed payload as a new task: the original id of the other. Limited to 64 KiB: the oldest attempts go first,
 * then the stacks are cut. Written under a temporary name and renamed, before the task is moved. An unreadable record is as good as
 * none: it harms nothing, and the next failure replaces it.
 */
import fs from 'node:fs'
import { randomHex } from './random-hex.ts'
import { syncDir } from './state-dirs.ts'
import { isTaskName } from './task-id.ts'

export const MAX_RECORD_BYTES = 64 * 1024
const MAX_TEXT = 8 * 1024

export interface FailedAttempt {
  /** Time of day, µs since 1970. */
  readonly failedAtUs: number
  readonly node: string | null
  /** Which claim of the task this was, from 1. */
  readonly attempt: number
  readonly name: string
  readonly message: string
  readonly stack: string | null
  readonly cause: string | null
}

export interface FailureRecord {
  readonly version: 1
  readonly id: string
  readonly attempts: readonly FailedAttempt[]
  /** Original id of the task whose payload was changed into this one's. */
  readonly editedFrom: string | null
  /** Original id of the task that was made of this one's changed payload, the latest. */
  readonly editedTo: string | null
}

type Links = Pick<FailureRecord, 'editedFrom' | 'editedTo'>

/** What the record keeps of an error, or of anything else that was thrown. */
export function toFailedAttempt(
  reason: unknown,
  where: { readonly failedAtUs: number; readonly node: string | null; readonly attempt: number },
): FailedAttempt {
  if (isRecord(reason) && !(reason instanceof Error) && typeof reason['message'] === 'string') {
    return {
      ...where,
      name: toText(reason['name'] ?? 'Error'),
      message: toText(reason['message']),
      stack: null,
      cause: null,
    }
  }
  if (!(reason instanceof Error)) {
    return { ...where, name: 'Error', message: toText(reason), stack: null, cause: null }
  }
  return {
    ...where,
    name: toText(reason.name),
    message: toText(reason.message),
    stack: reason.stack === undefined ? null : toText(reason.stack),
    cause: reason.cause === undefined ? null : toText(reason.cause),
  }
}

/** Reads the record of a task, at most MAX_RECORD_BYTES of it. Null when there is none or it cannot be understood. */
export function readFailureRecordOrNull(dataDir: string, originalId: string): FailureRecord | null {
  if (!isTaskName(originalId)) return null
  let fd: number
  try {
    const flags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK
    fd = fs.openSync(recordPath(dataDir, originalId), flags)
  } catch {
    return null
  }
  try {
    const stat = fs.fstatSync(fd)
    if (!stat.isFile() || stat.size > MAX_RECORD_BYTES) return null
    const bytes = Buffer.alloc(stat.size)
    const length = fs.readSync(fd, bytes, 0, bytes.length, 0)
    return parseFailureRecord(bytes.toString('utf8', 0, length), originalId)
  } catch {
    return null
  } finally {
    fs.closeSync(fd)
  }
}

/** Appends an attempt to the record of a task. @throws the system's errors: the caller decides whether the task moves anyway. */
export function appendFailedAttempt(
  dataDir: string,
  originalId: string,
  attempt: FailedAttempt,
  sync: boolean,
): void {
  const earlier = readFailureRecordOrNull(dataDir, originalId)
  const attempts = [...(earlier?.attempts ?? []), attempt]
  writeRecord(dataDir, originalId, toBoundedJson(originalId, attempts, toLinks(earlier)), sync)
}

/** Writes into both records which task was made of which. @throws the system's errors. */
export function linkEditedTask(dataDir: string, originalId: string, editedId: string): void {
  for (const [id, link] of [
    [editedId, { editedFrom: originalId }],
    [originalId, { editedTo: editedId }],
  ] as const) {
    const earlier = readFailureRecordOrNull(dataDir, id)
    const links = { ...toLinks(earlier), ...link }
    writeRecord(dataDir, id, toBoundedJson(id, [...(earlier?.attempts ?? [])], links), false)
  }
}

function toLinks(record: FailureRecord | null): Links {
  return { editedFrom: record?.editedFrom ?? null, editedTo: record?.editedTo ?? null }
}

function writeRecord(dataDir: string, originalId: string, text: string, sync: boolean): void {
  const metaDir = `${dataDir}/failed/.meta`
  fs.mkdirSync(metaDir, { recursive: true })
  const temporary = `${metaDir}/.${randomHex()}.tmp`
  try {
    fs.writeFileSync(temporary, text, { flag: 'wx', flush: sync })
    fs.renameSync(temporary, recordPath(dataDir, originalId))
    if (sync) syncDir(metaDir)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw error
  }
}

function recordPath(dataDir: string, originalId: string): string {
  return `${dataDir}/failed/.meta/${originalId}.json`
}

function toBoundedJson(id: string, attempts: FailedAttempt[], { editedFrom, editedTo }: Links): string {
  const links = { ...(editedFrom !== null && { editedFrom }), ...(editedTo !== null && { editedTo }) }
  let kept = attempts
  for (;;) {
    const text = JSON.stringify({ version: 1, id, ...links, attempts: kept }, null, 2)
    if (Buffer.byteLength(text) <= MAX_RECORD_BYTES) return text
    const last = kept.at(-1)
    if (last === undefined) return text
    if (kept.length > 1) kept = kept.slice(1)
    else kept = [{ ...last, stack: null, cause: null, message: last.message.slice(0, 1024) }]
  }
}

function toText(value: unknown): string {
  let text: string
  try {
    text =
      value instanceof Error
        ? `${value.name}: ${value.message}`
        : typeof value === 'string'
          ? value
          : JSON.stringify(value)
  } catch {
    text = Object.prototype.toString.call(value)
  }
  return (text ?? String(value)).slice(0, MAX_TEXT)
}

function parseFailureRecord(text: string, originalId: string): FailureRecord | null {
  const value: unknown = JSON.parse(text)
  if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['attempts'])) return null
  const idOrNull = (key: string) => {
    const id = value[key]
    return typeof id === 'string' && id.length <= 255 && isTaskName(id) ? id : null
  }
  return {
    version: 1,
    id: originalId,
    attempts: value['attempts'].filter(isRecord).map(parseAttempt),
    editedFrom: idOrNull('editedFrom'),
    editedTo: idOrNull('editedTo'),
  }
}

function parseAttempt(value: Record<string, unknown>): FailedAttempt {
  const number = (key: string) => (Number.isFinite(value[key]) ? Number(value[key]) : 0)
  const textOrNull = (key: string) => (typeof value[key] === 'string' ? value[key].slice(0, MAX_TEXT) : null)
  return {
    failedAtUs: number('failedAtUs'),
    node: textOrNull('node'),
    attempt: number('attempt'),
    name: textOrNull('name') ?? 'Error',
    message: textOrNull('message') ?? '',
    stack: textOrNull('stack'),
    cause: textOrNull('cause'),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
