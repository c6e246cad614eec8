import { useEffect, useRef } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import uPlot from 'uplot'
import type { History } from '../../../shared/contract/insight.ts'
import { formatShortTime } from '../../components/format.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import 'uplot/dist/uPlot.min.css'
import styles from './overview.module.css'

export interface ChartLine {
  /** Name of the token. */
  readonly color: string
  readonly values: readonly (number | null)[]
  readonly isFilled?: boolean
}

interface HistoryChartProps {
  /** What it shows, for who cannot see it. */
  readonly label: string
  readonly history: History
  readonly lines: readonly ChartLine[]
  readonly height: number
  /** The values are milliseconds. */
  readonly isDuration?: boolean
  readonly formatValue: (value: number) => string
  /** Called with the step under the cursor, or null. */
  readonly onIndex: (index: number | null) => void
}

/** Charts of one view share their cursor. */
const SYNC_KEY = 'fq-overview'
const AXIS_WIDTH = 58
/** Narrower gaps have no room for a word. */
const GAP_WORDS_PX = 84
const BIG_STEP = 6
/** The clock shows minutes: no two marks within one. */
const TIME_STEPS_S = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600]
/** Round in the unit that they are told in. */
const DURATION_STEPS_MS = [1, 2, 5, 10, 30]
  .flatMap((count) => [1_000, 60_000, 3_600_000, 86_400_000].map((unit) => count * unit))
  .toSorted((a, b) => a - b)

/** Lines over time; time that nobody watched is left empty and says so. */
export function HistoryChart(props: HistoryChartProps): ReactNode {
  const { label, history, lines, height, isDuration = false } = props
  const root = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = root.current
    if (element === null) return
    const plot = new uPlot(
      toOptions({ element, height, isDuration, latest }),
      toData(latest.current.history, latest.current.lines),
      element,
    )
    chart.current = plot
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    const stopWatching = watchScheme(() => plot.redraw(false))
    return () => {
      stopWatching()
      observer.disconnect()
      plot.destroy()
      chart.current = null
    }
  }, [height, isDuration])

  useEffect(() => {
    chart.current?.setData(toData(history, lines))
  }, [history, lines])

  function onKeyDown(event: KeyboardEvent): void {
    const plot = chart.current
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -BIG_STEP, PageDown: BIG_STEP }
    if (plot === null || event.altKey || !isStepKey(event.key)) return
    event.preventDefault()
    const last = history.pushed.length - 1
    const from = plot.cursor.idx ?? last
    const index = Math.min(last, Math.max(0, from + steps[event.key]))
    const at = plot.data[0][index] ?? 0
    plot.setCursor({ left: plot.valToPos(at, 'x'), top: 0 })
  }

  return (
    // A chart that arrow keys walk along takes the focus; ARIA has no role of its own for it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={root}
      className={styles['chart']}
      role="application"
      aria-roledescription="chart"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => chart.current?.setCursor({ left: -10, top: -10 })}
      style={{ height }}
    />
  )
}

function isStepKey(key: string): key is 'ArrowLeft' | 'ArrowRight' | 'PageUp' | 'PageDown' {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'PageUp' || key === 'PageDown'
}

function toData(history: History, lines: readonly ChartLine[]): uPlot.AlignedData {
  const seconds = history.pushed.map((_, at) => (history.fromMs + at * history.stepMs) / 1000)
  return [seconds, ...lines.map(({ values }) => [...values])]
}

interface Colors {
  readonly lines: readonly string[]
  readonly grid: string
  readonly text: string
  readonly gap: string
  readonly font: string
}

/** A canvas knows no variables: each colour is read as this scheme computes it. */
function readColors(element: HTMLElement, names: readonly string[]): Colors {
  const probe = document.createElement('span')
  element.append(probe)
  const read = (name: string): string => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const colors = {
    lines: names.map(read),
    grid: read('--fq-line'),
    text: read('--fq-text-faint'),
    gap: read('--fq-sunken'),
    font: `11px ${getComputedStyle(element).fontFamily}`,
  }
  probe.remove()
  return colors
}

