import { Menu } from '@mantine/core'
import { Fragment } from 'react'
import type { ReactNode } from 'react'
import { Keys } from '../../components/Keys.tsx'
import { useCommands } from '../queue/use-commands.ts'
import type { Command } from '../queue/command.ts'
import styles from './actions.module.css'

/** In groups with a line between; what cannot be undone or takes away stands last. */
const SECTIONS: readonly (readonly string[])[] = [
  ['inspect'],
  [
    'requeue',
    'requeue-where',
    'release',
    'run-now',
    'reschedule',
    'hold',
    'unhold',
    'restore',
    'fail',
    'mark-done',
  ],
  ['edit', 'duplicate'],
  ['export-jsonl', 'export-csv', 'export-raw'],
  ['delete', 'purge'],
]
const NONE: readonly string[] = []
const DANGER: ReadonlySet<string> = new Set(['delete', 'purge'])

interface TaskMenuItemsProps {
  /** Commands that stand beside the menu as buttons already. */
  readonly without?: readonly string[]
}

/** What can be done to the chosen tasks, as the table of actions allows it in their state. */
export function TaskMenuItems({ without = NONE }: TaskMenuItemsProps): ReactNode {
  const commands = useCommands()
  const shown = SECTIONS.map((ids) =>
    commands.filter(({ id, isShown }) => isShown && ids.includes(id) && !without.includes(id)),
  ).filter(({ length }) => length > 0)
  return shown.map((section, at) => (
    <Fragment key={section[0]?.id}>
      {at === 0 ? null : <Menu.Divider />}
      {section.map((command) => (
        <TaskMenuItem key={command.id} command={command} />
      ))}
    </Fragment>
  ))
}

function TaskMenuItem({ command }: { readonly command: Command }): ReactNode {
  const { id, title, keys, isEnabled, run } = command
  return (
    <Menu.Item
      disabled={!isEnabled}
      className={DANGER.has(id) ? styles['danger'] : undefined}
      rightSection={keys === null ? null : <Keys keys={keys} />}
      onClick={run}
    >
      {title}
    </Menu.Item>
  )
}
