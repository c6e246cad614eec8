import { describe, expect, it } from 'vitest'
import { applyRules, GRACE_MS, NO_MEMORY, NO_RULES, QUIET_MS } from '../../renderer/store/notifications.ts'
import type { Notice, NotificationRules, RuleMemory } from '../../renderer/store/notifications.ts'
import type { NodeSummary, QueueUpdate } from '../../shared/contract/model.ts'

const START_MS = 1_800_000_000_000

interface Seen {
  readonly failed?: number
  readonly pending?: number
  readonly liveness?: NodeSummary['liveness']
  readonly oldestPendingAtMs?: number | null
  readonly firstDueAtMs?: number | null
  readonly mode?: QueueUpdate['health']['mode']
}

function toUpdate(seen: Seen): QueueUpdate {
  const none = { pending: 0, 'in-progress': 0, scheduled: 0, failed: 0, done: 0, held: 0, trash: 0 }
  const node = { node: 'w', tasks: 0, lastActivityAtMs: null, livenessReason: '' }
  return {
    access: { canWrite: true, reason: null, canUnlock: true },
    revision: 1,
    atMs: 0,
    counts: { ...none, failed: seen.failed ?? 0, pending: seen.pending ?? 0 },
    listRevisions: none,
    nodes: seen.liveness === undefined ? [] : [{ ...node, liveness: seen.liveness }],
    problems: 0,
    oldestPendingAtMs: seen.oldestPendingAtMs ?? null,
    firstDueAtMs: seen.firstDueAtMs ?? null,
    flow: {
      pushedPerSecond: 0,
      claimedPerSecond: 0,
      donePerSecond: 0,
      failedPerSecond: 0,
      releasedPerSecond: 0,
    },
    health: { mode: seen.mode ?? 'live', reason: null, reconciledAtMs: null },
  }
}

/** Shows the rules one look after the other; answers what was said at each. */
function watch(
  rules: Partial<NotificationRules>,
  ...looks: readonly (readonly [atMs: number, seen: Seen])[]
): Notice[][] {
  let memory: RuleMemory = NO_MEMORY
  return looks.map(([atMs, seen]) => {
    const applied = applyRules(memory, toUpdate(seen), { ...NO_RULES, ...rules }, START_MS + atMs)
    memory = applied.memory
    return applied.notices.slice()
  })
}

const titles = (said: Notice[][]): string[][] => said.map((notices) => notices.map(({ title }) => title))

describe('new failures', () => {
  it('are told, but not those that lay there before', () => {
    const said = watch(
      { newFailures: true },
      [0, { failed: 7 }],
      [1_000, { failed: 7 }],
      [2_000, { failed: 8 }],
    )
    expect(titles(said)).toEqual([[], [], ['A task has failed']])
    expect(said[2]?.[0]?.place).toEqual({ kind: 'list', list: { state: 'failed', node: null } })
  })

  it('that come in a storm are one message a minute, with the count of all', () => {
    const storm = Array.from({ length: 50 }, (_, at) => [at * 1_000, { failed: at * 10 }] as const)
    const said = watch({ newFailures: true }, ...storm, [QUIET_MS + 1_500, { failed: 490 }])
    expect(titles(said).flat()).toEqual(['10 tasks have failed', '480 tasks have failed'])
  })

  it('are news again after the former ones were requeued', () => {
    const said = watch(
      { newFailures: true },
      [0, { failed: 5 }],
      [1_000, { failed: 0 }],
      [2_000, { failed: 1 }],
    )
    expect(titles(said).flat()).toEqual(['A task has failed'])
  })

  it('of the time before the rule was turned on are no news', () => {
    let memory: RuleMemory = NO_MEMORY
    for (const failed of [1, 20]) memory = applyRules(memory, toUpdate({ failed }), NO_RULES, START_MS).memory
    const { notices } = applyRules(
      memory,
      toUpdate({ failed: 20 }),
      { ...NO_RULES, newFailures: true },
      START_MS,
    )
    expect(notices).toEqual([])
  })

  it('say nothing of any payload', () => {
    const [, said] = watch({ newFailures: true }, [0, {}], [1_000, { failed: 3 }])
    expect(`${said?.[0]?.title} ${said?.[0]?.body}`).toBe('3 tasks have failed They lie in Failed.')
  })
})

describe('a backlog without a worker', () => {
  it('is told once it has lasted, once, and again only after somebody worked in between', () => {
    const alone = { pending: 4, liveness: 'quiet' } as const
    const said = watch(
      { noWorker: true },
      [0, alone],
      [GRACE_MS.noWorker - 1, alone],
      [GRACE_MS.noWorker, alone],
      [GRACE_MS.noWorker * 5, alone],
      [GRACE_MS.noWorker * 6, { pending: 4, liveness: 'alive' }],
      [GRACE_MS.noWorker * 7, alone],
      [GRACE_MS.noWorker * 8, alone],
    )
    expect(titles(said).map(({ length }) => length)).toEqual([0, 0, 1, 0, 0, 0, 1])
  })

  it('is none while nothing waits', () => {
    const said = watch(
      { noWorker: true },
      [0, { liveness: 'dead' }],
      [GRACE_MS.noWorker * 2, { liveness: 'dead' }],
    )
    expect(said.flat()).toEqual([])
  })
})

describe('other rules', () => {
  it('tell of a task that waits longer than the limit', () => {
    const waiting = { pending: 1, oldestPendingAtMs: START_MS }
    const said = watch(
      { oldestPendingMs: 300_000 },
      [299_000, waiting],
      [301_000, waiting],
      [302_000, waiting],
    )
    expect(titles(said)).toEqual([[], ['A task has waited for 5 min'], []])
  })

  it('tell of scheduled tasks that nobody makes due', () => {
    const overdue = { firstDueAtMs: START_MS - 1 }
    const said = watch({ overdue: true }, [0, overdue], [GRACE_MS.overdue, overdue])
    expect(titles(said)).toEqual([[], ['A scheduled task is overdue']])
  })

  it('are all off at first', () => {
    const worst = { failed: 9, pending: 9, oldestPendingAtMs: 1, firstDueAtMs: 1 }
    expect(watch({}, [0, {}], [1_000, worst], [1e9, worst]).flat()).toEqual([])
  })

  it('wait while the directory is lost or listed again: its numbers jump', () => {
    const said = watch(
      { newFailures: true },
      [0, { failed: 1 }],
      [1_000, { failed: 50, mode: 'catching-up' }],
      [2_000, { failed: 0, mode: 'lost' }],
      [3_000, { failed: 1 }],
    )
    expect(said.flat()).toEqual([])
  })
})
