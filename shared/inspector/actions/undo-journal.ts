/**
 * The journal of one operation: what it was about to move, and what it moved. Written ahead, so that an operation that was cut short
 * by a crash can be undone too: at undo each entry is judged by what lies on disk.
 *
 *     > <ms since 1970> <from directory> <to directory>      a batch begins; fields are separated by tabs
 *     <name> <new name, see move-code.ts>                    one line per task, before any of them is moved
 *     < <inode, base 36> - ? …                               after the batch: `-` was not moved, `?` is a new file
 *
 * A batch without its last line was cut short. A line without its end was never finished and counts for nothing. Not synced to the
 * disk: a power cut may cost the undo, never a task.
 */
import { closeSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { errnoOrNull } from '../../queue/errors.ts'
import { parseText, toText } from './move-code.ts'

/** Bounds of what is kept per queue; the oldest journals go first. */
const MAX_JOURNALS = 500
const MAX_JOURNAL_BYTES = 512 * 1024 * 1024
const READ_BYTES = 256 * 1024

export interface JournalEntry {
  readonly name: string
  readonly code: string
  /** Null: not known. */
  readonly ino: bigint | null
  /** False: the batch was cut short, and whether this was moved is not known. */
  readonly isConfirmed: boolean
}

/** What became of a planned task: the moved file's inode, a new file's name that nobody else makes, or nothing. */
export type Confirmation = number | bigint | 'new' | null

export interface JournalBatch {
  readonly fromDir: string
  readonly toDir: string
  /** Those that were moved, or may have been. */
  readonly entries: readonly JournalEntry[]
}

export class JournalWriter {
  readonly #fd: number
  /** True once a batch was confirmed that moved something. */
  hasMoves = false

  /** @throws the system's errors. */
  constructor(folder: string, operationId: string) {
    this.#fd = openSync(toFile(folder, operationId), 'wx', 0o600)
  }

  /** Notes what is about to be moved. @throws the system's errors; then nothing of it may be moved. */
  plan(
    fromDir: string,
    toDir: string,
    entries: readonly { readonly name: string; readonly code: string }[],
  ): void {
    let text = `>\t${Date.now()}\t${toText(fromDir)}\t${toText(toDir)}\n`
    for (const { name, code } of entries) text += `${toText(name)}\t${code}\n`
    writeFully(this.#fd, text)
  }

  /** Notes what became of the last plan: the inodes of the moved ones in its order, null where one was not moved. */
  confirm(outcomes: readonly Confirmation[]): void {
    if (outcomes.some((outcome) => outcome !== null)) this.hasMoves = true
    writeFully(this.#fd, `<\t${outcomes.map(toMark).join(' ')}\n`)
  }

  close(): void {
    closeSync(this.#fd)
  }
}

function toMark(outcome: Confirmation): string {
  if (outcome === null) return '-'
  return outcome === 'new' ? '?' : outcome.toString(36)
}

function writeFully(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written)
}

function toFile(folder: string, operationId: string): string {
  return path.join(folder, 'journal', operationId)
}

/** Operations whose journals are kept. */
export function listJournals(folder: string): Set<string> {
  try {
    return new Set(readdirSync(path.join(folder, 'journal')))
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return new Set()
  }
}

export function removeJournal(folder: string, operationId: string): void {
  rmSync(toFile(folder, operationId), { force: true })
}

/** Drops the oldest journals beyond the bounds, but for one. Operation ids begin with their time, so they sort by age. */
export function pruneJournals(
  folder: string,
  keptId: string | null,
  bounds = { files: MAX_JOURNALS, bytes: MAX_JOURNAL_BYTES },
): void {
  let bytes = 0
  for (const [at, id] of [...listJournals(folder)].toSorted().toReversed().entries()) {
    bytes += statSync(toFile(folder, id), { throwIfNoEntry: false })?.size ?? 0
    if (id === keptId) continue
    if (at >= bounds.files || (bytes > bounds.bytes && at > 0)) removeJournal(folder, id)
  }
}

/** The batches of an operation in order, read piece by piece. @throws the system's errors. */
export async function* readJournal(folder: string, operationId: string): AsyncGenerator<JournalBatch> {
  let batch: { fromDir: string; toDir: string; entries: { name: string; code: string }[] } | null = null
  // Not line by line: an await for each would cost more than the moves.
  for await (const lines of readLines(toFile(folder, operationId))) {
    for (const line of lines) {
      const tab = line.indexOf('\t')
      const head = line.slice(0, tab)
      if (head === '>') {
        if (batch !== null) yield toBatch(batch, null)
        const [, , fromDir = '', toDir = ''] = line.split('\t')
        batch = { fromDir: parseText(fromDir), toDir: parseText(toDir), entries: [] }
      } else if (head === '<') {
        if (batch !== null) yield toBatch(batch, line.slice(tab + 1).split(' '))
        batch = null
      } else if (tab > 0) batch?.entries.push({ name: parseText(head), code: line.slice(tab + 1) })
    }
  }
  if (batch !== null) yield toBatch(batch, null)
}

function toBatch(
  { fromDir, toDir, entries }: { fromDir: string; toDir: string; entries: { name: string; code: string }[] },
  inodes: readonly string[] | null,
): JournalBatch {
  if (inodes === null)
    return { fromDir, toDir, entries: entries.map((entry) => ({ ...entry, ino: null, isConfirmed: false })) }
  const moved: JournalEntry[] = []
  for (const [at, { name, code }] of entries.entries()) {
    const inode = inodes[at]
    if (inode === undefined || inode === '-') continue
    moved.push({ name, code, ino: inode === '?' ? null : parseInode(inode), isConfirmed: true })
  }
  return { fromDir, toDir, entries: moved }
}

/** BigInt() reads no base 36. */
function parseInode(text: string): bigint {
  const small = Number.parseInt(text, 36)
  if (Number.isSafeInteger(small)) return BigInt(small)
  let value = 0n
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  return value
}

/** Whole lines only. */
async function* readLines(file: string): AsyncGenerator<readonly string[]> {
  const handle = await open(file, 'r')
  try {
    const decoder = new StringDecoder('utf8')
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    let rest = ''
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, READ_BYTES)
      if (bytesRead === 0) return
      const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n')
      rest = lines.pop() ?? ''
      yield lines
    }
  } finally {
    await handle.close()
  }
}
