import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { TaskState } from '../../../shared/contract/model.ts'
import { isActionAllowed, TASK_ACTIONS } from '../../../shared/contract/task-actions.ts'
import { toVisibleText } from '../../../shared/contract/visible-text.ts'
import { countOf } from '../../components/format.ts'
import { Tip } from '../../components/Tip.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'

interface ActionButtonsProps {
  readonly state: TaskState
  readonly count: number
}

/** What the table of actions allows in this state; the verb names the count where it is not one. */
export function ActionButtons({ state, count }: ActionButtonsProps): ReactNode {
  const inspector = useInspector()
  const access = useInspectorState(({ queue }) => queue?.access)
  const acting = useInspectorState((all) => all.acting)
  const canWrite = access?.canWrite === true
  const allowed = Object.values(TASK_ACTIONS).filter(({ id }) => isActionAllowed(id, state))
  return allowed.map(({ id, verb, effect, shortcut }) => {
    const tip = canWrite ? effect : toVisibleText(access?.reason ?? 'This queue is read-only.')
    return (
      <Tip key={id} label={tip} keys={canWrite ? shortcut.toUpperCase() : undefined}>
        <Button
          variant={state === 'failed' ? 'filled' : 'default'}
          data-disabled={!canWrite}
          aria-disabled={!canWrite}
          loading={acting === id}
          onClick={() => canWrite && inspector.requestAction(id)}
        >
          {count === 1 ? verb : `${verb} ${countOf(count, 'task')}`}
        </Button>
      </Tip>
    )
  })
}
