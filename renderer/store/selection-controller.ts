import type { TaskRow } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import type { FreezeController } from './freeze-controller.ts'
import { clearSelection, isPickFull, select, unknownRangeOrNull } from './selection.ts'
import type { SelectMode, Span } from './selection.ts'
import { rowAt } from './window-cache.ts'

export interface SelectionActions {
  readonly freezes: FreezeController
  /** What was held still by the selection may go on. */
  releaseList(): void
  inspect(row: TaskRow): void
}

export interface SelectionController {
  /** Chooses a row; with the pane open it is shown there. A range over rows that are not known here is frozen. */
  select(index: number, mode: SelectMode): void
  /** All of the list, or all that its filter found: exactly what is there now. */
  selectAll(): void
  clear(): void
  /** The keyboard may have led to a row that was still on its way: it is selected now that rows came. */
  onRows(): void
  /** Shows the row in focus in the pane. */
  inspectFocused(): void
}

export function createSelectionController(
  context: ControllerContext,
  actions: SelectionActions,
): SelectionController {
  const { store } = context
  let wantedRange: Span | null = null

  function inspectFocused(): void {
    const { selection, view } = store.get()
    const row = selection.focusIndex === null ? undefined : rowAt(view.pages, selection.focusIndex)
    if (row !== undefined) actions.inspect(row)
  }

  /** The row at the far end may still be on its way: then this is done when it comes. */
  function selectWantedRange(): void {
    const span = wantedRange
    const { selection, view } = store.get()
    const { focusIndex, anchor } = selection
    const end = focusIndex === null ? undefined : rowAt(view.pages, focusIndex)
    if (span === null || end === undefined || anchor === null) return
    wantedRange = null
    const isDown = focusIndex === span.last
    void actions.freezes.selectRange(isDown ? anchor : end, isDown ? end : anchor, span)
  }

  function choose(index: number, mode: SelectMode): void {
    const { selection, view, paneOpen } = store.get()
    if (mode === 'toggle' && isPickFull(selection)) {
      context.toast(
        'plain',
        `At most ${selection.rows.size} tasks can be picked one by one: choose more by Shift or all of them.`,
      )
      return
    }
    wantedRange = mode === 'range' ? unknownRangeOrNull(selection, view.pages, index) : null
    if (wantedRange !== null) {
      store.set({ selection: { ...selection, focusIndex: index, isFreezing: true } })
      selectWantedRange()
      return
    }
    store.set({ selection: select(selection, view.pages, index, mode) })
    if (paneOpen) inspectFocused()
    actions.releaseList()
  }

  return {
    select: choose,
    selectAll() {
      const { phase, total } = store.get().view
      // What is still on its way here is known to the host.
      if (phase === 'loading' || total > 0) void actions.freezes.selectAll()
    },
    clear() {
      store.set({ selection: clearSelection(store.get().selection) })
      actions.releaseList()
    },
    onRows() {
      selectWantedRange()
      const { selection, view } = store.get()
      const { rows, focusIndex, rangeStart, frozen, isFreezing } = selection
      if (rows.size > 0 || frozen !== null || isFreezing) return
      if (focusIndex === null || rangeStart !== focusIndex) return
      if (rowAt(view.pages, focusIndex) !== undefined) choose(focusIndex, 'only')
    },
    inspectFocused,
  }
}
