import { useMediaQuery } from '@mantine/hooks'
import { IconLayoutDashboard } from '@tabler/icons-react'
import type { ReactElement, ReactNode } from 'react'
import type { NodeSummary, TaskList, TaskState } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { Keys } from '../../components/Keys.tsx'
import { formatCount, formatShortCount, formatSpan } from '../../components/format.ts'
import { ResizeHandle } from '../../components/ResizeHandle.tsx'
import { StateIcon } from '../../components/StateIcon.tsx'
import { Tip } from '../../components/Tip.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { setPreferences, SIDEBAR_WIDTH, usePreferences } from '../../store/preferences.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { LIVENESS_WORDS, STATE_WORDS } from '../../words.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import { keyOfParked, PARKED_STATES, STATE_ORDER } from './commands.ts'
import { QueueSwitcher } from './QueueSwitcher.tsx'
import styles from './sidebar.module.css'

/** There the sidebar is folded: the list needs the room. Also at 200 % zoom on a small screen. */
const NARROW = '(width <= 760px)'

const SIDEBAR_PADDING = 8

function useFolded(): boolean {
  const { sidebarOpen } = usePreferences()
  const isNarrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false })
  return !sidebarOpen || isNarrow
}

interface ItemTipProps {
  readonly label: string
  readonly keys: string
  readonly children: ReactElement
}

/** Folded to icons, an item needs its name; unfolded it says all of itself, and a tooltip would only hide the page. */
function ItemTip({ label, keys, children }: ItemTipProps): ReactNode {
  return (
    <Tip label={label} keys={keys} position="right" disabled={!useFolded()}>
      {children}
    </Tip>
  )
}

/** On an item that is pointed at or in focus. */
function KeyHint({ keys }: { readonly keys: string }): ReactNode {
  return (
    <span className={styles['keyHint']}>
      <Keys keys={keys} />
    </span>
  )
}

export function Sidebar(): ReactNode {
  const { sidebarWidth } = usePreferences()
  const isFolded = useFolded()
  return (
    <nav
      className={styles['sidebar']}
      data-folded={isFolded || undefined}
      style={isFolded ? undefined : { width: sidebarWidth }}
      aria-label="Queue"
    >
      {isFolded ? null : (
        <ResizeHandle
          label="Width of the sidebar"
          edge="right"
          width={sidebarWidth}
          range={SIDEBAR_WIDTH}
          onResize={(width) => setPreferences({ sidebarWidth: width })}
        />
      )}
      <div className={styles['scroll']}>
        <QueueSwitcher isFolded={isFolded} />
        <ul className={styles['states']}>
          <li>
            <OverviewButton />
          </li>
          {STATE_ORDER.map((state, at) => (
            <li key={state}>
              <StateButton state={state} keys={String(at + 1)} />
              {state === 'in-progress' ? <NodeList /> : null}
            </li>
          ))}
        </ul>
        <ParkedStates />
        <ProblemsButton />
      </div>
    </nav>
  )
}

function OverviewButton(): ReactNode {
  const inspector = useInspector()
  const isCurrent = useInspectorState(({ place }) => place.kind === 'overview')
  return (
    <ItemTip label={INSIGHT_WORDS.overview} keys="0">
      <button
        type="button"
        className={styles['item']}
        aria-current={isCurrent ? 'page' : undefined}
        onClick={() => inspector.showOverview()}
      >
        <IconLayoutDashboard size={15} stroke={1.9} aria-hidden />
        <span className={styles['label']}>{INSIGHT_WORDS.overview}</span>
        <KeyHint keys="0" />
      </button>
    </ItemTip>
  )
}

interface StateButtonProps {
  readonly state: TaskState
  readonly keys: string
}

