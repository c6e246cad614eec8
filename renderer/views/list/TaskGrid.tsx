// A virtual list of absolute rows cannot be a <table>: the grid's roles are written out.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { IconArrowNarrowDown, IconArrowNarrowUp } from '@tabler/icons-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { MouseEvent, ReactNode } from 'react'
import type { Order } from '../../store/inspector-state.ts'
import { usePreferences } from '../../store/preferences.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { isSelected } from '../../store/selection.ts'
import { rowAt } from '../../store/window-cache.ts'
import type { Pages } from '../../store/window-cache.ts'
import { RowMenu } from '../actions/RowMenu.tsx'
import type { MenuPlace } from '../actions/RowMenu.tsx'
import { STATE_WORDS } from '../../words.ts'
import { LIST_WORDS } from '../../words/list-words.ts'
import { columnsOf, sortingOf } from './columns.ts'
import type { ColumnId } from './columns.ts'
import { TaskRowView } from './TaskRowView.tsx'
import styles from './task-grid.module.css'
import { useGridKeys } from './use-grid-keys.ts'
import { RowScroller } from './row-scroller.ts'
import type { RowWindow } from './row-scroller.ts'

const HEAD_PX = 28
const ROW_PX = { compact: 28, comfortable: 32 } as const
/** Shown while the first window is on its way. */
const SKELETON_ROWS = 14

/** Rows of the page's memory are used again by those that scroll in; more than any screen shows. */
const SLOTS = 256

/** One list for any number of rows. The keyboard stays on the grid; the active row is told by its id. */
export function TaskGrid(): ReactNode {
  const scroller = useRef<HTMLDivElement>(null)
  const view = useInspectorState((state) => state.view)
  const { density } = usePreferences()
  const rowPx = ROW_PX[density]
  const { state } = view.list
  const count = view.phase === 'ready' ? view.total : SKELETON_ROWS
  const [rowScroller] = useState(() => new RowScroller())
  useLayoutEffect(() => rowScroller.setLayout({ count, rowPx, headPx: HEAD_PX }), [rowScroller, count, rowPx])
  useLayoutEffect(
    () => (scroller.current === null ? undefined : rowScroller.attach(scroller.current)),
    [rowScroller],
  )
  const rows = useSyncExternalStore(rowScroller.subscribe, rowScroller.get)
  useListFollowing(rowScroller, rows)
  useGridKeys(scroller, Math.max(1, rows.last - rows.first - 1))
  const focusIndex = useInspectorState(({ selection }) => selection.focusIndex)
  const hasReasons = useMemo(() => pagesHaveReason(view.pages), [view.pages])
  const columns = columnsOf(state)
  const sorting = sortingOf(state)
  const menu = useRowMenu()
  return (
    <div
      ref={scroller}
      onContextMenu={menu.onContextMenu}
      role="grid"
      tabIndex={0}
      className={styles['grid']}
      data-state={state}
      data-reasons={hasReasons || undefined}
      aria-label={`${STATE_WORDS[state].label} tasks`}
      aria-rowcount={view.phase === 'ready' ? view.total + 1 : -1}
      aria-multiselectable
      aria-busy={view.phase === 'loading'}
      aria-activedescendant={focusIndex === null ? undefined : `task-row-${focusIndex}`}
    >
      <div role="rowgroup" className={styles['head']}>
        <div role="row" aria-rowindex={1} className={styles['row']}>
          {columns.map(({ id, label }) =>
            id === sorting.column ? (
              <SortedHead key={id} id={id} label={label} order={view.order} means={sorting.means} />
            ) : (
              <div key={id} role="columnheader" className={styles[id]}>
                {label}
              </div>
            ),
          )}
        </div>
      </div>
      <GridBody rows={rows} rowPx={rowPx} />
      <RowMenu at={menu.at} onClose={menu.close} />
    </div>
  )
}

interface SortedHeadProps {
  readonly id: ColumnId
  readonly label: string
  readonly order: Order
  readonly means: string
}

/** The column by which the rows are sorted: says so, and turns the order round. The keyboard has O for it. */
function SortedHead({ id, label, order, means }: SortedHeadProps): ReactNode {
  const inspector = useInspector()
  const isOldest = order === 'oldest'
  const Icon = isOldest ? IconArrowNarrowUp : IconArrowNarrowDown
  return (
    <div role="columnheader" className={styles[id]} aria-sort={isOldest ? 'ascending' : 'descending'}>
      <button
        type="button"
        tabIndex={-1}
        className={styles['sorted']}
        title={`${means} ${LIST_WORDS.turnRound}`}
        onClick={() => inspector.setOrder(isOldest ? 'newest' : 'oldest')}
      >
        {label}
        <Icon size={13} stroke={2} aria-hidden />
      </button>
    </div>
  )
}

interface GridBodyProps {
  readonly rows: RowWindow
  readonly rowPx: number
}

