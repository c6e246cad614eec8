import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import type { TaskRow } from '../../../shared/contract/model.ts'
import { TASK_ACTIONS } from '../../../shared/contract/task-actions.ts'
import type { TaskActionId } from '../../../shared/contract/task-actions.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { countOf } from '../../components/format.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { EFFECT_ON_MANY } from '../../words.ts'
import styles from './dialogs.module.css'

/** Names what will happen to how many tasks. Cancel has the focus. */
export function ConfirmAction(): ReactNode {
  const inspector = useInspector()
  const dialog = useInspectorState((state) => state.dialog)
  if (dialog?.kind !== 'confirm') return null
  const { action, rows } = dialog
  const close = (): void => inspector.showDialog(null)
  const [only] = rows
  return (
    <Modal opened onClose={close} title={toTitle(action, rows)} size={440}>
      <div className={styles['body']}>
        {rows.length === 1 && only !== undefined ? (
          <p className={`fq-mono ${styles['id']}`}>{toVisibleLine(only.taskId)}</p>
        ) : null}
        <p>{rows.length === 1 ? TASK_ACTIONS[action].effect : EFFECT_ON_MANY[action]}</p>
        {action === 'release' ? <ReleaseConsequence rows={rows} /> : null}
      </div>
      <div className={styles['foot']}>
        <Button data-autofocus onClick={close}>
          Cancel
        </Button>
        <Button variant="filled" onClick={() => void inspector.perform(action, rows)}>
          {rows.length === 1
            ? TASK_ACTIONS[action].verb
            : `${TASK_ACTIONS[action].verb} ${countOf(rows.length, 'task')}`}
        </Button>
      </div>
    </Modal>
  )
}

function toTitle(action: TaskActionId, rows: readonly TaskRow[]): string {
  const { verb } = TASK_ACTIONS[action]
  const what = rows.length === 1 ? 'this task' : countOf(rows.length, 'task')
  const nodes = nodesOf(rows)
  if (action !== 'release') return `${verb} ${what}?`
  return `${verb} ${what} of ${nodes.length === 1 ? toVisibleLine(nodes[0] ?? '') : countOf(nodes.length, 'node')}?`
}

/** What is known of the holder decides how dangerous it is. */
function ReleaseConsequence({ rows }: { readonly rows: readonly TaskRow[] }): ReactNode {
  const summaries = useInspectorState(({ update }) => update?.nodes)
  const nodes = nodesOf(rows)
  return (
    <ul className={styles['consequences']}>
      {nodes.map((node) => {
        const summary = summaries?.find((one) => one.node === node)
        const isDead = summary?.liveness === 'dead'
        return (
          <li key={node} data-danger={!isDead || undefined}>
            <strong>{toVisibleLine(node)}</strong>:{' '}
            {summary === undefined ? 'nothing is known of it now.' : toVisibleLine(summary.livenessReason)}{' '}
            {isDead
              ? 'It will not finish the task itself.'
              : 'If it still works on the task, the task runs twice.'}
          </li>
        )
      })}
    </ul>
  )
}

function nodesOf(rows: readonly TaskRow[]): string[] {
  return [...new Set(rows.map(({ node }) => node).filter((node) => node !== null))]
}
