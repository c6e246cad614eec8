import type { HostInfo, TaskState } from '../../../shared/contract/model.ts'
import { isActionAllowed, TASK_ACTIONS } from '../../../shared/contract/task-actions.ts'
import type { InspectorStore } from '../../store/inspector-store.ts'
import type { InspectorState } from '../../store/inspector-state.ts'
import { toggleDensity, toggleFlow } from '../../store/preferences.ts'
import { STATE_WORDS } from '../../words.ts'

/** One thing that can be done, for palette, keyboard and help sheet alike. */
export interface Command {
  readonly id: string
  readonly group: 'Go to' | 'Task' | 'Queue' | 'Window'
  readonly title: string
  /** As KeyboardEvent.key gives it; null where only the palette offers it. */
  readonly key: string | null
  /** As shown. */
  readonly keys: string | null
  readonly isEnabled: boolean
  readonly run: () => void
}

/** In the order of the sidebar: 1 to 5. */
export const STATE_ORDER: readonly TaskState[] = ['pending', 'in-progress', 'scheduled', 'failed', 'done']

interface CommandContext {
  readonly inspector: InspectorStore
  readonly state: Pick<
    InspectorState,
    'selection' | 'detail' | 'queue' | 'frozen' | 'paneOpen' | 'view' | 'update'
  >
  readonly host: HostInfo | null
  readonly toggleScheme: () => void
  readonly copyDiagnostics: () => void
}

export function toCommands(context: CommandContext): Command[] {
  return [
    ...goCommands(context),
    ...taskCommands(context),
    ...queueCommands(context),
    ...windowCommands(context),
  ]
}

function goCommands({ inspector, state }: CommandContext): Command[] {
  const places = STATE_ORDER.map((name, at) =>
    command('Go to', `go-${name}`, STATE_WORDS[name].label, String(at + 1), () =>
      inspector.showList({ state: name, node: null }),
    ),
  )
  const hasProblems = (state.update?.problems ?? 0) > 0
  return [
    ...places,
    command('Go to', 'go-problems', 'Problems', '6', () => inspector.showProblems(), hasProblems),
  ]
}

function taskCommands({ inspector, state }: CommandContext): Command[] {
  const { selection, detail, queue } = state
  const rows = selection.rows.size > 0 ? [...selection.rows.values()] : detail === null ? [] : [detail.row]
  const canWrite = queue?.access.canWrite === true
  const actions = Object.values(TASK_ACTIONS).map(({ id, verb, shortcut }) => {
    const isAllowed = rows.some(({ ref }) => ref !== null && isActionAllowed(id, ref.state))
    const isEnabled = canWrite && isAllowed
    return command('Task', id, verb, shortcut, () => inspector.requestAction(id), isEnabled)
  })
  const hasFocus = selection.focusIndex !== null
  return [
    ...actions,
    command('Task', 'inspect', 'Inspect', null, () => inspector.openPane(), hasFocus),
    command(
      'Task',
      'clear',
      'Clear the selection',
      null,
      () => inspector.clearSelection(),
      selection.rows.size > 0,
    ),
  ]
}

function queueCommands({ inspector, state, host }: CommandContext): Command[] {
  const canWrite = state.queue?.access.canWrite === true
  const { order } = state.view
  const commands = [
    command('Queue', 'push', 'Push a task', 'n', () => inspector.showDialog({ kind: 'push' }), canWrite),
    command('Queue', 'freeze', state.frozen ? 'Unfreeze the list' : 'Freeze the list', '.', () =>
      inspector.toggleFreeze(),
    ),
    command('Queue', 'order', order === 'oldest' ? 'Newest first' : 'Oldest first', 'o', () =>
      inspector.setOrder(order === 'oldest' ? 'newest' : 'oldest'),
    ),
    command(
      'Queue',
      'waiting',
      'Show waiting changes',
      'u',
      () => inspector.showWaiting(),
      state.view.waiting > 0,
    ),
    command('Queue', 'close', 'Close the queue', null, () => void inspector.closeQueue()),
  ]
  if (host?.canChooseFolder === true) {
    commands.push(command('Queue', 'open', 'Open…', null, () => void inspector.open({ kind: 'dialog' })))
  }
  return commands
}

function windowCommands({ inspector, toggleScheme, copyDiagnostics }: CommandContext): Command[] {
  return [
    command('Window', 'flow', 'Fold the flow strip', 'f', toggleFlow),
    command('Window', 'density', 'Change the row height', null, toggleDensity),
    command('Window', 'scheme', 'Light or dark', null, toggleScheme),
    command('Window', 'settings', 'Settings…', null, () => inspector.showDialog({ kind: 'settings' })),
    command('Window', 'diagnostics', 'Copy diagnostics', null, copyDiagnostics),
    command('Window', 'help', 'Keyboard shortcuts', '?', () => inspector.showDialog({ kind: 'help' })),
  ]
}

function command(
  group: Command['group'],
  id: string,
  title: string,
  key: string | null,
  run: () => void,
  isEnabled = true,
): Command {
  return { id, group, title, key, keys: key === null ? null : key.toUpperCase(), isEnabled, run }
}
