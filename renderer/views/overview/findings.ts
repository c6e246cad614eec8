import type { History } from '../../../shared/contract/insight.ts'
import type { FailureGroups } from '../../../shared/contract/query.ts'
import type { NodeSummary, QueueUpdate } from '../../../shared/contract/model.ts'
import { toReasonWords } from '../../words/list-words.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { countOf, formatCount, formatRate, formatRelative, formatSpan } from '../../components/format.ts'
import type { Place } from '../../store/route.ts'

/** One thing that a person should know now: one of each kind at most, worst first. */
export interface Finding {
  readonly kind:
    | 'lost'
    | 'no-worker'
    | 'failures'
    | 'dead'
    | 'silent'
    | 'overdue'
    | 'problems'
    | 'backlog'
    | 'well'
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
/** Nodes named in one line. */
const MAX_NAMED = 3

const TONE_ORDER = { bad: 0, warn: 1, good: 2 } as const

/** What matters now, in one line each, of which the first three are seen at once; a queue that does well says so. */
export function toFindings(
  update: QueueUpdate,
  history: History | null,
  nowMs: number,
  groups: FailureGroups | null = null,
): Finding[] {
  if (update.health.mode === 'lost') {
    return [
      {
        kind: 'lost',
        tone: 'bad',
        text: 'The queue’s directory is gone or cannot be read: what is shown here is old.',
        action: null,
      },
    ]
  }
  const noWorker = withoutWorker(update, nowMs)
  const findings = [
    noWorker,
    failures(update, history, groups, nowMs),
    deadNodes(update.nodes),
    silentNodes(update.nodes, nowMs),
    overdue(update, nowMs),
    problems(update),
    // That nobody takes tasks tells as much.
    noWorker === null ? growing(history) : null,
  ].filter((finding) => finding !== null)
  if (findings.length === 0) return [well(update, nowMs)]
  return findings.toSorted((a, b) => TONE_ORDER[a.tone] - TONE_ORDER[b.tone])
}

function withoutWorker({ counts, nodes, oldestPendingAtMs }: QueueUpdate, nowMs: number): Finding | null {
  if (counts.pending === 0 || nodes.some(isAtWork)) return null
  const age = oldestPendingAtMs === null ? '' : `, the oldest for ${formatSpan(nowMs - oldestPendingAtMs)}`
  const waits = counts.pending === 1 ? 'waits' : 'wait'
  return {
    kind: 'no-worker',
    tone: 'bad',
    text: `No worker takes tasks: ${countOf(counts.pending, 'task')} ${waits}${age}.`,
    action: goTo('Show pending', 'pending'),
  }
}

/** How much fails, what lies in failed, and why most of it does: news within a day, else a reminder. */
function failures(
  { counts }: QueueUpdate,
  history: History | null,
  groups: FailureGroups | null,
  nowMs: number,
): Finding | null {
  if (counts.failed === 0) return null
  const share = toFailingWordsOrNull(history)
  const lying = toLyingWordsOrNull(counts.failed, groups, nowMs)
  if (share === null && lying === null) return null
  return {
    kind: 'failures',
    tone: share !== null || lying?.isNews === true ? 'bad' : 'warn',
    text: [lying?.words, share].filter((words) => typeof words === 'string').join(' '),
    action: goTo('Show failed', 'failed'),
  }
}

function toFailingWordsOrNull(history: History | null): string | null {
  if (history === null) return null
  const { failed, done } = history.totals
  const ended = failed + done
  if (ended < MIN_TASKS || failed / ended < FAILING_SHARE) return null
  const span = history.range === 'hour' ? 'last hour' : 'last day'
  return `${Math.round((100 * failed) / ended)} % of the tasks that ended in the ${span} have failed.`
}

function toLyingWordsOrNull(
  failed: number,
  groups: FailureGroups | null,
  nowMs: number,
): { readonly words: string; readonly isNews: boolean } | null {
  const [first, ...others] = groups?.groups ?? []
  if (groups === null || first === undefined) return null
  const lastAtMs = Math.max(first.lastAtMs, ...others.map((group) => group.lastAtMs))
  // Groups are asked for less often than counts come, and of the latest only: then a share of them would be of another number.
  const isOfAll = groups.looked === groups.total && groups.total === failed
  const share = isOfAll ? `${formatCount(first.count)} of them: ` : 'Commonest: '
  const most = others.length === 0 ? '' : share
  const why = `${most}${toReasonWords(first)}`
  return {
    words: `${countOf(failed, 'task')} failed, the last ${formatRelative(lastAtMs, nowMs)}. ${/[.!?…]$/.test(why) ? why : `${why}.`}`,
    isNews: nowMs - lastAtMs < NEWS_MS,
  }
}

function deadNodes(nodes: readonly NodeSummary[]): Finding | null {
  const dead = nodes.filter(({ liveness, tasks }) => liveness === 'dead' && tasks > 0)
  const [first] = dead
  if (first === undefined) return null
  const held = countOf(sumOf(dead), 'task')
  if (dead.length > 1) {
    return {
      kind: 'dead',
      tone: 'warn',
      text: `${countOf(dead.length, 'node')} are dead and still hold ${held}: ${toNameList(dead)}.`,
      action: goTo('Show in progress', 'in-progress'),
    }
  }
  return {
    kind: 'dead',
    tone: 'warn',
    text: `${toVisibleLine(first.node)} is dead and still holds ${held}.`,
    action: { kind: 'return-tasks', label: toReturnLabel(first.tasks), node: first.node },
  }
}

/** Shorter silence is many a long task. */
function silentNodes(nodes: readonly NodeSummary[], nowMs: number): Finding | null {
  const toSilenceMs = ({ lastActivityAtMs }: NodeSummary) => nowMs - (lastActivityAtMs ?? nowMs)
  const silent = nodes.filter(
    (node) => node.liveness === 'quiet' && node.tasks > 0 && toSilenceMs(node) >= SILENT_MS,
  )
  const [first] = silent
  if (first === undefined) return null
  const held = countOf(sumOf(silent), 'task')
  if (silent.length > 1) {
    return {
      kind: 'silent',
      tone: 'warn',
      text: `${countOf(silent.length, 'node')} have been silent for over ${formatSpan(SILENT_MS)} and hold ${held}: ${toNameList(silent)}.`,
      action: goTo('Show in progress', 'in-progress'),
    }
  }
  const place: Place = { kind: 'list', list: { state: 'in-progress', node: first.node } }
  return {
    kind: 'silent',
    tone: 'warn',
    text: `${toVisibleLine(first.node)} has been silent for ${formatSpan(toSilenceMs(first))} and holds ${held}.`,
    action: { kind: 'go', label: 'Show the node', place },
  }
}

function sumOf(nodes: readonly NodeSummary[]): number {
  return nodes.reduce((sum, { tasks }) => sum + tasks, 0)
}

/** "mailer-1, mailer-2 and 3 more" */
function toNameList(nodes: readonly NodeSummary[]): string {
  const named = nodes.slice(0, MAX_NAMED).map(({ node }) => toVisibleLine(node))
  const more = nodes.length - named.length
  return more === 0 ? named.join(', ') : `${named.join(', ')} and ${formatCount(more)} more`
}

export function toReturnLabel(tasks: number): string {
  return tasks === 1 ? 'Return its task' : `Return its ${countOf(tasks, 'task')}`
}

function overdue({ firstDueAtMs }: QueueUpdate, nowMs: number): Finding | null {
  if (firstDueAtMs === null || nowMs - firstDueAtMs < OVERDUE_MS) return null
  return {
    kind: 'overdue',
    tone: 'warn',
    text: `A scheduled task is overdue by ${formatSpan(nowMs - firstDueAtMs)}: workers move them to pending, and none does.`,
    action: goTo('Show scheduled', 'scheduled'),
  }
}

function problems({ problems: count }: QueueUpdate): Finding | null {
  if (count === 0) return null
  const what = count === 1 ? '1 problem was' : `${countOf(count, 'problem')} were`
  return {
    kind: 'problems',
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
    kind: 'backlog',
    tone: 'warn',
    text: `The backlog grows by ${formatRate(perMinute)} tasks a minute.`,
    action: goTo('Show pending', 'pending'),
  }
}

function well({ counts, flow, oldestPendingAtMs, nodes }: QueueUpdate, nowMs: number): Finding {
  const busy = nodes.filter(isAtWork).length
  if (counts.pending === 0 && counts['in-progress'] === 0) {
    const who = busy === 0 ? '' : ` ${countOf(busy, 'node')} ${busy === 1 ? 'is' : 'are'} ready.`
    return { kind: 'well', tone: 'good', text: `Nothing waits and nothing runs.${who}`, action: null }
  }
  const oldestMs = oldestPendingAtMs === null ? 0 : nowMs - oldestPendingAtMs
  const isStill = flow.donePerSecond + flow.failedPerSecond === 0 && counts['in-progress'] === 0
  if (isStill) {
    const waits = counts.pending === 1 ? 'waits' : 'wait'
    const text = `${countOf(counts.pending, 'task')} ${waits}, and nothing moves just now.`
    return {
      kind: 'well',
      tone: oldestMs > STILL_MS ? 'warn' : 'good',
      text,
      action: goTo('Show pending', 'pending'),
    }
  }
  const oldest =
    oldestPendingAtMs === null ? 'nothing waits' : `the oldest task waits ${toWaitWords(oldestMs)}`
  const ended = flow.donePerSecond + flow.failedPerSecond
  const pace =
    ended > 0
      ? `${formatRate(ended)} tasks a second are finished`
      : `${countOf(counts['in-progress'], 'task')} in progress`
  return { kind: 'well', tone: 'good', text: `Tasks flow: ${pace}, ${oldest}.`, action: null }
}

function toWaitWords(ms: number): string {
  return ms < 1_000 ? 'less than a second' : `for ${formatSpan(ms)}`
}

function isAtWork({ liveness }: NodeSummary): boolean {
  return liveness === 'alive' || liveness === 'active'
}

function goTo(label: string, state: 'pending' | 'in-progress' | 'failed' | 'scheduled'): FindingAction {
  return { kind: 'go', label, place: { kind: 'list', list: { state, node: null } } }
}
