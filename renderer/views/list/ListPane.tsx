import { Button } from '@mantine/core'
import { IconArrowNarrowDown, IconArrowNarrowUp, IconSnowflake } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { TaskList } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { countOf, formatCount } from '../../components/format.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { StateIcon } from '../../components/StateIcon.tsx'
import { Tip } from '../../components/Tip.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { STATE_WORDS } from '../../words.ts'
import { ActionButtons } from '../pane/ActionButtons.tsx'
import { ListContent } from './ListContent.tsx'
import { PushButton } from './PushButton.tsx'
import styles from './list-pane.module.css'

export function ListPane(): ReactNode {
  const list = useInspectorState((state) => state.view.list)
  const selected = useInspectorState((state) => state.selection.rows.size)
  return (
    <section className={styles['pane']} aria-label={STATE_WORDS[list.state].label}>
      <header className={styles['head']}>
        {selected > 1 ? <SelectionBar count={selected} /> : <ListTitle list={list} />}
      </header>
      <div className={styles['content']}>
        <ListContent />
      </div>
    </section>
  )
}

function ListTitle({ list }: { readonly list: TaskList }): ReactNode {
  const inspector = useInspector()
  const frozen = useInspectorState((state) => state.frozen)
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
      <OrderToggle />
      <IconButton
        icon={IconSnowflake}
        label={frozen ? 'Unfreeze the list' : 'Freeze the list'}
        keys="."
        pressed={frozen}
        onClick={() => inspector.toggleFreeze()}
      />
      <PushButton />
    </>
  )
}

/** How many there are now; the rows may wait. */
function Total(): ReactNode {
  const total = useInspectorState(({ view, update }) => {
    const isWhole = view.list.node === null && update !== null
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
  const isOldest = order === 'oldest'
  const Icon = isOldest ? IconArrowNarrowUp : IconArrowNarrowDown
  return (
    <Tip label={isOldest ? 'Turn round: newest first' : 'Turn round: oldest first'} keys="O">
      <Button
        variant="subtle"
        leftSection={<Icon size={15} stroke={1.8} aria-hidden />}
        onClick={() => inspector.setOrder(isOldest ? 'newest' : 'oldest')}
      >
        <span className={styles['orderWords']}>{isOldest ? 'Oldest first' : 'Newest first'}</span>
      </Button>
    </Tip>
  )
}

function SelectionBar({ count }: { readonly count: number }): ReactNode {
  const inspector = useInspector()
  const state = useInspectorState(({ view }) => view.list.state)
  return (
    <>
      <h1 className={styles['title']}>{countOf(count, 'task')} selected</h1>
      <WaitingPill />
      <span className={styles['space']} />
      <Button variant="subtle" onClick={() => inspector.clearSelection()}>
        Clear
      </Button>
      <ActionButtons state={state} count={count} />
    </>
  )
}

/** Counts what was seen and is not shown, because the list is held; a click shows it. */
function WaitingPill(): ReactNode {
  const inspector = useInspector()
  const waiting = useInspectorState((state) => state.view.waiting)
  const frozen = useInspectorState((state) => state.frozen)
  const why = useInspectorState(({ selection }) => selection.rows.size > 0)
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
