import { Menu } from '@mantine/core'
import {
  IconChevronDown,
  IconCopy,
  IconFolderOpen,
  IconFolderSearch,
  IconHistory,
  IconPlayerPlay,
  IconX,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { HostInfo, QueueInfo } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { Keys } from '../../components/Keys.tsx'
import { MOD_KEY } from '../../components/mod-key.ts'
import { useCopy } from '../../hooks/use-copy.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { COMMAND_WORDS, SWITCHER_WORDS } from '../../words/command-words.ts'
import { FACT_WORDS } from '../../words/payload-words.ts'
import { WELCOME_WORDS } from '../../words/welcome-words.ts'
import { AppMark } from '../welcome/AppMark.tsx'
import styles from './sidebar.module.css'

const ICON = { size: 15, stroke: 1.8, 'aria-hidden': true } as const

/** Which queue this is, where it lies, and the way to another one. */
export function QueueSwitcher({ isFolded }: { readonly isFolded: boolean }): ReactNode {
  const queue = useInspectorState((state) => state.queue)
  const host = useInspectorState((state) => state.host)
  if (queue === null) return null
  const name = queue.isDemo ? SWITCHER_WORDS.demo : toVisibleLine(queue.name)
  return (
    <Menu width={300}>
      <Menu.Target>
        <button
          type="button"
          className={styles['switcher']}
          title={toVisibleLine(queue.path)}
          aria-label={isFolded ? `Queue ${name}` : undefined}
        >
          <span className={styles['queueName']}>
            <span className={styles['ellipsis']}>{name}</span>
            {isFolded ? <AppMark size={24} /> : <IconChevronDown size={13} aria-hidden />}
          </span>
          <span className={styles['queuePath']}>
            <bdi>{toVisibleLine(queue.path)}</bdi>
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <ThisQueue queue={queue} canReveal={host?.canReveal === true} />
        <Menu.Divider />
        {host === null ? null : <OtherQueues host={host} present={queue} />}
      </Menu.Dropdown>
    </Menu>
  )
}

interface ThisQueueProps {
  readonly queue: QueueInfo
  readonly canReveal: boolean
}

function ThisQueue({ queue, canReveal }: ThisQueueProps): ReactNode {
  const inspector = useInspector()
  const copy = useCopy()
  const { queueId, path } = queue
  return (
    <>
      <Menu.Label>
        <span className={styles['menuPath']}>{toVisibleLine(path)}</span>
      </Menu.Label>
      <Menu.Item leftSection={<IconCopy {...ICON} />} onClick={() => copy(path, 'the path')}>
        {SWITCHER_WORDS.copyPath}
      </Menu.Item>
      {canReveal ? (
        <Menu.Item
          leftSection={<IconFolderSearch {...ICON} />}
          onClick={() => void inspector.host.ask((client) => client.host.revealQueue({ queueId }))}
        >
          {FACT_WORDS.reveal}
        </Menu.Item>
      ) : null}
      <Menu.Item leftSection={<IconHistory {...ICON} />} onClick={() => inspector.showHistory()}>
        {COMMAND_WORDS.history}
      </Menu.Item>
    </>
  )
}

interface OtherQueuesProps {
  readonly host: HostInfo
  readonly present: QueueInfo
}

/** What this host can open: a server that was started on one queue shows only that, and says how to see another. */
function OtherQueues({ host, present }: OtherQueuesProps): ReactNode {
  const inspector = useInspector()
  const others = host.recentQueues.filter(({ path }) => path !== present.path)
  const isBound = !host.canChooseFolder && !host.canOpenPath
  return (
    <>
      {others.length === 0 ? null : <Menu.Label>{WELCOME_WORDS.recent}</Menu.Label>}
      {others.map(({ recentId, name, path, exists }) => (
        <Menu.Item
          key={recentId}
          disabled={!exists}
          onClick={() => void inspector.open({ kind: 'recent', recentId })}
        >
          <span className={styles['menuName']}>{toVisibleLine(name)}</span>
          <span className={styles['menuPath']}>
            {exists ? toVisibleLine(path) : `${toVisibleLine(path)} – ${WELCOME_WORDS.missing}`}
          </span>
        </Menu.Item>
      ))}
      {others.length === 0 ? null : <Menu.Divider />}
      {host.canChooseFolder ? (
        <Menu.Item
          leftSection={<IconFolderOpen {...ICON} />}
          rightSection={<Keys keys={`${MOD_KEY} O`} />}
          onClick={() => void inspector.open({ kind: 'dialog' })}
        >
          {SWITCHER_WORDS.openOther}
        </Menu.Item>
      ) : null}
      {host.canOpenPath && !host.canChooseFolder ? (
        <Menu.Item leftSection={<IconFolderOpen {...ICON} />} onClick={() => void inspector.closeQueue()}>
          {SWITCHER_WORDS.openOther}
        </Menu.Item>
      ) : null}
      {host.canStartDemo && !present.isDemo ? (
        <Menu.Item
          leftSection={<IconPlayerPlay {...ICON} />}
          onClick={() => void inspector.open({ kind: 'demo' })}
        >
          {WELCOME_WORDS.demo}
        </Menu.Item>
      ) : null}
      {isBound ? <Menu.Label className={styles['menuNote']}>{SWITCHER_WORDS.bound}</Menu.Label> : null}
      <Menu.Item leftSection={<IconX {...ICON} />} onClick={() => void inspector.closeQueue()}>
        {SWITCHER_WORDS.close}
      </Menu.Item>
    </>
  )
}
