import type { ReactNode } from 'react'

interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[]
  /** Values that the width stands for: a short history fills its part of the right side only. */
  readonly span: number
  readonly color: string
}

const WIDTH = 100
const HEIGHT = 24

/** A quiet line of the last minutes, and none where nothing moved; its scale begins at 0 and ends at its highest value. */
export function Sparkline({ values, span, color }: SparklineProps): ReactNode {
  const top = Math.max(1, ...values)
  const step = WIDTH / Math.max(1, span - 1)
  const start = WIDTH - (values.length - 1) * step
  const points = values.map((value, at) => {
    const x = (start + at * step).toFixed(2)
    const y = (HEIGHT - 1 - (value / top) * (HEIGHT - 3)).toFixed(2)
    return `${x},${y}`
  })
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      {points.length > 1 && values.some((value) => value > 0) ? (
        <>
          <polygon
            points={`${start.toFixed(2)},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`}
            fill={color}
            opacity={0.1}
          />
          <polyline
            points={points.join(' ')}
            fill="none"
            stroke={color}
            strokeWidth={1.25}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </>
      ) : null}
    </svg>
  )
}
