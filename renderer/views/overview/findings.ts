import type { History } from '../../../shared/contract/insight.ts'
import type { FailureGroups } from '../../../shared/contract/query.ts'
import type { NodeSummary, QueueUpdate } from '../../../shared/contract/model.ts'
import { toReasonWords } from '../../words/list-words.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { countOf, formatCount, formatRate, formatRelative, formatSpan } from '../../components/format.ts'
import type { Place } from '../../store/route.ts'

/** One thing that a person should know now, worst first. */
export interface Finding {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly text: string
  /** What to do about it, where something can be done from here. */
  readonly action: FindingAction | null
}

type FindingAction =
  | { readonly kind: 'go'; readonly label: string; readonly place: Place }
  | { readonly kind: 'return-tasks'; readonly label: string; readonly node: string }

/** Shares and trends of fewer tasks than this say nothing. */
const MIN_TASKS = 10
const FAILING_SHARE = 0.2
const TREND_STEPS = 60
/** Growth below a tenth of what comes in is noise. */
const GROWTH_SHARE = 0.1
const OVERDUE_MS = 10_000
/** Workers that are there look for tasks more often. */
const STILL_MS = 30_000
/** A failure that is older is known. */
const NEWS_MS = 24 * 3_600_000
const SILENT_MS = 10 * 60_000

/** What matters now, in one line each; a queue that does well says so. */
export function toFindings(
  update: QueueUpdate,
  history: History | null,
  nowMs: number,
  groups: FailureGroups | null = null,
): Finding[] {
  if (update.health.mode === 'lost') {
    return [
      {
        tone: 'bad',
        text: 'The queue’s directory is gone or cannot be read: what is shown here is old.',
        action: null,
      },
    ]
  }
  const findings = [
    withoutWorker(update, nowMs),
    failing(update, history),
    lyingInFailed(update, groups, nowMs),
    ...update.nodes.map(deadNode),
    ...update.nodes.map((node) => silentNode(node, nowMs)),
    overdue(update, nowMs),
    problems(update),
    growing(history),
  ].filter((finding) => finding !== null)
  return findings.length > 0 ? findings : [well(update, nowMs)]
}

function withoutWorker({ counts, nodes, oldestPendingAtMs }: QueueUpdate, nowMs: number): Finding | null {
  if (counts.pending === 0 || nodes.some(isAtWork)) return null
  const age = oldestPendingAtMs === null ? '' : `, the oldest for ${formatSpan(nowMs - oldestPendingAtMs)}`
  const waits = counts.pending === 1 ? 'waits' : 'wait'
  return {
    tone: 'bad',
    text: `No worker takes tasks: ${countOf(counts.pending, 'task')} ${waits}${age}.`,
    action: goTo('Show pending', 'pending'),
  }
}

function failing({ counts }: QueueUpdate, history: History | null): Finding | null {
  if (history === null || counts.failed === 0) return null
  const { failed, done } = history.totals
  const ended = failed + done
  if (ended < MIN_TASKS || failed / ended < FAILING_SHARE) return null
  const span = history.range === 'hour' ? 'last hour' : 'last day'
  const share = Math.round((100 * failed) / ended)
  return {
    tone: 'bad',
    text: `${share} % of the tasks that ended in the ${span} have failed.`,
    action: goTo('Show failed', 'failed'),
  }
}

/** What lies in failed, and why most of it does: news within a day, else a reminder. */
function lyingInFailed({ counts }: QueueUpdate, groups: FailureGroups | null, nowMs: number): Finding | null {
  const [first, ...others] = groups?.groups ?? []
  if (counts.failed === 0 || first === undefined) return null
  const lastAtMs = Math.max(first.lastAtMs, ...others.map((group) => group.lastAtMs))
  const most = others.length === 0 ? '' : `${formatCount(first.count)} of them: `
  return {
    tone: nowMs - lastAtMs < NEWS_MS ? 'bad' : 'warn',
    text: `${countOf(counts.failed, 'task')} failed, the last ${formatRelative(lastAtMs, nowMs)}. ${most}${toReasonWords(first)}`,
    action: goTo('Show failed', 'failed'),
  }
}

function deadNode({ node, tasks, liveness }: NodeSummary): Finding | null {
  if (liveness !== 'dead' || tasks === 0) return null
  return {
    tone: 'warn',
    text: `${toVisibleLine(node)} is dead and still holds ${countOf(tasks, 'task')}.`,
    action: { kind: 'return-tasks', label: toReturnLabel(tasks), node },
  }
}

