import { randomBytes } from 'node:crypto'
import type { Operation, WorkKind } from '../../contract/work.ts'
import { TASK_ACTIONS } from '../../contract/task-actions.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import { InspectorError } from '../inspector-error.ts'
import { AuditLog } from './audit-log.ts'
import type { AuditedOperation } from './audit-log.ts'
import { makeStateFolder } from './state-folder.ts'
import { JournalWriter, listJournals, pruneJournals, readJournal, removeJournal } from './undo-journal.ts'
import type { JournalBatch } from './undo-journal.ts'
import { UndoStates } from './undo-states.ts'

const NOWHERE =
  'This inspector was given no place for its journal outside the queue’s directory, so nothing can be undone.'

export interface BegunOperation {
  readonly operationId: string
  /** Null: it cannot be undone. */
  readonly journal: JournalWriter | null
  readonly noUndoReason: string | null
}

/** The acts on one queue as they are remembered outside its directory: the audit, and the journals that undo reads. */
export class Operations {
  readonly #folder: string | null
  readonly #queuePath: string
  readonly #audit: AuditLog | null

  /** @param folder The queue's state folder; null: nothing is remembered. */
  constructor(folder: string | null, queuePath: string) {
    this.#folder = folder
    this.#queuePath = queuePath
    this.#audit = folder === null ? null : new AuditLog(folder)
  }

  /**
   * Writes down that an act begins. What could not be undone for want of a journal is refused; only deletion for good goes on, for
   * it may be what frees the space.
   * @param undoneId The operation that this one undoes: its journal is about to be read.
   * @throws {InspectorError} STORAGE_FAILED; then nothing may be done.
   */
  begin(
    kind: WorkKind,
    total: number,
    firstTaskId: string | null,
    undoneId: string | null = null,
  ): BegunOperation {
    // Ids begin with their time, so that names of journals sort by age.
    const operationId = `${Date.now().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`
    if (this.#folder === null || this.#audit === null)
      return { operationId, journal: null, noUndoReason: canBeUndone(kind) ? NOWHERE : null }
    try {
      makeStateFolder(this.#folder, this.#queuePath)
      pruneJournals(this.#folder, undoneId)
      this.#audit.begin(operationId, kind, { total, first: firstTaskId, undoes: undoneId })
      const journal = canBeUndone(kind) ? new JournalWriter(this.#folder, operationId) : null
      return { operationId, journal, noUndoReason: null }
    } catch (cause) {
      const errno = errnoOrNull(cause)
      if (errno === null) throw cause
      if (kind !== 'purge') {
        throw new InspectorError(
          'STORAGE_FAILED',
          `The inspector’s own journal and audit cannot be written (${errno}), so nothing was done. Free some space, or give write permission, at ${this.#folder}.`,
          cause,
        )
      }
      console.error('A deletion for good leaves no line in the audit:', cause)
      return { operationId, journal: null, noUndoReason: null }
    }
  }

  /** Notes how far it came; a failure to do so is told on stderr and stops nothing. */
  count(
    operationId: string,
    counts: { moved: number; skipped: number; failed: number },
    ended: boolean,
  ): void {
    this.#tell(() => this.#audit?.count(operationId, counts, ended))
  }

  markUndone(operationId: string, undoneBy: string): void {
    this.#tell(() => this.#audit?.markUndone(operationId, undoneBy))
  }

  /** Drops the journal of an act that moved nothing. */
  forgetJournal(operationId: string): void {
    const folder = this.#folder
    if (folder !== null) this.#tell(() => removeJournal(folder, operationId))
  }

  /** The acts, newest first; what was undone and redone is told with the act that it is about. */
  list(offset: number, limit: number): { total: number; operations: Operation[] } {
    const audited = this.#audit?.operations() ?? new Map<string, AuditedOperation>()
    const journals = this.#folder === null ? new Set<string>() : listJournals(this.#folder)
    const acts = [...audited.values()].filter(({ undoes }) => undoes === null || !audited.has(undoes))
    const undo = new UndoStates(audited, (id) => journals.has(id))
    const operations = acts
      .toReversed()
      .slice(offset, offset + limit)
      .map((act): Operation => Object.assign({}, act.operation, { undo: undo.of(act) }))
    return { total: acts.length, operations }
  }

  /** The tasks that an act moved, from its journal; null where that is not kept. */
  batchesOf(operationId: string): AsyncGenerator<JournalBatch> | null {
    const folder = this.#folder
    return folder !== null && listJournals(folder).has(operationId) ? readJournal(folder, operationId) : null
  }

  /**
   * What is to be undone: its kind, about how many tasks, and its journal.
   * @throws {InspectorError} UNKNOWN_HANDLE, NOT_OFFERED in words
   */
  toUndo(operationId: string): {
    kind: WorkKind
    /** Null: it was cut short. */
    tasks: number | null
    firstTaskId: string | null
    batches: () => AsyncGenerator<JournalBatch>
  } {
    const folder = this.#folder
    if (folder === null) throw new InspectorError('NOT_OFFERED', NOWHERE)
    const known = this.#audit?.operations().get(operationId)
    if (known === undefined)
      throw new InspectorError('UNKNOWN_HANDLE', 'The audit of this queue does not know that act (any more).')
    if (known.undoneBy !== null) throw new InspectorError('BAD_REQUEST', 'This act has been undone already.')
    if (!canBeUndone(known.operation.kind))
      throw new InspectorError('BAD_REQUEST', 'Nothing brings back what this act did.')
    if (!listJournals(folder).has(operationId)) {
      throw new InspectorError(
        'UNKNOWN_HANDLE',
        known.operation.moved === 0
          ? 'This act moved nothing, so there is nothing to undo.'
          : 'The journal of this act is not kept any more: only the latest 500 acts, and 512 MB, are.',
      )
    }
    return {
      kind: known.operation.kind,
      firstTaskId: known.operation.firstTaskId,
      tasks: known.hasEnded ? known.operation.moved : null,
      batches: () => readJournal(folder, operationId),
    }
  }

  #tell(work: () => void): void {
    try {
      work()
    } catch (cause) {
      if (errnoOrNull(cause) === null) throw cause
      console.error('The audit was not written:', cause)
    }
  }
}

/** A cure moves what may be no task: it has an undo of its own, for as long as the queue stays open (problems/cures.ts). */
function canBeUndone(kind: WorkKind): boolean {
  if (kind === 'cure') return false
  return (
    kind === 'push' ||
    kind === 'edit' ||
    kind === 'duplicate' ||
    kind === 'undo' ||
    TASK_ACTIONS[kind].canUndo
  )
}
