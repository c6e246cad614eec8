import { Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { useNow } from '../hooks/use-now.ts'
import { formatExactTime, formatRelative, formatSpan } from './format.ts'

interface RelativeTimeProps {
  readonly atMs: number
  /** `relative`: `4 min ago`; `span`: `4 min`. */
  readonly as?: 'relative' | 'span'
}

/** A time as people say it, the exact one on hover. */
export function RelativeTime({ atMs, as = 'relative' }: RelativeTimeProps): ReactNode {
  const nowMs = useNow()
  const text = as === 'span' ? formatSpan(nowMs - atMs) : formatRelative(atMs, nowMs)
  return (
    <Tooltip label={formatExactTime(atMs)}>
      <time dateTime={toIsoOrEmpty(atMs)}>{text}</time>
    </Tooltip>
  )
}

function toIsoOrEmpty(atMs: number): string {
  return Math.abs(atMs) <= 8.64e15 ? new Date(atMs).toISOString() : ''
}
