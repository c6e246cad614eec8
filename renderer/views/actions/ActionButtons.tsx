import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconDots } from '@tabler/icons-react'
import type { MouseEvent, ReactNode } from 'react'
import type { TaskState } from '../../../shared/contract/model.ts'
import { isActionAllowed, TASK_ACTIONS } from '../../../shared/contract/task-actions.ts'
import type { TaskAction } from '../../../shared/contract/task-actions.ts'
import { toVisibleText } from '../../../shared/contract/visible-text.ts'
import { countOf } from '../../components/format.ts'
import { Tip } from '../../components/Tip.tsx'
import type { PlacementKind } from '../../store/inspector-state.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { COMMAND_WORDS } from '../../words/command-words.ts'
import { PLACEMENT_WORDS } from '../../words/work-words.ts'
import styles from './actions.module.css'
import { TaskMenuItems } from './TaskMenuItems.tsx'

interface ActionButtonsProps {
  readonly state: TaskState
  readonly count: number
}

/** The first thing to do in this state as a button, everything else in a menu. The verb names the count where it is not one. */
export function ActionButtons({ state, count }: ActionButtonsProps): ReactNode {
  const primary = Object.values(TASK_ACTIONS).find(({ id }) => isActionAllowed(id, state))
  return (
    <span className={styles['buttons']}>
      {primary === undefined ? null : <PrimaryButton action={primary} state={state} count={count} />}
      <MoreMenu without={primary === undefined ? [] : [primary.id]} />
    </span>
  )
}

interface PrimaryButtonProps extends ActionButtonsProps {
  readonly action: TaskAction
}

function PrimaryButton({ action, state, count }: PrimaryButtonProps): ReactNode {
  const { id, verb, effect, shortcut } = action
  const inspector = useInspector()
  const access = useInspectorState(({ queue }) => queue?.access)
  const acting = useInspectorState((all) => all.acting)
  const canWrite = access?.canWrite === true
  const hasPlaces = action.asks === 'place' && id === 'requeue'

  /** With Alt or Shift the place is asked for. */
  function onClick(event: MouseEvent): void {
    if (!canWrite) return
    if (hasPlaces && (event.altKey || event.shiftKey)) inspector.requestAction(id, 'back')
    else inspector.requestAction(id)
  }

  return (
    <span className={styles['split']} data-split={hasPlaces || undefined}>
      <Tip
        label={canWrite ? effect : toVisibleText(access?.reason ?? COMMAND_WORDS.readOnly)}
        keys={canWrite ? (shortcut?.toUpperCase() ?? undefined) : undefined}
      >
        <Button
          variant={state === 'failed' ? 'filled' : 'default'}
          data-disabled={!canWrite}
          aria-disabled={!canWrite}
          loading={acting === id}
          onClick={onClick}
        >
          {count === 1 ? verb : `${verb} ${countOf(count, 'task')}`}
        </Button>
      </Tip>
      {hasPlaces && canWrite ? <PlaceMenu isFilled={state === 'failed'} /> : null}
    </span>
  )
}

const PLACES: readonly PlacementKind[] = ['back', 'front', 'at']

function PlaceMenu({ isFilled }: { readonly isFilled: boolean }): ReactNode {
  const inspector = useInspector()
  return (
    <Menu width={330} position="bottom-end">
      <Menu.Target>
        <Button
          variant={isFilled ? 'filled' : 'default'}
          className={styles['chevron']}
          aria-label={COMMAND_WORDS.requeueWhere}
          title={COMMAND_WORDS.requeueWhere}
        >
          <IconChevronDown size={14} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {PLACES.map((place) => (
          <Menu.Item key={place} onClick={() => inspector.requestAction('requeue', place)}>
            <span className={styles['placeName']}>{PLACEMENT_WORDS[place].label}</span>
            <span className={styles['placeMeaning']}>{PLACEMENT_WORDS[place].meaning}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function MoreMenu({ without }: { readonly without: readonly string[] }): ReactNode {
  const inspector = useInspector()
  return (
    <Menu width={290} position="bottom-end" onChange={(isOpen) => inspector.setHold('menu', isOpen)}>
      <Menu.Target>
        <Button
          className={styles['more']}
          aria-label={COMMAND_WORDS.more}
          leftSection={<IconDots size={15} aria-hidden />}
        >
          {COMMAND_WORDS.more}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <TaskMenuItems without={['inspect', ...without]} />
      </Menu.Dropdown>
    </Menu>
  )
}
