import { Menu, useMantineColorScheme } from '@mantine/core'
import type { MantineColorScheme } from '@mantine/core'
import {
  IconCheck,
  IconHistory,
  IconKeyboard,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconSettings,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { toVisibleText } from '../../../shared/contract/visible-text.ts'
import { formatCount, formatExactTime } from '../../components/format.ts'
import { Keys } from '../../components/Keys.tsx'
import { Tip } from '../../components/Tip.tsx'
import type { Preferences } from '../../store/preferences.ts'
import { setPreferences, toggleFlow, toggleSidebar, usePreferences } from '../../store/preferences.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { HEALTH_WORDS } from '../../words.ts'
import { STATUS_WORDS } from '../../words/command-words.ts'
import { MOD_KEY } from '../../components/mod-key.ts'
import { QueueLock } from './QueueLock.tsx'
import styles from './status-bar.module.css'

export function StatusBar(): ReactNode {
  const inspector = useInspector()
  const version = useInspectorState((state) => state.host?.version)
  return (
    <footer className={styles['bar']} aria-label="Status">
      <SidebarToggle />
      <Health />
      <Revision />
      <QueueLock />
      <span className={styles['space']} />
      <Tip position="top" label={STATUS_WORDS.historyTip}>
        <button type="button" className={styles['item']} onClick={() => inspector.showHistory()}>
          <IconHistory size={14} stroke={1.7} aria-hidden />
          <span className={styles['word']}>{STATUS_WORDS.history}</span>
        </button>
      </Tip>
      <Tip position="top" label="Commands" keys={`${MOD_KEY} K`}>
        <button
          type="button"
          className={styles['item']}
          onClick={() => inspector.showDialog({ kind: 'palette' })}
        >
          Commands <Keys keys={`${MOD_KEY} K`} />
        </button>
      </Tip>
      <Tip position="top" label="Keyboard shortcuts" keys="?">
        <button
          type="button"
          className={styles['item']}
          onClick={() => inspector.showDialog({ kind: 'help' })}
        >
          <IconKeyboard size={15} stroke={1.7} aria-hidden />
          <span className={styles['word']}>{STATUS_WORDS.keys}</span>
        </button>
      </Tip>
      <ViewMenu />
      <span className={styles['item']} data-optional>
        {version}
      </span>
    </footer>
  )
}

function SidebarToggle(): ReactNode {
  const { sidebarOpen } = usePreferences()
  const Icon = sidebarOpen ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand
  return (
    <Tip position="top" label={sidebarOpen ? 'Fold the sidebar' : 'Unfold the sidebar'} keys="B">
      <button
        type="button"
        className={styles['item']}
        aria-label="Sidebar"
        aria-pressed={sidebarOpen}
        onClick={toggleSidebar}
      >
        <Icon size={15} stroke={1.7} aria-hidden />
      </button>
    </Tip>
  )
}

function Health(): ReactNode {
  const health = useInspectorState(({ update }) => update?.health)
  const connection = useInspectorState((state) => state.connection)
  if (health === undefined) return null
  const mode = connection === 'ready' ? health.mode : 'lost'
  const word = connection === 'ready' ? HEALTH_WORDS[mode] : 'Disconnected'
  const compared =
    health.reconciledAtMs === null
      ? ''
      : ` Last compared with the directory at ${formatExactTime(health.reconciledAtMs)}.`
  const reason = health.reason ?? 'Changes are seen as they happen.'
  return (
    <Tip position="top" label={toVisibleText(reason) + compared}>
      <span className={styles['item']} data-testid="health">
        <span className={styles['dot']} data-mode={mode} aria-hidden />
        {word}
      </span>
    </Tip>
  )
}

function Revision(): ReactNode {
  const revision = useInspectorState(({ update }) => update?.revision)
  if (revision === undefined) return null
  return (
    <Tip position="top" label={STATUS_WORDS.revisionMeans}>
      <span className={styles['item']} data-optional>
        {STATUS_WORDS.revision(formatCount(revision))}
      </span>
    </Tip>
  )
}

const SCHEMES: readonly { readonly value: MantineColorScheme; readonly label: string }[] = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

const DENSITIES = [
  { value: 'compact', label: 'Compact rows' },
  { value: 'comfortable', label: 'Comfortable rows' },
] as const

const CHECK = <IconCheck size={14} aria-hidden />

function ViewMenu(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { density, flowOpen, sidebarOpen } = usePreferences()
  return (
    <Menu width={200} position="top-end">
      <Menu.Target>
        <button type="button" className={styles['item']} title={STATUS_WORDS.appearanceTip}>
          <IconSettings size={14} stroke={1.7} aria-hidden />
          <span className={styles['word']}>{STATUS_WORDS.appearance}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Colours</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(chosen) => setColorScheme(schemeOf(chosen))}>
          {SCHEMES.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value} checkIcon={CHECK}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>Rows</Menu.Label>
        <Menu.RadioGroup
          value={density}
          onChange={(chosen) => setPreferences({ density: densityOf(chosen) })}
        >
          {DENSITIES.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value} checkIcon={CHECK}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>Window</Menu.Label>
        <Menu.CheckboxItem checked={sidebarOpen} onChange={toggleSidebar} checkIcon={CHECK}>
          Sidebar
        </Menu.CheckboxItem>
        <Menu.CheckboxItem checked={flowOpen} onChange={toggleFlow} checkIcon={CHECK}>
          Flow strip
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  )
}

function schemeOf(chosen: string): MantineColorScheme {
  return SCHEMES.find(({ value }) => value === chosen)?.value ?? 'auto'
}

function densityOf(chosen: string): Preferences['density'] {
  return chosen === 'comfortable' ? 'comfortable' : 'compact'
}
