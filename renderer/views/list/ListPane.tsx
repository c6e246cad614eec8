import { Button } from '@mantine/core'
import { IconArrowNarrowDown, IconArrowNarrowUp, IconSnowflake } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'
import type { ReactNode } from 'react'
import type { TaskList } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { countOf, formatCount } from '../../components/format.ts'
import { StateIcon } from '../../components/StateIcon.tsx'
import { Tip } from '../../components/Tip.tsx'
import { isApplied } from '../../store/filter-controller.ts'
import { countSelected } from '../../store/selection.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { STATE_WORDS } from '../../words.ts'
import { COMMAND_WORDS } from '../../words/command-words.ts'
import { LIST_WORDS, toFrozenWords, toRequeueAllWords } from '../../words/list-words.ts'
import { ActionButtons } from '../actions/ActionButtons.tsx'
import { NodeHead } from '../nodes/NodeHead.tsx'
import { sortingOf } from './columns.ts'
import { FilterBar, FilterChips } from './FilterBar.tsx'
import { ListContent } from './ListContent.tsx'
import { PushButton } from './PushButton.tsx'
import styles from './list-pane.module.css'

const FailureGroups = lazy(async () => ({ default: (await import('./FailureGroups.tsx')).FailureGroups }))

export function ListPane(): ReactNode {
  const list = useInspectorState((state) => state.view.list)
  const isGrouped = useInspectorState((state) => state.groups !== null)
  const isBulk = useInspectorState(
    ({ selection }) => selection.rows.size > 1 || selection.frozen !== null || selection.isFreezing,
  )
  return (
    <section className={styles['pane']} aria-label={STATE_WORDS[list.state].label}>
      <header className={styles['head']}>
        {isBulk ? (
          <>
            <h1 className="fq-hidden">{STATE_WORDS[list.state].label}</h1>
            <SelectionBar />
          </>
        ) : (
          <ListTitle list={list} />
        )}
      </header>
      {list.state === 'in-progress' && list.node !== null ? <NodeHead node={list.node} /> : null}
      <FilterBar />
      <FilterChips />
      <div className={styles['content']}>
        {isGrouped ? (
          <Suspense fallback={null}>
            <FailureGroups />
          </Suspense>
        ) : (
          <ListContent />
        )}
      </div>
    </section>
  )
}

function ListTitle({ list }: { readonly list: TaskList }): ReactNode {
  const inspector = useInspector()
  const frozen = useInspectorState((state) => state.frozen)
  const isGrouped = useInspectorState(({ groups }) => groups !== null)
  return (
    <>
      <StateIcon state={list.state} size={17} />
      <h1 className={styles['title']}>
        {STATE_WORDS[list.state].label}
        {list.node === null ? null : <span className={styles['node']}> · {toVisibleLine(list.node)}</span>}
      </h1>
      <Total />
      <WaitingPill />
      <span className={styles['space']} />
      {isGrouped ? null : <OrderToggle />}
      <Tip label={frozen ? LIST_WORDS.unfreezeTip : LIST_WORDS.freezeTip} keys=".">
        <Button
          variant={frozen ? 'default' : 'subtle'}
          aria-pressed={frozen}
          leftSection={<IconSnowflake size={15} stroke={1.8} aria-hidden />}
          onClick={() => inspector.toggleFreeze()}
        >
          <span className={styles['freezeWords']}>{frozen ? LIST_WORDS.frozen : LIST_WORDS.freeze}</span>
        </Button>
      </Tip>
      {list.state === 'failed' ? <RequeueAllButton list={list} /> : null}
      {list.state === 'trash' ? <EmptyTrashButton /> : <PushButton />}
    </>
  )
}

