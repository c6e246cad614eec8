import type { Operation } from '../../contract/work.ts'
import type { AuditedOperation } from './audit-log.ts'

/** How far acts are undone, and redone, by now: each undo is an act of its own in the audit, and can be undone in turn. */
export class UndoStates {
  readonly #audited: ReadonlyMap<string, AuditedOperation>
  readonly #canGoBack: (operationId: string) => boolean
  /** By act: the tasks that its undos have moved back, less those that were moved again since. Only acts that were tried. */
  readonly #back = new Map<string, number>()

  /** @param audited In the order in which they began. @param canGoBack Whether the journal of an act is kept. */
  constructor(audited: ReadonlyMap<string, AuditedOperation>, canGoBack: (operationId: string) => boolean) {
    this.#audited = audited
    this.#canGoBack = canGoBack
    // An undo is younger than what it undoes: backwards, each is complete when it is added to its own.
    for (const { undoes, operation } of [...audited.values()].toReversed()) {
      if (undoes === null) continue
      const stayed = operation.moved - (this.#back.get(operation.operationId) ?? 0)
      this.#back.set(undoes, (this.#back.get(undoes) ?? 0) + stayed)
    }
  }

  of(act: AuditedOperation): Operation['undo'] {
    let last = act
    let turns = 0
    for (;;) {
      const next = last.undoneBy === null ? undefined : this.#audited.get(last.undoneBy)
      if (next === undefined) break
      last = next
      turns++
    }
    const { operationId } = last.operation
    // What is marked as undone by an act that the audit has forgotten is over.
    const nextId = last.undoneBy === null && this.#canGoBack(operationId) ? operationId : null
    return { nextId, turns, back: this.#back.get(act.operation.operationId) ?? null }
  }
}
