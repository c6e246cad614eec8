import { describe, expect, it } from 'vitest'
import { toTakeoverWords } from '../../renderer/views/nodes/takeover.ts'
import { toFindings } from '../../renderer/views/overview/findings.ts'
import { withoutLeadingGap } from '../../renderer/views/overview/leading-gap.ts'
import { toSpanWords } from '../../renderer/views/overview/Times.tsx'
import type { History, NodeClaim } from '../../shared/contract/insight.ts'
import type { NodeSummary, QueueUpdate } from '../../shared/contract/model.ts'

const NOW_MS = 1_800_000_000_000
const NONE = { pending: 0, 'in-progress': 0, scheduled: 0, failed: 0, done: 0, held: 0, trash: 0 }
const STILL = {
  pushedPerSecond: 0,
  claimedPerSecond: 0,
  donePerSecond: 0,
  failedPerSecond: 0,
  releasedPerSecond: 0,
}

function toUpdate(patch: Partial<QueueUpdate>): QueueUpdate {
  return {
    access: { canWrite: true, reason: null, canUnlock: true },
    revision: 1,
    atMs: NOW_MS,
    counts: NONE,
    listRevisions: NONE,
    nodes: [],
    problems: 0,
    oldestPendingAtMs: null,
    firstDueAtMs: null,
    flow: STILL,
    health: { mode: 'live', reason: null, reconciledAtMs: null },
    ...patch,
  }
}

function toNode(liveness: NodeSummary['liveness'], tasks = 0, silentMs = 0): NodeSummary {
  return { node: 'mailer', tasks, liveness, lastActivityAtMs: NOW_MS - silentMs, livenessReason: '' }
}

function toHistory(patch: Partial<History> = {}): History {
  const zeros = Array.from({ length: 360 }, () => 0)
  const counts = { pending: zeros, 'in-progress': zeros, scheduled: zeros, failed: zeros, done: zeros }
  const rates = { pushed: zeros, claimed: zeros, done: zeros, failed: zeros, released: zeros }
  return {
    range: 'hour',
    stepMs: 10_000,
    fromMs: NOW_MS - 3_600_000,
    ...rates,
    totals: NO_TASKS,
    oldestPendingMs: zeros,
    counts,
    isKept: true,
    ...patch,
  }
}

const NO_TASKS = { pushed: 0, claimed: 0, done: 0, failed: 0, released: 0 }
const constant = (value: number | null, length = 360) => Array.from({ length }, () => value)
const textsOf = (update: QueueUpdate, history: History | null = null) =>
  toFindings(update, history, NOW_MS).map(({ text }) => text)

