import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './actions.module.css'
import { TaskMenuItems } from './TaskMenuItems.tsx'

export interface MenuPlace {
  readonly x: number
  readonly y: number
}

interface RowMenuProps {
  /** Null: closed. */
  readonly at: MenuPlace | null
  readonly onClose: () => void
}

/** What can be done to the chosen rows, where the pointer asked for it. */
export function RowMenu({ at, onClose }: RowMenuProps): ReactNode {
  if (at === null) return null
  return (
    <Menu opened onClose={onClose} width={290} trapFocus returnFocus>
      <Menu.Target>
        <span className={styles['menuPlace']} style={{ left: at.x, top: at.y }} />
      </Menu.Target>
      <Menu.Dropdown aria-label="Tasks">
        <TaskMenuItems />
      </Menu.Dropdown>
    </Menu>
  )
}
