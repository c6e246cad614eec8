import {
  IconAlertTriangle,
  IconCircle,
  IconCircleCheck,
  IconCircleHalf2,
  IconCircleX,
  IconClock,
  IconPlayerPause,
  IconTrash,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { TaskState } from '../../shared/contract/model.ts'

const ICONS = {
  pending: IconCircle,
  'in-progress': IconCircleHalf2,
  scheduled: IconClock,
  failed: IconCircleX,
  done: IconCircleCheck,
  held: IconPlayerPause,
  trash: IconTrash,
  problems: IconAlertTriangle,
} as const

interface StateIconProps {
  readonly state: TaskState | 'problems'
  readonly size?: number
}

/** Colour and shape of a state; the word stands beside it. */
export function StateIcon({ state, size = 15 }: StateIconProps): ReactNode {
  const Icon = ICONS[state]
  return <Icon size={size} stroke={2} color={`var(--fq-${state})`} aria-hidden style={{ flexShrink: 0 }} />
}
