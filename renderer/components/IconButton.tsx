import { ActionIcon } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Tip } from './Tip.tsx'

interface IconButtonProps {
  readonly icon: Icon
  readonly label: string
  readonly keys?: string
  readonly pressed?: boolean
  readonly size?: number
  readonly onClick: () => void
}

export function IconButton({
  icon: Icon,
  label,
  keys,
  pressed,
  size = 26,
  onClick,
}: IconButtonProps): ReactNode {
  return (
    <Tip label={label} keys={keys}>
      <ActionIcon size={size} aria-label={label} aria-pressed={pressed} onClick={onClick}>
        <Icon size={Math.round(size * 0.62)} stroke={1.8} aria-hidden />
      </ActionIcon>
    </Tip>
  )
}
