import { lazy, Suspense } from 'react'
import type { ReactNode } from 'react'
import { usePreferences } from '../../store/preferences.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { ListPane } from '../list/ListPane.tsx'
import { InspectorPane } from '../pane/InspectorPane.tsx'
import { ConfirmAction } from './ConfirmAction.tsx'
import { FlowStrip } from './FlowStrip.tsx'
import { HelpSheet } from './HelpSheet.tsx'
import { ProblemsPane } from './ProblemsPane.tsx'
import { Sidebar } from './Sidebar.tsx'
import { StatusBar } from './StatusBar.tsx'
import { useCommands, useMenuCommands, useShortcuts } from './use-commands.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import styles from './queue-window.module.css'

const PushDialog = lazy(async () => ({ default: (await import('../push/PushDialog.tsx')).PushDialog }))
const Palette = lazy(async () => ({ default: (await import('./Palette.tsx')).Palette }))

export function QueueWindow(): ReactNode {
  const commands = useCommands()
  useShortcuts(commands)
  useMenuCommands(commands)
  const place = useInspectorState((state) => state.place)
  const paneOpen = useInspectorState((state) => state.paneOpen)
  const { flowOpen } = usePreferences()
  return (
    <div className={styles['window']}>
      <Sidebar />
      <main className={styles['main']}>
        <StreamError />
        {flowOpen ? <FlowStrip /> : null}
        <div className={styles['work']}>
          {place.kind === 'problems' ? <ProblemsPane /> : <ListPane />}
          {paneOpen && place.kind === 'list' ? <InspectorPane /> : null}
        </div>
      </main>
      <StatusBar />
      <Dialogs />
    </div>
  )
}

/** The stream of the queue ended for good: what is shown stays, and is called old. */
function StreamError(): ReactNode {
  const inspector = useInspector()
  const error = useInspectorState((state) => state.queueError)
  if (error === null) return null
  return (
    <div className={styles['streamError']}>
      <ErrorNote report={error} onRetry={() => void inspector.reopen()} />
    </div>
  )
}

function Dialogs(): ReactNode {
  const kind = useInspectorState((state) => state.dialog?.kind ?? null)
  return (
    <Suspense fallback={null}>
      {kind === 'push' ? <PushDialog /> : null}
      {kind === 'palette' ? <Palette /> : null}
      {kind === 'help' ? <HelpSheet /> : null}
      {kind === 'confirm' ? <ConfirmAction /> : null}
    </Suspense>
  )
}
