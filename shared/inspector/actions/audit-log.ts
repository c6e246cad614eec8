/**
 * The audit of one queue: every act that wrote, as lines of JSON that are only ever appended; the last word about an operation counts.
 *
 *     {"id":…,"kind":…,"atMs":…,"total":…,"first":…}           it begins; of an undo, "undoes" names the other act
 *     {"id":…,"moved":…,"skipped":…,"failed":…,"ended":true}   how far it came, about every two seconds, and at its end
 *     {"id":…,"undoneBy":…}                                    it was undone
 *
 * Each line begins with a line break of its own, so a line that was cut short spoils no other. Two files of at most 4 MB are kept.
 */
import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import { workKindSchema } from '../../contract/work.ts'
import type { Operation, WorkKind } from '../../contract/work.ts'
import { errnoOrNull } from '../../queue/errors.ts'

const MAX_FILE_BYTES = 4 * 1024 * 1024
const FILES = ['audit.1.log', 'audit.log'] as const

const lineSchema = z.object({
  id: z.string(),
  kind: workKindSchema.optional(),
  atMs: z.number().optional(),
  total: z.number().optional(),
  first: z.string().nullable().optional(),
  undoes: z.string().optional(),
  moved: z.number().optional(),
  skipped: z.number().optional(),
  failed: z.number().optional(),
  ended: z.boolean().optional(),
  undoneBy: z.string().optional(),
})
type AuditLine = z.infer<typeof lineSchema>

/** An operation as the audit knows it. */
export interface AuditedOperation {
  readonly operation: Omit<Operation, 'undo'>
  /** The act that it undoes. */
  readonly undoes: string | null
  /** The act that has undone it. */
  undoneBy: string | null
  hasEnded: boolean
}

export class AuditLog {
  readonly #folder: string
  readonly #maxFileBytes: number
  #read: { stamp: string; operations: ReadonlyMap<string, AuditedOperation> } | null = null

  /** @param folder The queue's state folder; it must be there before anything is appended. */
  constructor(folder: string, maxFileBytes = MAX_FILE_BYTES) {
    this.#folder = folder
    this.#maxFileBytes = maxFileBytes
  }

  /** @throws the system's errors. */
  begin(
    id: string,
    kind: WorkKind,
    about: { total: number; first: string | null; undoes: string | null },
  ): void {
    const { total, first, undoes } = about
    this.#append({ id, kind, atMs: Date.now(), total, first, ...(undoes !== null && { undoes }) })
  }

  /** @throws the system's errors. */
  count(id: string, counts: { moved: number; skipped: number; failed: number }, ended: boolean): void {
    const { moved, skipped, failed } = counts
    this.#append({ id, moved, skipped, failed, ...(ended && { ended }) })
  }

  /** @throws the system's errors. */
  markUndone(id: string, undoneBy: string): void {
    this.#append({ id, undoneBy })
  }

  /** By id, oldest first. Lines that cannot be understood are left out. */
  operations(): ReadonlyMap<string, AuditedOperation> {
    const stamp = FILES.map((name) => this.#stampOf(name)).join(' ')
    if (this.#read?.stamp === stamp) return this.#read.operations
    const operations = new Map<string, AuditedOperation>()
    for (const name of FILES) {
      for (const line of this.#text(name).split('\n')) {
        const parsed = parseLineOrNull(line)
        if (parsed !== null) note(operations, parsed)
      }
    }
    this.#read = { stamp, operations }
    return operations
  }

  #append(line: AuditLine): void {
    const file = path.join(this.#folder, 'audit.log')
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (size > this.#maxFileBytes) renameSync(file, path.join(this.#folder, 'audit.1.log'))
    appendFileSync(file, `\n${JSON.stringify(line)}\n`, { mode: 0o600 })
  }

  #stampOf(name: string): string {
    const stats = statSync(path.join(this.#folder, name), { throwIfNoEntry: false })
    return stats === undefined ? '-' : `${stats.ino}.${stats.size}.${stats.mtimeMs}`
  }

  #text(name: string): string {
    try {
      return readFileSync(path.join(this.#folder, name), 'utf8')
    } catch (cause) {
      if (errnoOrNull(cause) === 'ENOENT') return ''
      throw cause
    }
  }
}

function parseLineOrNull(line: string): AuditLine | null {
  if (line === '') return null
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null // cut short by a crash or a full disk
  }
}

function note(operations: Map<string, AuditedOperation>, line: AuditLine): void {
  if (line.kind !== undefined) {
    operations.set(line.id, {
      operation: {
        operationId: line.id,
        kind: line.kind,
        atMs: line.atMs ?? 0,
        total: line.total ?? 0,
        moved: 0,
        skipped: 0,
        failed: 0,
        firstTaskId: line.first ?? null,
      },
      undoes: line.undoes ?? null,
      undoneBy: null,
      hasEnded: false,
    })
    return
  }
  const known = operations.get(line.id)
  if (known === undefined) return
  const { operation } = known
  operation.moved = line.moved ?? operation.moved
  operation.skipped = line.skipped ?? operation.skipped
  operation.failed = line.failed ?? operation.failed
  known.hasEnded ||= line.ended === true
  known.undoneBy = line.undoneBy ?? known.undoneBy
}
