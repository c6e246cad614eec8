import type { HostInfo, TaskState } from '../../../shared/contract/model.ts'
import type { InspectorStore } from '../../store/inspector-store.ts'
import type { InspectorState } from '../../store/inspector-state.ts'
import { toggleDensity, toggleFlow, toggleSidebar } from '../../store/preferences.ts'
import { toChoiceOrNull, toInspectedOrNull } from '../../store/selection.ts'
import { STATE_WORDS } from '../../words.ts'
import { COMMAND_WORDS, SWITCHER_WORDS } from '../../words/command-words.ts'
import { sortingOf } from '../list/columns.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import { focusFilter } from '../list/filter-focus.ts'
import { command } from './command.ts'
import type { Command } from './command.ts'
import { taskCommands } from './task-commands.ts'

/** In the order of the sidebar: 1 to 5. */
export const STATE_ORDER: readonly TaskState[] = ['pending', 'in-progress', 'scheduled', 'failed', 'done']

/** Below them, where there is something in them: 7 and 8 (6 is for problems). */
export const PARKED_STATES: readonly TaskState[] = ['held', 'trash']
const PARKED_KEYS = ['7', '8'] as const

export function keyOfParked(state: TaskState): string {
  return PARKED_KEYS[PARKED_STATES.indexOf(state)] ?? ''
}

interface CommandContext {
  readonly inspector: InspectorStore
  readonly state: Pick<
    InspectorState,
    'selection' | 'detail' | 'queue' | 'frozen' | 'paneOpen' | 'view' | 'update' | 'groups' | 'place'
  >
  readonly host: HostInfo | null
  readonly toggleScheme: () => void
  readonly copyDiagnostics: () => void
}

export function toCommands(context: CommandContext): Command[] {
  const { inspector, state } = context
  const { selection, detail, queue, view } = state
  return [
    ...goCommands(context),
    ...taskCommands({
      inspector,
      choice: toChoiceOrNull(selection) ?? toInspectedOrNull(detail),
      canWrite: queue?.access.canWrite === true,
      hasFocus: selection.focusIndex !== null,
      mayHaveTasks: view.phase === 'loading' || view.total > 0,
    }),
    ...actCommands(context),
    ...listCommands(context),
    ...windowCommands(context),
  ]
}

function goCommands({ inspector }: CommandContext): Command[] {
  // Empty places too: a key that does nothing is a riddle, a place that says it is empty is an answer.
  const goTo = (name: TaskState, key: string): Command =>
    command(
      'Go to',
      `go-${name}`,
      STATE_WORDS[name].label,
      () => inspector.showList({ state: name, node: null }),
      { key },
    )
  return [
    command('Go to', 'go-overview', INSIGHT_WORDS.overview, () => inspector.showOverview(), { key: '0' }),
    ...STATE_ORDER.map((name, at) => goTo(name, String(at + 1))),
    command('Go to', 'jump', 'A row, by id or time…', () => inspector.showDialog({ kind: 'jump' }), {
      key: 'g',
    }),
    command('Go to', 'go-problems', 'Problems', () => inspector.showProblems(), {
      key: '6',
    }),
    ...PARKED_STATES.map((name) => goTo(name, keyOfParked(name))),
  ]
}

/** What changes the queue, or tells what did. */
function actCommands({ inspector, state, host }: CommandContext): Command[] {
  const access = state.queue?.access
  const canWrite = access?.canWrite === true
  const trashed = state.update?.counts.trash ?? 0
  const trash = { state: 'trash', node: null } as const
  return [
    command('Queue', 'push', 'Push tasks', () => inspector.showDialog({ kind: 'push' }), {
      key: 'n',
      isEnabled: canWrite,
    }),
    command('Queue', 'undo', COMMAND_WORDS.undo, () => inspector.undoLatest(), {
      key: 'z',
      isEnabled: canWrite,
    }),
    command(
      'Queue',
      'requeue-failed',
      COMMAND_WORDS.requeueFailed,
      () => void inspector.requestOnAll('requeue', { state: 'failed', node: null }),
      { isEnabled: canWrite && (state.update?.counts.failed ?? 0) > 0 },
    ),
    command('Queue', 'history', COMMAND_WORDS.history, () => inspector.showHistory()),
    command(
      'Queue',
      'empty-trash',
      COMMAND_WORDS.emptyTrash,
      () => void inspector.requestOnAll('purge', trash),
      { isEnabled: canWrite && trashed > 0 },
    ),
    command(
      'Queue',
      'lock',
      canWrite ? COMMAND_WORDS.lock : COMMAND_WORDS.unlock,
      () => inspector.lock.turn(),
      { isEnabled: access?.canUnlock === true },
    ),
    command('Queue', 'close', SWITCHER_WORDS.close, () => void inspector.closeQueue()),
    command('Queue', 'open', SWITCHER_WORDS.openOther, () => void inspector.open({ kind: 'dialog' }), {
      isEnabled: host?.canChooseFolder === true,
    }),
  ]
}

function listCommands({ inspector, state }: CommandContext): Command[] {
  const { order, list } = state.view
  const isOldest = order === 'oldest'
  const isGrouped = state.groups !== null
  const isList = state.place.kind === 'list'
  return [
    command('Queue', 'filter', COMMAND_WORDS.filter, focusFilter, { key: '/', isEnabled: isList }),
    command(
      'Queue',
      'group',
      isGrouped ? COMMAND_WORDS.ungroup : COMMAND_WORDS.group,
      () => (isGrouped ? inspector.groups.close() : inspector.groups.open()),
      { key: 'w', isEnabled: isList && list.state === 'failed' },
    ),
    command(
      'Queue',
      'freeze',
      state.frozen ? 'Let the list move again' : 'Freeze the list',
      () => inspector.toggleFreeze(),
      { key: '.' },
    ),
    command(
      'Queue',
      'order',
      isOldest ? sortingOf(list.state).newest : sortingOf(list.state).oldest,
      () => inspector.setOrder(isOldest ? 'newest' : 'oldest'),
      { key: 'o' },
    ),
    command('Queue', 'waiting', 'Show waiting changes', () => inspector.showWaiting(), {
      key: 'u',
      isEnabled: state.view.waiting > 0,
    }),
  ]
}

function windowCommands({ inspector, toggleScheme, copyDiagnostics }: CommandContext): Command[] {
  return [
    command('Window', 'sidebar', 'Fold the sidebar', toggleSidebar, { key: 'b' }),
    command('Window', 'flow', 'Fold the flow strip', toggleFlow, { key: 'f' }),
    command('Window', 'density', 'Change the row height', toggleDensity),
    command('Window', 'scheme', 'Light or dark', toggleScheme),
    command('Window', 'settings', 'Settings…', () => inspector.showDialog({ kind: 'settings' })),
    command('Window', 'diagnostics', 'Copy diagnostics', copyDiagnostics),
    command('Window', 'help', 'Keyboard shortcuts', () => inspector.showDialog({ kind: 'help' }), {
      key: '?',
    }),
  ]
}