describe('what matters now', () => {
  it('is that nobody takes tasks, before anything else', () => {
    const update = toUpdate({
      counts: { ...NONE, pending: 214 },
      oldestPendingAtMs: NOW_MS - 720_000,
      nodes: [toNode('dead', 4)],
      problems: 1,
    })
    expect(textsOf(update)).toEqual([
      'No worker takes tasks: 214 tasks wait, the oldest for 12 min.',
      'mailer is dead and still holds 4 tasks.',
      '1 problem was found in the queue’s directory.',
    ])
    expect(toFindings(update, null, NOW_MS)[1]?.action).toEqual({
      kind: 'return-tasks',
      label: 'Return its 4 tasks',
      node: 'mailer',
    })
  })

  it('is that many tasks fail, once enough have ended to tell', () => {
    const update = toUpdate({ counts: { ...NONE, failed: 9 }, nodes: [toNode('alive')] })
    expect(textsOf(update, toHistory({ totals: { ...NO_TASKS, failed: 3_600, done: 3_600 } }))).toEqual([
      '50 % of the tasks that ended in the last hour have failed.',
    ])
    const few = { ...NO_TASKS, failed: 2 }
    expect(textsOf(update, toHistory({ totals: few }))[0]).not.toContain('failed')
  })

  it('says of failures in one line how many there are, why, and what share fails', () => {
    const update = toUpdate({ counts: { ...NONE, failed: 9 }, nodes: [toNode('alive')] })
    const history = toHistory({ totals: { ...NO_TASKS, failed: 30, done: 30 } })
    const group = { title: 'Boom', example: 'Boom', count: 7, firstAtMs: 0, lastAtMs: NOW_MS, expression: '' }
    const groups = { by: 'reasons', looked: 9, total: 9, groups: [group, { ...group, count: 2 }] } as const
    expect(toFindings(update, history, NOW_MS, { ...groups, groups: [...groups.groups] })).toMatchObject([
      {
        kind: 'failures',
        tone: 'bad',
        text: '9 tasks failed, the last now. 7 of them: Boom. 50 % of the tasks that ended in the last hour have failed.',
      },
    ])
  })

  it('has one line for all nodes of a kind, and the worst lines first', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((node) => Object.assign(toNode('dead', 2), { node }))
    const silent = [1, 2].map((at) => Object.assign(toNode('quiet', 1, 900_000), { node: `s${at}` }))
    const update = toUpdate({
      counts: { ...NONE, pending: 5 },
      nodes: [...nodes, ...silent],
      problems: 2,
      firstDueAtMs: NOW_MS - 60_000,
    })
    const growing = toHistory({ pushed: constant(3), claimed: constant(1) })
    expect(toFindings(update, growing, NOW_MS).map(({ kind }) => kind)).toEqual([
      'no-worker',
      'dead',
      'silent',
      'overdue',
      'problems',
    ])
    expect(textsOf(update)[1]).toBe('4 nodes are dead and still hold 8 tasks: a, b, c and 1 more.')
    expect(textsOf(update)[2]).toContain('2 nodes have been silent for over 10 min and hold 2 tasks: s1, s2.')
  })

  it('is that the backlog grows', () => {
    const update = toUpdate({ counts: { ...NONE, pending: 9, 'in-progress': 1 }, nodes: [toNode('alive')] })
    const growing = toHistory({ pushed: constant(3), claimed: constant(1) })
    expect(textsOf(update, growing)).toEqual(['The backlog grows by 120 tasks a minute.'])
    expect(textsOf(update, toHistory({ pushed: constant(3), claimed: constant(3) }))[0]).toMatch(
      /^Tasks flow/,
    )
  })

  it('is that tasks wait and nothing moves', () => {
    const update = toUpdate({
      counts: { ...NONE, pending: 9 },
      nodes: [toNode('active')],
      oldestPendingAtMs: 0,
    })
    expect(toFindings(update, null, NOW_MS)).toMatchObject([
      { tone: 'warn', text: '9 tasks wait, and nothing moves just now.' },
    ])
  })

  it('is a node that has been silent for long with tasks, and no shorter silence', () => {
    expect(textsOf(toUpdate({ nodes: [toNode('quiet', 1, 900_000)] }))[0]).toContain('silent for 15 min')
    expect(textsOf(toUpdate({ nodes: [toNode('quiet', 1, 60_000)] }))[0]).not.toContain('silent')
  })

  it('is that all is well, where it is', () => {
    expect(textsOf(toUpdate({ nodes: [toNode('alive')] }))).toEqual([
      'Nothing waits and nothing runs. 1 node is ready.',
    ])
  })

  it('is that the directory is gone, and nothing that was seen before', () => {
    const health = { mode: 'lost', reason: 'gone', reconciledAtMs: null } as const
    expect(textsOf(toUpdate({ health, problems: 3 }))).toHaveLength(1)
  })
})

describe('a history that is shown', () => {
  it('leaves out the time before anybody watched, but keeps gaps and at least ten minutes', () => {
    const old = toHistory({
      pushed: [...constant(null, 100), ...constant(1, 100), ...constant(null, 60), ...constant(1, 100)],
    })
    const shown = withoutLeadingGap(old)
    expect(shown.pushed).toHaveLength(260)
    expect(shown.pushed.slice(100, 160)).toEqual(constant(null, 60))
    expect(shown.fromMs).toBe(old.fromMs + 100 * old.stepMs)
    const young = withoutLeadingGap(toHistory({ pushed: [...constant(null, 358), 1, 1] }))
    expect(young.pushed).toHaveLength(60)
  })

  it('claims no finer time than was seen', () => {
    expect(toSpanWords(40, 0.5)).toBe('< 0.1 s')
    expect(toSpanWords(40, 0)).toBe('40 ms')
    expect(toSpanWords(4_000, 1)).toBe('4 s')
    expect(toSpanWords(0.5, 0)).toBe('< 1 ms')
  })
})

describe('who may take the claims of a node', () => {
  const claim = (byPythonMsAgo: number, byOursMsAgo: number): NodeClaim => ({
    ref: { state: 'in-progress', node: 'w', name: '1_x', inode: '1', device: '1' },
    taskId: '1_x',
    enteredAtMs: NOW_MS,
    takeover: { byPythonAtMs: NOW_MS - byPythonMsAgo, byOursAtMs: NOW_MS - byOursMsAgo },
  })

  it('is nobody while all leases are fresh', () => {
    expect(toTakeoverWords([claim(-1, -1)], 1, NOW_MS)).toBeNull()
  })

  it('is a Python worker where only the number in the name is old', () => {
    expect(toTakeoverWords([claim(12_000, -1)], 1, NOW_MS)).toBe(
      'Its task may be taken by a Python worker since 12 s.',
    )
  })

  it('is any other worker where the lease is stale, said of as many tasks as were looked at', () => {
    expect(toTakeoverWords([claim(9_000, 5_000), claim(9_000, -1)], 2, NOW_MS)).toBe(
      '1 of its 2 tasks may be taken by any other worker since 5 s.',
    )
    expect(toTakeoverWords([claim(1, 5_000)], 200, NOW_MS)).toMatch(/^At least 1 task /)
  })
})
