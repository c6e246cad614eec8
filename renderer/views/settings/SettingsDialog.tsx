import { Button, Modal, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import type { HostSettings } from '../../../shared/contract/model.ts'
import { setPreferences, usePreferences } from '../../store/preferences.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { useCopyDiagnostics } from '../shell/use-host-commands.ts'
import styles from './settings.module.css'

const THEMES = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const
const DENSITIES = [
  { value: 'compact', label: 'Compact' },
  { value: 'comfortable', label: 'Comfortable' },
] as const

export function SettingsDialog(): ReactNode {
  const inspector = useInspector()
  const host = useInspectorState((state) => state.host)
  const isDesktop = host?.kind === 'desktop'
  return (
    <Modal opened onClose={() => inspector.showDialog(null)} title="Settings" size={520}>
      <div className={styles['settings']}>
        {isDesktop ? <DesktopSettings /> : <BrowserTheme />}
        <Density />
        <Updates version={host?.version ?? ''} canCheck={host?.canCheckForUpdates === true} />
      </div>
    </Modal>
  )
}

interface EntryProps {
  readonly label: string
  readonly note?: string
  readonly children: ReactNode
}

function Entry({ label, note, children }: EntryProps): ReactNode {
  return (
    <div className={styles['entry']}>
      <div>
        <p className={styles['label']}>{label}</p>
        {note === undefined ? null : <p className={styles['note']}>{note}</p>}
      </div>
      <div className={styles['control']}>{children}</div>
    </div>
  )
}

interface OnOffProps {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}

function OnOff({ label, isOn, onChange }: OnOffProps): ReactNode {
  return (
    <input
      type="checkbox"
      className={styles['onOff']}
      aria-label={label}
      checked={isOn}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

function DesktopSettings(): ReactNode {
  const inspector = useInspector()
  const [settings, setSettings] = useState<HostSettings | null>(null)
  useEffect(() => {
    let isShown = true
    void inspector.host.ask((client) => client.host.settings()).then((kept) => isShown && setSettings(kept))
    return () => {
      isShown = false
    }
  }, [inspector])

  async function change(patch: Partial<HostSettings>): Promise<void> {
    const changed = await inspector.host.ask((client) => client.host.changeSettings(patch))
    if (changed !== null) setSettings(changed)
  }

  if (settings === null) return null
  return (
    <>
      <ThemeEntry value={settings.theme} onChange={(theme) => void change({ theme })} />
      <Entry
        label="Open queues for looking only"
        note="Nothing can be pushed, moved or removed. Holds for windows that open from now on."
      >
        <OnOff
          label="Open queues for looking only"
          isOn={settings.readOnlyByDefault}
          onChange={(isOn) => void change({ readOnlyByDefault: isOn })}
        />
      </Entry>
    </>
  )
}

function BrowserTheme(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <ThemeEntry
      value={colorScheme === 'auto' ? 'system' : colorScheme}
      onChange={(theme) => setColorScheme(theme === 'system' ? 'auto' : theme)}
    />
  )
}

interface ThemeEntryProps {
  readonly value: HostSettings['theme']
  readonly onChange: (theme: HostSettings['theme']) => void
}

function ThemeEntry({ value, onChange }: ThemeEntryProps): ReactNode {
  return (
    <Entry label="Appearance">
      <SegmentedControl aria-label="Appearance" data={[...THEMES]} value={value} onChange={onChange} />
    </Entry>
  )
}

function Density(): ReactNode {
  const { density } = usePreferences()
  return (
    <Entry label="Row height">
      <SegmentedControl
        aria-label="Row height"
        data={[...DENSITIES]}
        value={density}
        onChange={(value) => setPreferences({ density: value })}
      />
    </Entry>
  )
}

function Updates({ version, canCheck }: { readonly version: string; readonly canCheck: boolean }): ReactNode {
  const inspector = useInspector()
  const copyDiagnostics = useCopyDiagnostics()

  return (
    <Entry
      label={`Version ${version}`}
      note={
        canCheck
          ? 'Never looks for updates by itself. The list of releases opens in your browser.'
          : 'Never looks for updates by itself. Get new ones where you got this one.'
      }
    >
      <div className={styles['buttons']}>
        {canCheck ? (
          <Button onClick={() => void inspector.host.ask((client) => client.host.showReleases())}>
            Check for updates…
          </Button>
        ) : null}
        <Button onClick={copyDiagnostics}>Copy diagnostics</Button>
      </div>
    </Entry>
  )
}