/** A canvas keeps the colours that it was drawn with. A frame later the new scheme's styles hold for certain. */
function watchScheme(onChange: () => void): () => void {
  let frame = 0
  const later = (): void => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(onChange)
  }
  const media = matchMedia('(prefers-color-scheme: dark)')
  media.addEventListener('change', later)
  const observer = new MutationObserver(later)
  observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
  // It may have changed between the first drawing and now.
  later()
  return () => {
    cancelAnimationFrame(frame)
    media.removeEventListener('change', later)
    observer.disconnect()
  }
}

interface OptionParts {
  readonly element: HTMLElement
  readonly height: number
  readonly isDuration: boolean
  readonly latest: { readonly current: HistoryChartProps }
}

function toOptions({ element, height, isDuration, latest }: OptionParts): uPlot.Options {
  const { lines } = latest.current
  const names = lines.map(({ color }) => color)
  // Read again at each drawing: the scheme may be another by then.
  let colors = readColors(element, names)
  const axis = { stroke: () => colors.text, font: colors.font, ticks: { show: false } }
  const grid = { stroke: () => colors.grid, width: 1 }
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    padding: [8, 18, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: SYNC_KEY }, points: { size: 6 } },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [
      {
        ...axis,
        size: 24,
        space: 64,
        incrs: TIME_STEPS_S,
        grid: { show: false },
        values: (_plot, splits) => splits.map((second) => formatShortTime(second * 1000, Date.now())),
      },
      {
        ...axis,
        grid,
        size: AXIS_WIDTH,
        space: 26,
        ...(isDuration && { incrs: DURATION_STEPS_MS }),
        values: (_plot, splits) =>
          splits.map((value) => (value === 0 ? '0' : latest.current.formatValue(value))),
      },
    ],
    series: [
      {},
      ...names.map((_, at) => ({
        stroke: () => colors.lines[at] ?? colors.text,
        width: 1.5,
        points: { show: false },
        ...(lines[at]?.isFilled === true && { fill: () => withAlpha(colors.lines[at] ?? colors.text) }),
      })),
    ],
    hooks: {
      drawClear: [
        (plot) => {
          colors = readColors(element, names)
          shadeGaps(plot, colors)
        },
      ],
      draw: [(plot) => nameGaps(plot, colors)],
      setCursor: [(plot) => latest.current.onIndex(plot.cursor.idx ?? null)],
    },
  }
}

function withAlpha(color: string): string {
  return color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.1)')
}

/** Shades what nobody watched, so that it is not taken for silence. */
function shadeGaps(plot: uPlot, colors: Colors): void {
  const { ctx, bbox } = plot
  for (const { left, right } of gapsOf(plot)) {
    ctx.fillStyle = colors.gap
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
  }
}

/** Over the grid, so that no line strikes the words through. */
function nameGaps(plot: uPlot, colors: Colors): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.font = colors.font.replace('11px', `${11 * devicePixelRatio}px`)
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  for (const { left, right } of gapsOf(plot)) {
    if (right - left < GAP_WORDS_PX * devicePixelRatio) continue
    const [x, y] = [(left + right) / 2, bbox.top + bbox.height / 2]
    const width = ctx.measureText(INSIGHT_WORDS.notWatched).width + 12 * devicePixelRatio
    ctx.fillStyle = colors.gap
    ctx.fillRect(x - width / 2, y - 8 * devicePixelRatio, width, 16 * devicePixelRatio)
    ctx.fillStyle = colors.text
    ctx.fillText(INSIGHT_WORDS.notWatched, x, y)
  }
  ctx.restore()
}

/** Where values are missing, in pixels of the canvas. */
function gapsOf(plot: uPlot): { readonly left: number; readonly right: number }[] {
  const [seconds, values] = plot.data
  if (values === undefined) return []
  const gaps: { left: number; right: number }[] = []
  for (let from = 0; from < values.length; from++) {
    if (values[from] !== null) continue
    let to = from
    while (to < values.length && values[to] === null) to++
    const [start = 0, end = 0] = [seconds[from], seconds[Math.min(to, seconds.length - 1)]]
    gaps.push({ left: plot.valToPos(start, 'x', true), right: plot.valToPos(end, 'x', true) })
    from = to
  }
  return gaps
}
