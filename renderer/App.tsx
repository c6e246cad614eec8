import { MantineProvider } from '@mantine/core'
import { lazy, Suspense, useEffect, useMemo } from 'react'
import type { ReactNode } from 'react'
import { toVisibleLine } from '../shared/contract/visible-text.ts'
import type { Platform } from './client/inspector-client.ts'
import { readStyleNonce } from './client/style-nonce.ts'
import type { InspectorStore } from './store/inspector-store.ts'
import { usePreferences } from './store/preferences.ts'
import { InspectorContext, useInspectorState } from './store/use-inspector.ts'
import { cssVariables, theme } from './theme/theme.ts'
import { QueueWindow } from './views/queue/QueueWindow.tsx'
import { ConnectingScreen, ConnectionBar, ExpiredScreen } from './views/shell/connection-screens.tsx'
import { Toasts } from './views/shell/Toasts.tsx'
import { useFolderDrop } from './views/shell/use-folder-drop.ts'
import { useHostCommands } from './views/shell/use-host-commands.ts'
import { Welcome } from './views/welcome/Welcome.tsx'
import { WORDS } from './words.ts'

const SettingsDialog = lazy(async () => ({
  default: (await import('./views/settings/SettingsDialog.tsx')).SettingsDialog,
}))

interface AppProps {
  readonly inspector: InspectorStore
  readonly platform: Platform
}

export function App({ inspector, platform }: AppProps): ReactNode {
  const setup = useMemo(() => ({ inspector, platform }), [inspector, platform])
  const { density } = usePreferences()
  useEffect(() => {
    document.documentElement.dataset['fqDensity'] = density
  }, [density])
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={readStyleNonce}
    >
      <InspectorContext value={setup}>
        <Screen />
        <AppDialogs />
        <ConnectionBar />
        <Toasts />
        <section id="fq-overlays" aria-label="Tips and menus" />
      </InspectorContext>
    </MantineProvider>
  )
}

/** What any screen may show. */
function AppDialogs(): ReactNode {
  const kind = useInspectorState((state) => state.dialog?.kind ?? null)
  useHostCommands()
  useFolderDrop()
  return <Suspense fallback={null}>{kind === 'settings' ? <SettingsDialog /> : null}</Suspense>
}

function Screen(): ReactNode {
  const connection = useInspectorState((state) => state.connection)
  const host = useInspectorState((state) => state.host)
  const queueName = useInspectorState((state) => state.queue?.name ?? null)
  const opensAtOnce = useInspectorState((state) => state.opening && state.host?.startsWithQueue === true)
  useEffect(() => {
    document.title = queueName === null ? WORDS.product : `${toVisibleLine(queueName)} – ${WORDS.product}`
  }, [queueName])
  if (connection === 'refused') return <ExpiredScreen />
  if (queueName !== null) return <QueueWindow />
  if (host === null || opensAtOnce) return <ConnectingScreen />
  return <Welcome host={host} />
}
