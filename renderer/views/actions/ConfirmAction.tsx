import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { TASK_ACTIONS } from '../../../shared/contract/task-actions.ts'
import type { TaskActionId } from '../../../shared/contract/task-actions.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { countOf, formatClock, formatCount, usToMs } from '../../components/format.ts'
import { countOfChoice } from '../../store/choice.ts'
import type { Choice } from '../../store/choice.ts'
import type { Dialog, PlacementKind } from '../../store/inspector-state.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { EFFECT_ON_MANY, LEFT_ALONE, toMeantWords, toNoWorkerWordsOrNull } from '../../words/work-words.ts'
import dialogStyles from '../queue/dialogs.module.css'
import styles from './actions.module.css'
import { HolderConsequences } from './HolderConsequences.tsx'
import { PlacementField, usePlacement } from './PlacementField.tsx'

type ConfirmDialog = Extract<Dialog, { kind: 'confirm' }>

export function ConfirmAction(): ReactNode {
  const dialog = useInspectorState((state) => state.dialog)
  return dialog?.kind === 'confirm' ? <Question dialog={dialog} /> : null
}

/** Names what will happen to how many tasks. Where something could be lost, Cancel has the focus. */
function Question({ dialog }: { readonly dialog: ConfirmDialog }): ReactNode {
  const inspector = useInspector()
  const { action, choice } = dialog
  const { risk, asks, verb } = TASK_ACTIONS[action]
  const count = countOfChoice(choice)
  const draft = usePlacement(dialog.placement, asks === 'time' ? dueOfOnlyOrNull(choice) : null)
  const [typed, setTyped] = useState('')
  const mustType = risk === 'destructive' && count > 1
  const isReady = draft.placement !== null && (!mustType || toDigits(typed) === String(count))
  const close = (): void => inspector.showDialog(null)

  function act(): void {
    if (draft.placement !== null && isReady) void inspector.perform(action, choice, draft.placement)
  }

  return (
    <Modal opened onClose={close} title={`${verb} ${toWhat(choice)}?`} size={480}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          act()
        }}
      >
        <div className={dialogStyles['body']}>
          <Meant choice={choice} />
          <p>{count === 1 ? TASK_ACTIONS[action].effect : `${EFFECT_ON_MANY[action]} ${LEFT_ALONE}`}</p>
          {asks === 'nothing' ? null : <PlacementField draft={draft} kinds={placesOf(action)} />}
          <HolderConsequences action={action} choice={choice} />
          <NoWorker action={action} count={count} />
          {mustType ? <TypedCount count={count} typed={typed} setTyped={setTyped} /> : null}
        </div>
        <div className={dialogStyles['foot']}>
          <Button data-autofocus={(risk !== 'safe' && !mustType) || undefined} onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant="filled"
            data-danger={risk === 'destructive' || action === 'delete' || undefined}
            data-autofocus={risk === 'safe' || undefined}
            disabled={!isReady}
          >
            {count === 1 ? verb : `${verb} ${countOf(count, 'task')}`}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Which tasks: the one by its id, a set by where and when it was fixed. */
function Meant({ choice }: { readonly choice: Choice }): ReactNode {
  if (choice.kind === 'set') {
    const { set, origin } = choice
    const words = toMeantWords(set, origin, formatClock(set.frozenAtMs))
    return <p className={styles['exact']}>{toVisibleLine(words)}.</p>
  }
  const [only] = choice.rows
  if (choice.rows.length !== 1 || only === undefined) return null
  return <p className={`fq-mono ${dialogStyles['id']}`}>{toVisibleLine(only.taskId)}</p>
}

/** Said before, not found out after: that it moves and still nothing happens. */
function NoWorker({ action, count }: { readonly action: TaskActionId; readonly count: number }): ReactNode {
  const nodes = useInspectorState(({ update }) => update?.nodes)
  const words = nodes === undefined ? null : toNoWorkerWordsOrNull(action, count, nodes)
  return words === null ? null : <p className={styles['soft']}>{words}</p>
}

interface TypedCountProps {
  readonly count: number
  readonly typed: string
  readonly setTyped: (typed: string) => void
}

function TypedCount({ count, typed, setTyped }: TypedCountProps): ReactNode {
  return (
    <TextInput
      label={`Type ${formatCount(count)} to go on`}
      data-autofocus
      inputMode="numeric"
      autoComplete="off"
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  )
}

function toDigits(typed: string): string {
  return typed.replaceAll(/[\s,.’']/g, '')
}

function toWhat(choice: Choice): string {
  const count = countOfChoice(choice)
  const what = count === 1 ? 'this task' : countOf(count, 'task')
  const node = choice.kind === 'set' ? choice.set.list.node : (choice.rows[0]?.node ?? null)
  const isOfOne = choice.kind === 'set' || choice.rows.every((row) => row.node === node)
  const isHeld = choice.kind === 'set' ? choice.set.list.state : choice.rows[0]?.ref?.state
  return node !== null && isOfOne && isHeld === 'in-progress' ? `${what} of ${toVisibleLine(node)}` : what
}

function placesOf(action: TaskActionId): readonly PlacementKind[] {
  if (TASK_ACTIONS[action].asks === 'time') return ['at']
  return action === 'requeue' ? ['back', 'front', 'at'] : ['back', 'front']
}

/** When the task is due now: moved a little, rather than guessed anew. */
function dueOfOnlyOrNull(choice: Choice): number | null {
  const only = choice.kind === 'rows' && choice.rows.length === 1 ? choice.rows[0] : undefined
  return only === undefined ? null : usToMs(only.idTimeUs)
}
