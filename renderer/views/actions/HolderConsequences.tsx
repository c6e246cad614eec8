import type { ReactNode } from 'react'
import type { TaskActionId } from '../../../shared/contract/task-actions.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import type { Choice } from '../../store/choice.ts'
import { useInspectorState } from '../../store/use-inspector.ts'
import { WHILE_HELD_WORDS } from '../../words/work-words.ts'
import styles from '../queue/dialogs.module.css'

interface HolderConsequencesProps {
  readonly action: TaskActionId
  readonly choice: Choice
}

/** For tasks in progress: what is known of each holder decides how dangerous the act is. */
export function HolderConsequences({ action, choice }: HolderConsequencesProps): ReactNode {
  const summaries = useInspectorState(({ update }) => update?.nodes)
  const words = WHILE_HELD_WORDS[action]
  const nodes = nodesOf(choice) ?? summaries?.filter(({ tasks }) => tasks > 0).map(({ node }) => node) ?? []
  if (words === undefined || nodes.length === 0) return null
  return (
    <ul className={styles['consequences']}>
      {nodes.map((node) => {
        const summary = summaries?.find((one) => one.node === node)
        const isDead = summary?.liveness === 'dead'
        return (
          <li key={node} data-danger={!isDead || undefined}>
            <strong>{toVisibleLine(node)}</strong>:{' '}
            {summary === undefined ? 'nothing is known of it now.' : toVisibleLine(summary.livenessReason)}{' '}
            {isDead ? words.dead : words.alive}
          </li>
        )
      })}
    </ul>
  )
}

/** The nodes that hold the tasks; empty where none is in progress, null where any node may. */
function nodesOf(choice: Choice): string[] | null {
  if (choice.kind === 'set') {
    const { state, node } = choice.set.list
    if (state !== 'in-progress') return []
    return node === null ? null : [node]
  }
  const held = choice.rows.filter(({ ref }) => ref?.state === 'in-progress')
  return [...new Set(held.map(({ node }) => node).filter((node) => node !== null))]
}