function GridBody({ rows, rowPx }: GridBodyProps): ReactNode {
  const inspector = useInspector()
  const view = useInspectorState((state) => state.view)
  const selection = useInspectorState((state) => state.selection)

  function onClick(event: MouseEvent): void {
    const index = rowIndexOrNull(event.target)
    if (index === null) return
    const mode = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only'
    inspector.select(index, mode)
    if (mode === 'only') inspector.openPane()
  }

  return (
    // The keyboard's way to the same acts is on the grid itself (use-grid-keys.ts).
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <div
      role="rowgroup"
      className={styles['body']}
      style={{ height: rows.bodyPx }}
      // A range of rows is no range of text.
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onClick={onClick}
      // Move, not enter: a list that appears under a resting pointer is not entered.
      onPointerMove={(event) => event.pointerType === 'mouse' && inspector.setHold('pointer', true)}
      onPointerLeave={() => inspector.setHold('pointer', false)}
    >
      {Array.from({ length: rows.to - rows.from + 1 }, (_, at) => {
        const index = rows.from + at
        const row = rowAt(view.pages, index)
        return (
          <TaskRowView
            key={index % SLOTS}
            row={row}
            state={view.list.state}
            index={index}
            top={index * rowPx - rows.offsetPx}
            isSelected={row !== undefined && isSelected(selection, row, index)}
            isFocused={selection.focusIndex === index}
          />
        )
      })}
    </div>
  )
}

/** On the row under the pointer, and on all that is selected if it is among that; by key, on the row in focus. */
function useRowMenu(): {
  readonly at: MenuPlace | null
  readonly onContextMenu: (event: MouseEvent) => void
  readonly close: () => void
} {
  const inspector = useInspector()
  const [at, setAt] = useState<MenuPlace | null>(null)

  function open(place: MenuPlace | null): void {
    setAt(place)
    inspector.setHold('menu', place !== null)
  }

  function onContextMenu(event: MouseEvent): void {
    const { selection, view } = inspector.store.get()
    const pointed = rowIndexOrNull(event.target)
    const index = pointed ?? selection.focusIndex
    if (index === null) return
    event.preventDefault()
    const row = rowAt(view.pages, index)
    if (row === undefined || !isSelected(selection, row, index)) inspector.select(index, 'only')
    if (pointed !== null) return open({ x: event.clientX, y: event.clientY })
    const rect = document.getElementById(`task-row-${index}`)?.getBoundingClientRect()
    if (rect !== undefined) open({ x: rect.left + 90, y: rect.bottom })
  }

  return { at, onContextMenu, close: () => open(null) }
}

/** Tells the store what the eye rests on, follows the keyboard and jumps, and keeps the anchor row in its place. */
function useListFollowing(rowScroller: RowScroller, { first, last, atTop }: RowWindow): void {
  const inspector = useInspector()
  const shift = useInspectorState(({ view }) => view.shift)
  const jump = useInspectorState(({ view }) => view.jump)
  const focusIndex = useInspectorState(({ selection }) => selection.focusIndex)
  const isReady = useInspectorState(({ view }) => view.phase === 'ready')
  const paneOpen = useInspectorState((state) => state.paneOpen)
  const seenShift = useRef(shift.serial)
  const seenJump = useRef(0)
  const seenFocus = useRef(focusIndex)

  useLayoutEffect(() => {
    if (shift.serial === seenShift.current) return
    seenShift.current = shift.serial
    rowScroller.scrollByRows(shift.rows)
  }, [shift, rowScroller])
  useLayoutEffect(() => {
    if (jump.serial === seenJump.current || !isReady) return
    seenJump.current = jump.serial
    seenFocus.current = focusIndex
    if (jump.serial > 0) rowScroller.scrollToRow(jump.index, 'center')
  }, [jump, isReady, focusIndex, rowScroller])
  useLayoutEffect(() => {
    // The pane may take the lower part of the list, and the row that was clicked with it.
    const { focusIndex: index } = inspector.store.get().selection
    if (paneOpen && index !== null) rowScroller.scrollToRow(index, 'nearest')
  }, [inspector, paneOpen, rowScroller])
  useEffect(() => {
    if (isReady) inspector.setVisibleRange({ first, last, atTop })
  }, [inspector, isReady, first, last, atTop])
  useEffect(() => {
    if (focusIndex === seenFocus.current) return
    seenFocus.current = focusIndex
    if (focusIndex !== null) rowScroller.scrollToRow(focusIndex, 'nearest')
  }, [focusIndex, rowScroller])
}

/** Python workers keep no reasons: then their column makes room for the payload. */
function pagesHaveReason(pages: Pages): boolean {
  return [...pages.values()].some((rows) => rows.some(({ reason }) => reason !== null))
}

function rowIndexOrNull(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return row === null ? null : Number(row.dataset['index'])
}
