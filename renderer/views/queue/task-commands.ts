import type { TaskRow, TaskState } from '../../../shared/contract/model.ts'
import { isActionAllowed, TASK_ACTIONS } from '../../../shared/contract/task-actions.ts'
import type { TaskActionId } from '../../../shared/contract/task-actions.ts'
import { MOD_KEY } from '../../components/mod-key.ts'
import { countOfChoice, stateOfChoiceOrNull } from '../../store/choice.ts'
import type { Choice } from '../../store/choice.ts'
import type { InspectorStore } from '../../store/inspector-store.ts'
import { COMMAND_WORDS } from '../../words/command-words.ts'
import { command } from './command.ts'
import type { Command } from './command.ts'

/** A changed payload is pushed anew: from these states there is something to be changed and tried again. */
const EDITABLE: ReadonlySet<TaskState> = new Set(['pending', 'scheduled', 'failed', 'done', 'held'])

interface TaskCommandContext {
  readonly inspector: InspectorStore
  readonly choice: Choice | null
  readonly canWrite: boolean
  readonly hasFocus: boolean
  /** The list in view holds tasks, or is on its way. */
  readonly mayHaveTasks: boolean
}

/** What can be done to what is chosen. `isShown` says whether its state allows it, `isEnabled` whether the queue does too. */
export function taskCommands(context: TaskCommandContext): Command[] {
  return [...actCommands(context), ...pickCommands(context), ...exportCommands(context)]
}

function actCommands({ inspector, choice, canWrite }: TaskCommandContext): Command[] {
  const isAllowed = (action: TaskActionId): boolean => choice !== null && someAllowed(choice, action)
  const actions = Object.values(TASK_ACTIONS).map(({ id, verb, shortcut }) => {
    const isShown = isAllowed(id)
    const options = { key: shortcut, isShown, isEnabled: canWrite && isShown }
    return command('Task', id, verb, () => inspector.requestAction(id), options)
  })
  const row = toEditableOrNull(choice)
  const isOnTasks = choice !== null && countOfChoice(choice) > 0
  const canRequeue = isAllowed('requeue')
  return [
    ...actions,
    command(
      'Task',
      'requeue-where',
      COMMAND_WORDS.requeueWhere,
      () => inspector.requestAction('requeue', 'back'),
      { key: 'shift+r', isShown: canRequeue, isEnabled: canWrite && canRequeue },
    ),
    command(
      'Task',
      'edit',
      COMMAND_WORDS.edit,
      () => row !== null && inspector.showDialog({ kind: 'edit', row }),
      { key: 'e', isShown: row !== null, isEnabled: canWrite && row !== null },
    ),
    command('Task', 'duplicate', COMMAND_WORDS.duplicate, () => inspector.duplicate(), {
      key: 'd',
      isShown: isOnTasks,
      isEnabled: canWrite && isOnTasks,
    }),
  ]
}

function pickCommands({ inspector, choice, hasFocus, mayHaveTasks }: TaskCommandContext): Command[] {
  return [
    command('Task', 'inspect', COMMAND_WORDS.inspect, () => inspector.openPane(), { isEnabled: hasFocus }),
    command('Task', 'select-all', COMMAND_WORDS.selectAll, () => inspector.selectAll(), {
      key: 'mod+a',
      keys: `${MOD_KEY} A`,
      isEnabled: mayHaveTasks,
    }),
    command('Task', 'clear', COMMAND_WORDS.clear, () => inspector.clearSelection(), {
      isEnabled: choice !== null,
    }),
  ]
}

function exportCommands({ inspector, mayHaveTasks }: TaskCommandContext): Command[] {
  const formats = [
    ['jsonl', COMMAND_WORDS.exportJsonl],
    ['csv', COMMAND_WORDS.exportCsv],
    ['raw', COMMAND_WORDS.exportRaw],
  ] as const
  return formats.map(([format, title]) =>
    command('Task', `export-${format}`, title, () => void inspector.exportTasks(format), {
      isEnabled: mayHaveTasks,
    }),
  )
}

function someAllowed(choice: Choice, action: TaskActionId): boolean {
  if (choice.kind === 'set') return isActionAllowed(action, choice.set.list.state)
  return choice.rows.some(({ ref }) => ref !== null && isActionAllowed(action, ref.state))
}

function toEditableOrNull(choice: Choice | null): TaskRow | null {
  if (choice?.kind !== 'rows' || choice.rows.length !== 1) return null
  const state = stateOfChoiceOrNull(choice)
  return state !== null && EDITABLE.has(state) ? (choice.rows[0] ?? null) : null
}
