import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { Keys } from '../../components/Keys.tsx'
import { useInspector } from '../../store/use-inspector.ts'
import { MOD_KEY } from '../../components/mod-key.ts'
import { useCommands } from './use-commands.ts'
import styles from './dialogs.module.css'

const LIST_KEYS: readonly (readonly [string, string])[] = [
  ['Move', '↑ ↓'],
  ['Move, as in vi', 'J K'],
  ['A screen', 'PgUp PgDn'],
  ['The ends', 'Home End'],
  ['Choose several', 'Shift ↑ ↓'],
  ['Inspect', 'Enter'],
  ['Inspect and stay in the list', 'Space'],
  ['Close the inspector, clear', 'Esc'],
]

const GROUPS = ['Go to', 'Task', 'Queue', 'Window'] as const

export function HelpSheet(): ReactNode {
  const inspector = useInspector()
  const commands = useCommands().filter(({ keys }) => keys !== null)
  return (
    <Modal opened onClose={() => inspector.showDialog(null)} title="Keyboard shortcuts" size={960}>
      <div className={styles['help']}>
        <Group title="List" entries={LIST_KEYS} />
        {GROUPS.map((group) => (
          <Group
            key={group}
            title={group}
            entries={[
              ...commands
                .filter((command) => command.group === group)
                .map(({ title, keys }) => [title, keys ?? ''] as const),
              ...(group === 'Window' ? [['Commands', `${MOD_KEY} K`] as const] : []),
            ]}
          />
        ))}
      </div>
    </Modal>
  )
}

interface GroupProps {
  readonly title: string
  readonly entries: readonly (readonly [string, string])[]
}

function Group({ title, entries }: GroupProps): ReactNode {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {entries.map(([what, keys]) => (
          <HelpEntry key={what} what={what} keys={keys} />
        ))}
      </dl>
    </section>
  )
}

function HelpEntry({ what, keys }: { readonly what: string; readonly keys: string }): ReactNode {
  return (
    <>
      <dt>{what}</dt>
      <dd>
        <span className="fq-hidden">{keys}</span>
        <Keys keys={keys} />
      </dd>
    </>
  )
}