function StateButton({ state, keys }: StateButtonProps): ReactNode {
  const inspector = useInspector()
  const count = useInspectorState(({ update }) => update?.counts[state] ?? null)
  const isCurrent = useInspectorState(({ place }) => isList(place, { state, node: null }))
  const isFolded = useFolded()
  const { label } = STATE_WORDS[state]
  const shown = count === null ? '' : formatCount(count)
  return (
    <ItemTip label={`${label} ${shown}`} keys={keys}>
      <button
        type="button"
        className={styles['item']}
        aria-current={isCurrent ? 'page' : undefined}
        aria-label={`${label} ${shown}`.trim()}
        data-alarm={(state === 'failed' && count !== null && count > 0) || undefined}
        onClick={() => inspector.showList({ state, node: null })}
      >
        <StateIcon state={state} />
        <span className={styles['label']}>{label}</span>
        <KeyHint keys={keys} />
        <span className={styles['count']} data-zero={count === 0 || undefined}>
          {isFolded && count !== null ? formatShortCount(count) : shown}
        </span>
      </button>
    </ItemTip>
  )
}

function NodeList(): ReactNode {
  const nodes = useInspectorState(({ update }) => update?.nodes)
  if (nodes === undefined || nodes.length === 0) return null
  return (
    <ul className={styles['nodes']} aria-label="Nodes">
      {nodes.map((summary) => (
        <li key={summary.node}>
          <NodeButton summary={summary} />
        </li>
      ))}
    </ul>
  )
}

function NodeButton({ summary }: { readonly summary: NodeSummary }): ReactNode {
  const inspector = useInspector()
  const nowMs = useNow()
  const { sidebarWidth } = usePreferences()
  const { node, tasks, liveness, lastActivityAtMs, livenessReason } = summary
  const isCurrent = useInspectorState(({ place }) => isList(place, { state: 'in-progress', node }))
  const name = toVisibleLine(node)
  const span = lastActivityAtMs === null ? '' : formatSpan(nowMs - lastActivityAtMs)
  const activity =
    span === '' ? '' : span === 'now' ? ' Last activity just now.' : ` Last activity ${span} ago.`
  return (
    <Tip
      label={`${name}: ${LIVENESS_WORDS[liveness]}. ${livenessReason}${activity}`}
      maxWidth={sidebarWidth - 2 * SIDEBAR_PADDING}
    >
      <button
        type="button"
        className={styles['item']}
        aria-current={isCurrent ? 'page' : undefined}
        aria-label={`${name} ${formatCount(tasks)}, ${LIVENESS_WORDS[liveness]}`}
        onClick={() => inspector.showList({ state: 'in-progress', node })}
      >
        <span className={styles['dot']} data-liveness={liveness} aria-hidden />
        <span className={styles['label']}>{name}</span>
        <span className={styles['activity']}>{liveness === 'dead' ? 'dead' : span}</span>
        <span className={styles['count']} data-zero={tasks === 0 || undefined}>
          {formatCount(tasks)}
        </span>
      </button>
    </Tip>
  )
}

/** Held and trash: only where there is something in them, or they are looked at. */
function ParkedStates(): ReactNode {
  const counts = useInspectorState(({ update }) => update?.counts)
  const place = useInspectorState((state) => state.place)
  const shown = PARKED_STATES.filter(
    (state) => (counts?.[state] ?? 0) > 0 || (place.kind === 'list' && place.list.state === state),
  )
  if (shown.length === 0) return null
  return (
    <ul className={`${styles['states']} ${styles['parked']}`}>
      {shown.map((state) => (
        <li key={state}>
          <StateButton state={state} keys={keyOfParked(state)} />
        </li>
      ))}
    </ul>
  )
}

function ProblemsButton(): ReactNode {
  const inspector = useInspector()
  const problems = useInspectorState(({ update }) => update?.problems ?? 0)
  const isCurrent = useInspectorState(({ place }) => place.kind === 'problems')
  if (problems === 0 && !isCurrent) return null
  return (
    <div className={styles['problems']}>
      <ItemTip label="Problems" keys="6">
        <button
          type="button"
          className={styles['item']}
          aria-current={isCurrent ? 'page' : undefined}
          aria-label={`Problems ${formatCount(problems)}`}
          onClick={() => inspector.showProblems()}
        >
          <StateIcon state="problems" />
          <span className={styles['label']}>Problems</span>
          <KeyHint keys="6" />
          <span className={styles['count']}>{formatCount(problems)}</span>
        </button>
      </ItemTip>
    </div>
  )
}

function isList(place: { readonly kind: string; readonly list?: TaskList }, list: TaskList): boolean {
  return place.list?.state === list.state && place.list.node === list.node
}
