import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useCallback, useEffect, useMemo } from 'react'
import { toChoiceOrNull } from '../../store/selection.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { useCopyDiagnostics } from '../shell/use-host-commands.ts'
import { toCommands } from './commands.ts'
import { toCommandKey } from './command.ts'
import type { Command } from './command.ts'

/** Letters that follow one another faster than this are one run of typing. */
const TYPING_RUN_MS = 1_000

/** What can be done now. */
export function useCommands(): readonly Command[] {
  const inspector = useInspector()
  const host = useInspectorState((state) => state.host)
  const selection = useInspectorState((state) => state.selection)
  const detail = useInspectorState((state) => state.detail)
  const queue = useInspectorState((state) => state.queue)
  const frozen = useInspectorState((state) => state.frozen)
  const paneOpen = useInspectorState((state) => state.paneOpen)
  const view = useInspectorState((state) => state.view)
  const update = useInspectorState((state) => state.update)
  const groups = useInspectorState((state) => state.groups)
  const place = useInspectorState((state) => state.place)
  const toggleScheme = useToggleScheme()
  const copyDiagnostics = useCopyDiagnostics()
  return useMemo(() => {
    const state = { selection, detail, queue, frozen, paneOpen, view, update, groups, place }
    return toCommands({ inspector, state, host, toggleScheme, copyDiagnostics })
  }, [
    copyDiagnostics,
    inspector,
    host,
    selection,
    detail,
    queue,
    frozen,
    paneOpen,
    view,
    update,
    groups,
    place,
    toggleScheme,
  ])
}

/** Reads what can be done at the moment it is asked: a key that follows a click must not meet what was possible before. */
export function useCommandsNow(): () => readonly Command[] {
  const inspector = useInspector()
  const toggleScheme = useToggleScheme()
  const copyDiagnostics = useCopyDiagnostics()
  return useCallback(() => {
    const state = inspector.store.get()
    return toCommands({ inspector, state, host: state.host, toggleScheme, copyDiagnostics })
  }, [inspector, toggleScheme, copyDiagnostics])
}

function useToggleScheme(): () => void {
  const inspector = useInspector()
  const isDesktop = useInspectorState(({ host }) => host?.kind === 'desktop')
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  return useMemo(() => {
    const other = scheme === 'dark' ? 'light' : 'dark'
    if (!isDesktop) return () => setColorScheme(other)
    // The app's own theme, which the page follows: so menus, dialogs and the next window's first paint do too.
    return () => void inspector.host.ask((client) => client.host.changeSettings({ theme: other }))
  }, [inspector, isDesktop, scheme, setColorScheme])
}

/** Runs commands that the app's menus ask for. One that is not possible now does nothing, as its key does. */
export function useMenuCommands(commandsNow: () => readonly Command[]): void {
  const inspector = useInspector()
  useEffect(
    () =>
      inspector.host.onCommand((id) => {
        const { dialog } = inspector.store.get()
        if (id === 'palette') inspector.showDialog(dialog?.kind === 'palette' ? null : { kind: 'palette' })
        // These two are every screen's (use-host-commands.ts); an open dialog is finished first.
        if (dialog !== null || id === 'settings' || id === 'diagnostics') return
        const command = commandsNow().find((candidate) => candidate.id === id)
        if (command?.isEnabled === true) command.run()
      }),
    [commandsNow, inspector],
  )
}

/** Runs commands by their keys, while no dialog is open and nobody is writing. */
export function useShortcuts(commandsNow: () => readonly Command[]): void {
  const inspector = useInspector()
  useEffect(() => {
    let typedAtMs = -Infinity
    function onKeyDown(event: KeyboardEvent): void {
      const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey
      const isTyping = performance.now() - typedAtMs < TYPING_RUN_MS
      const isInField = isWriting(event.target)
      // The rest of what was begun in a field is no command, wherever a click has led the focus meanwhile.
      typedAtMs = isLetter && (isInField || isTyping) ? performance.now() : -Infinity
      if (event.defaultPrevented || event.isComposing) return
      const { dialog } = inspector.store.get()
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        inspector.showDialog(dialog?.kind === 'palette' ? null : { kind: 'palette' })
        return
      }
      // The page behind a dialog is not what is meant.
      if (dialog !== null && isSelectAll(event) && !isText(event.target)) event.preventDefault()
      if (dialog !== null || event.altKey || isInField || (isLetter && isTyping)) return
      if (event.key === 'Escape') onEscape()
      const pressed = toCommandKey(event)
      // One key may mean one thing here and another there: what can be done now counts.
      const command = commandsNow().find(({ key, isEnabled }) => isEnabled && key === pressed)
      if (command === undefined) return
      event.preventDefault()
      command.run()
    }
    function onEscape(): void {
      const { paneOpen, selection, filter } = inspector.store.get()
      if (paneOpen) inspector.closePane()
      else if (toChoiceOrNull(selection) !== null) inspector.clearSelection()
      else if (filter.text !== '') inspector.filter.clear()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [commandsNow, inspector])
}

function isSelectAll({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && key.toLowerCase() === 'a'
}

/** Text of its own, to be written or only read: it is what Ctrl+A chooses. */
function isText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea') !== null)
  )
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  const isReadOnlyText = target.isContentEditable && target.getAttribute('aria-readonly') === 'true'
  return (
    (target.isContentEditable && !isReadOnlyText) ||
    target.closest('input, textarea, select, [role="menu"], [role="dialog"]') !== null
  )
}