/** Shorter silence is many a long task. */
function silentNode({ node, tasks, liveness, lastActivityAtMs }: NodeSummary, nowMs: number): Finding | null {
  if (liveness !== 'quiet' || tasks === 0 || lastActivityAtMs === null) return null
  if (nowMs - lastActivityAtMs < SILENT_MS) return null
  const place: Place = { kind: 'list', list: { state: 'in-progress', node } }
  return {
    tone: 'warn',
    text: `${toVisibleLine(node)} has been silent for ${formatSpan(nowMs - lastActivityAtMs)} and holds ${countOf(tasks, 'task')}.`,
    action: { kind: 'go', label: 'Show the node', place },
  }
}

export function toReturnLabel(tasks: number): string {
  return tasks === 1 ? 'Return its task' : `Return its ${countOf(tasks, 'task')}`
}

function overdue({ firstDueAtMs }: QueueUpdate, nowMs: number): Finding | null {
  if (firstDueAtMs === null || nowMs - firstDueAtMs < OVERDUE_MS) return null
  return {
    tone: 'warn',
    text: `A scheduled task is overdue by ${formatSpan(nowMs - firstDueAtMs)}: workers move them to pending, and none does.`,
    action: goTo('Show scheduled', 'scheduled'),
  }
}

function problems({ problems: count }: QueueUpdate): Finding | null {
  if (count === 0) return null
  const what = count === 1 ? '1 problem was' : `${countOf(count, 'problem')} were`
  return {
    tone: 'warn',
    text: `${what} found in the queue’s directory.`,
    action: { kind: 'go', label: 'Show problems', place: { kind: 'problems' } },
  }
}

/** More comes in than is done, over the last steps that were watched. */
function growing(history: History | null): Finding | null {
  if (history === null) return null
  const latest = (key: 'pushed' | 'released' | 'claimed') =>
    history[key].slice(-TREND_STEPS).filter((value) => value !== null)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const pushed = latest('pushed')
  const incoming = sum(pushed) + sum(latest('released'))
  const growth = incoming - sum(latest('claimed'))
  const seconds = history.stepMs / 1000
  if (pushed.length < TREND_STEPS / 2 || growth * seconds < MIN_TASKS || growth < incoming * GROWTH_SHARE)
    return null
  const perMinute = (growth / pushed.length) * 60
  return {
    tone: 'warn',
    text: `The backlog grows by ${formatRate(perMinute)} tasks a minute.`,
    action: goTo('Show pending', 'pending'),
  }
}

function well({ counts, flow, oldestPendingAtMs, nodes }: QueueUpdate, nowMs: number): Finding {
  const busy = nodes.filter(isAtWork).length
  if (counts.pending === 0 && counts['in-progress'] === 0) {
    const who = busy === 0 ? '' : ` ${countOf(busy, 'node')} ${busy === 1 ? 'is' : 'are'} ready.`
    return { tone: 'good', text: `Nothing waits and nothing runs.${who}`, action: null }
  }
  const oldestMs = oldestPendingAtMs === null ? 0 : nowMs - oldestPendingAtMs
  const isStill = flow.donePerSecond + flow.failedPerSecond === 0 && counts['in-progress'] === 0
  if (isStill) {
    const waits = counts.pending === 1 ? 'waits' : 'wait'
    const text = `${countOf(counts.pending, 'task')} ${waits}, and nothing moves just now.`
    return { tone: oldestMs > STILL_MS ? 'warn' : 'good', text, action: goTo('Show pending', 'pending') }
  }
  const oldest =
    oldestPendingAtMs === null ? 'nothing waits' : `the oldest task waits ${toWaitWords(oldestMs)}`
  const ended = flow.donePerSecond + flow.failedPerSecond
  const pace =
    ended > 0
      ? `${formatRate(ended)} tasks a second are finished`
      : `${countOf(counts['in-progress'], 'task')} in progress`
  return { tone: 'good', text: `Tasks flow: ${pace}, ${oldest}.`, action: null }
}

function toWaitWords(ms: number): string {
  return ms < 1_000 ? 'less than a second' : `for ${formatSpan(ms)}`
}

function isAtWork({ liveness }: NodeSummary): boolean {
  return liveness === 'alive' || liveness === 'active'
}

function goTo(label: string, state: 'pending' | 'failed' | 'scheduled'): FindingAction {
  return { kind: 'go', label, place: { kind: 'list', list: { state, node: null } } }
}
