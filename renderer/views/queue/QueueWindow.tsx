import { lazy, Suspense, useEffect } from 'react'
import type { ReactNode } from 'react'
import { usePreferences } from '../../store/preferences.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { ListPane } from '../list/ListPane.tsx'
import { Overview } from '../overview/Overview.tsx'
import { InspectorPane } from '../pane/InspectorPane.tsx'
import { ProblemsPane } from '../problems/ProblemsPane.tsx'
import { FlowStrip } from './FlowStrip.tsx'
import { Sidebar } from './Sidebar.tsx'
import { StatusBar } from './StatusBar.tsx'
import { useCommandsNow, useMenuCommands, useShortcuts } from './use-commands.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import styles from './queue-window.module.css'

const ConfirmAction = lazy(async () => ({
  default: (await import('../actions/ConfirmAction.tsx')).ConfirmAction,
}))
const HelpSheet = lazy(async () => ({ default: (await import('./HelpSheet.tsx')).HelpSheet }))
const ResultsDialog = lazy(async () => ({
  default: (await import('../work/ResultsDialog.tsx')).ResultsDialog,
}))
const HistoryDialog = lazy(async () => ({
  default: (await import('../work/HistoryDialog.tsx')).HistoryDialog,
}))
const FollowDialog = lazy(async () => ({ default: (await import('../push/FollowDialog.tsx')).FollowDialog }))
const EditDialog = lazy(async () => ({ default: (await import('../push/EditDialog.tsx')).EditDialog }))
const SaveFilterDialog = lazy(async () => ({
  default: (await import('../list/SaveFilterDialog.tsx')).SaveFilterDialog,
}))
const PushDialog = lazy(async () => ({ default: (await import('../push/PushDialog.tsx')).PushDialog }))
const JumpDialog = lazy(async () => ({ default: (await import('./JumpDialog.tsx')).JumpDialog }))
const loadPalette = async () => import('./Palette.tsx')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))

export function QueueWindow(): ReactNode {
  useEffect(fetchAhead, [])
  const place = useInspectorState((state) => state.place)
  const paneOpen = useInspectorState((state) => state.paneOpen)
  const { flowOpen } = usePreferences()
  return (
    <div className={styles['window']}>
      <Sidebar />
      <main className={styles['main']}>
        <StreamError />
        {flowOpen && place.kind !== 'overview' ? <FlowStrip /> : null}
        <div className={styles['work']}>
          {place.kind === 'overview' ? <Overview /> : null}
          {place.kind === 'problems' ? <ProblemsPane /> : null}
          {place.kind === 'list' ? <ListPane /> : null}
          {paneOpen && place.kind === 'list' ? <InspectorPane /> : null}
        </div>
      </main>
      <StatusBar />
      <Shortcuts />
      <Dialogs />
    </div>
  )
}

/** What is typed right after Ctrl+K must not be lost while the palette is on its way. */
function fetchAhead(): () => void {
  const handle = requestIdleCallback(() => void loadPalette())
  return () => cancelIdleCallback(handle)
}

/** Apart from the window: a change of scheme is no reason to draw it all again. */
function Shortcuts(): null {
  const commandsNow = useCommandsNow()
  useShortcuts(commandsNow)
  useMenuCommands(commandsNow)
  return null
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
      {kind === 'jump' ? <JumpDialog /> : null}
      {kind === 'help' ? <HelpSheet /> : null}
      {kind === 'confirm' ? <ConfirmAction /> : null}
      {kind === 'results' ? <ResultsDialog /> : null}
      {kind === 'history' ? <HistoryDialog /> : null}
      {kind === 'follow' ? <FollowDialog /> : null}
      {kind === 'edit' ? <EditDialog /> : null}
      {kind === 'save-filter' ? <SaveFilterDialog /> : null}
    </Suspense>
  )
}
