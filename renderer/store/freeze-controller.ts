import { toErrorReport } from '../client/error-report.ts'
import type { TaskList, TaskRow } from '../../shared/contract/model.ts'
import type { FrozenSet } from '../../shared/contract/work.ts'
import type { ControllerContext } from './controller-context.ts'
import type { SetOrigin } from './choice.ts'
import { NO_SELECTION } from './inspector-state.ts'
import type { FilterView, ListView } from './inspector-state.ts'
import { withFrozen } from './selection.ts'
import type { Span } from './selection.ts'

export interface FreezeController {
  /** Selects all of the list in view, or all that its filter found: exactly what is there now. */
  selectAll(): Promise<void>
  /** Selects the rows between two of them, both included, known here or not. */
  selectRange(from: TaskRow, to: TaskRow, span: Span): Promise<void>
  /** Fixes all of a list or a query, without selecting it. Null, and told, where that failed. */
  freezeList(list: TaskList, queryId: string | null): Promise<FrozenSet | null>
  /** Fixes all that an expression finds in a list, when it has looked at all of it. */
  freezeFound(list: TaskList, expression: string): Promise<FrozenSet | null>
}

export function createFreezeController(context: ControllerContext): FreezeController {
  const { store } = context
  /** Grows with each wish: a late answer to an earlier one is dropped. */
  let wish = 0

  async function freeze(
    list: TaskList,
    queryId: string | null,
    range: { from: TaskRow; to: TaskRow } | null,
  ): Promise<FrozenSet | null> {
    const place = ({ node, name }: TaskRow): { node: string | null; name: string } => ({ node, name })
    try {
      return await context.client().actions.freeze({
        queueId: context.queueId(),
        list,
        queryId,
        order: store.get().view.order,
        range: range === null ? null : { from: place(range.from), to: place(range.to) },
      })
    } catch (error) {
      context.toastError(toErrorReport(error))
      return null
    }
  }

  async function select(range: { from: TaskRow; to: TaskRow } | null, span: Span | null): Promise<void> {
    const own = ++wish
    const { view, selection, filter } = store.get()
    const found = toFoundOrNull(view, filter)
    store.set({ selection: { ...selection, isFreezing: true } })
    const set = await freeze(view.list, view.queryId, range)
    const now = store.get()
    // Another list, or another choice meanwhile: then nobody waits for this one.
    if (own !== wish || now.view.list !== view.list || !now.selection.isFreezing) return
    if (set === null || set.total === 0) {
      store.set({ selection: { ...NO_SELECTION, focusIndex: now.selection.focusIndex } })
      return
    }
    store.set({ selection: withFrozen(now.selection, set, span, found) })
  }

  async function freezeFound(list: TaskList, expression: string): Promise<FrozenSet | null> {
    if (store.get().gathering !== null) return null
    store.set({ gathering: expression })
    try {
      const queueId = context.queueId()
      const { queries } = context.client()
      const { queryId } = await queries.open({ queueId, list, expression })
      for await (const { phase, error } of await queries.follow({ queueId, queryId })) {
        if (phase === 'failed') throw new Error(error ?? 'The search broke off')
        if (phase !== 'scanning') break
      }
      const set = await freeze(list, queryId, null)
      await queries.close({ queueId, queryId })
      return set
    } catch (error) {
      context.toastError(toErrorReport(error))
      return null
    } finally {
      store.set({ gathering: null })
    }
  }

  return {
    freezeFound,
    selectAll: () => select(null, null),
    selectRange: (from, to, span) => select({ from, to }, span),
    freezeList: (list, queryId) => freeze(list, queryId, null),
  }
}

/** The rows may still be those of an earlier filter while a new one is being opened. */
function toFoundOrNull({ queryId }: ListView, { applied, progress }: FilterView): SetOrigin['found'] {
  if (queryId === null) return null
  return progress?.queryId === queryId ? applied : ''
}