/** All that the list shows, as it is at this moment; the question that follows names how many. */
function RequeueAllButton({ list }: { readonly list: TaskList }): ReactNode {
  const inspector = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  const total = useInspectorState(({ view }) => (view.phase === 'ready' ? view.total : 0))
  const applied = useInspectorState(({ filter }) => filter.applied)
  const isGrouped = useInspectorState(({ groups }) => groups !== null)
  // What stands in the field is not what the list shows: "all" would be read as all of the former.
  const isUnapplied = useInspectorState(({ filter }) => !isApplied(filter))
  if (total < 2 || isGrouped) return null
  return (
    <Button
      disabled={!canWrite || isUnapplied}
      title={isUnapplied ? LIST_WORDS.notApplied : undefined}
      onClick={() => void inspector.requestOnAll('requeue', list, applied === '' ? null : applied)}
    >
      {toRequeueAllWords(total)}
    </Button>
  )
}

function EmptyTrashButton(): ReactNode {
  const inspector = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  const isEmpty = useInspectorState(({ view }) => view.total === 0)
  return (
    <Button
      disabled={!canWrite || isEmpty}
      onClick={() => void inspector.requestOnAll('purge', { state: 'trash', node: null })}
    >
      {COMMAND_WORDS.emptyTrash}
    </Button>
  )
}

/** How many there are now; the rows may wait. */
function Total(): ReactNode {
  const total = useInspectorState(({ view, update }) => {
    const isWhole = view.list.node === null && view.queryId === null && update !== null
    return isWhole
      ? update.counts[view.list.state]
      : view.phase === 'ready' && !view.isPartial
        ? view.total
        : null
  })
  return total === null ? null : <span className={styles['total']}>{formatCount(total)}</span>
}

function OrderToggle(): ReactNode {
  const inspector = useInspector()
  const order = useInspectorState((state) => state.view.order)
  const { oldest, newest, means } = sortingOf(useInspectorState(({ view }) => view.list.state))
  const isOldest = order === 'oldest'
  const Icon = isOldest ? IconArrowNarrowUp : IconArrowNarrowDown
  return (
    <Tip label={`${means} ${LIST_WORDS.turnRound}`} keys="O">
      <Button
        variant="subtle"
        leftSection={<Icon size={15} stroke={1.8} aria-hidden />}
        onClick={() => inspector.setOrder(isOldest ? 'newest' : 'oldest')}
      >
        <span className={styles['words']}>{isOldest ? oldest : newest}</span>
      </Button>
    </Tip>
  )
}

function SelectionBar(): ReactNode {
  const inspector = useInspector()
  const state = useInspectorState(({ view }) => view.list.state)
  const selection = useInspectorState((all) => all.selection)
  const { frozen, isFreezing } = selection
  const count = countSelected(selection)
  return (
    <>
      <output className={styles['selected']} aria-live="polite">
        <strong>{isFreezing ? LIST_WORDS.selecting : `${countOf(count, 'task')} selected`}</strong>
        {frozen === null ? null : (
          <span className={styles['exactly']}>: {toFrozenWords(frozen.set.frozenAtMs)}</span>
        )}
      </output>
      <WaitingPill />
      <span className={styles['space']} />
      <Button variant="subtle" onClick={() => inspector.clearSelection()}>
        {LIST_WORDS.clear}
      </Button>
      {isFreezing ? null : <ActionButtons state={state} count={count} />}
    </>
  )
}

/** Counts what was seen and is not shown, because the list is held; a click shows it. */
function WaitingPill(): ReactNode {
  const inspector = useInspector()
  const waiting = useInspectorState((state) => state.view.waiting)
  const frozen = useInspectorState((state) => state.frozen)
  const why = useInspectorState(({ selection }) => selection.rows.size > 0 || selection.frozen !== null)
  if (waiting === 0) return null
  const reason = frozen
    ? 'The list is frozen.'
    : why
      ? 'The list stands still while a task is selected.'
      : 'The list stands still under the pointer.'
  return (
    <Tip label={`${reason} Show them now`} keys="U">
      <button type="button" className={styles['pill']} onClick={() => inspector.showWaiting()}>
        {countOf(waiting, 'change')}
      </button>
    </Tip>
  )
}
