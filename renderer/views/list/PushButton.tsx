import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { toVisibleText } from '../../../shared/contract/visible-text.ts'
import { Tip } from '../../components/Tip.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'

export function PushButton(): ReactNode {
  const inspector = useInspector()
  const access = useInspectorState(({ queue }) => queue?.access)
  const canWrite = access?.canWrite === true
  return (
    <Tip
      label={canWrite ? 'Push a task' : toVisibleText(access?.reason ?? 'This queue is read-only.')}
      keys={canWrite ? 'N' : undefined}
    >
      <Button
        data-disabled={!canWrite}
        aria-disabled={!canWrite}
        leftSection={<IconPlus size={15} stroke={2} aria-hidden />}
        onClick={() => canWrite && inspector.showDialog({ kind: 'push' })}
      >
        Push task
      </Button>
    </Tip>
  )
}
