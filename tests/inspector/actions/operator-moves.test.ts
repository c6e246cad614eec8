import { writeFileSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TaskState } from '../../../shared/contract/model.ts'
import { OperatorMoves } from '../../../shared/inspector/operator-moves.ts'
import { PlaceSet } from '../../../shared/inspector/place-set.ts'
import { FemtoQueue } from '../../../shared/queue/index.ts'
import { openActs } from '../../helpers/acts.ts'
import type { OpenedActs } from '../../helpers/acts.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../../helpers/queue-dirs.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const NO_WORK = { pushed: 0, claimed: 0, done: 0, failed: 0 }
const idOf = (number: number) => `17954184${String(number).padStart(8, '0')}_${'a'.repeat(32)}`

async function openQueue(state: string, tasks: number): Promise<OpenedActs & { readonly dir: string }> {
  const nodes = ['failed', 'done', 'pending', 'scheduled'].includes(state) ? [] : [state]
  const dir = makeEmptyQueue(makeTempDir(), nodes)
  for (let number = 0; number < tasks; number++) writeTask(dir, state, idOf(number), 'x')
  for (const node of nodes) utimesSync(path.join(dir, node), 1, 1)
  return { dir, ...(await openActs(dir, makeTempDir('state'))) }
}

/** Until the index shows exactly these, and nothing else. */
async function waitForLists({ session }: OpenedActs, expected: Partial<Record<TaskState, number>>) {
  const states = ['pending', 'scheduled', 'in-progress', 'done', 'failed', 'held', 'trash'] as const
  await waitUntil(JSON.stringify(expected), () =>
    states.every((state) => {
      const lists = session.tasksOf({ state, node: null })
      return lists.reduce((sum, { names }) => sum + names.length, 0) === (expected[state] ?? 0)
    }),
  )
}

describe('what a person moves is nobody’s work:', () => {
  it('a requeue and its undo are no failures, and the requeued came back', async () => {
    const acts = await openQueue('failed', 60)
    const { job } = await acts.perform('requeue', await acts.refs('failed', 60))
    await waitForLists(acts, { pending: 60 })
    expect(acts.session.transitions).toEqual({ ...NO_WORK, released: 60 })
    await acts.undo(job.operationId)
    await waitForLists(acts, { failed: 60 })
    expect(acts.session.transitions).toEqual({ ...NO_WORK, released: 60 })
  })

  it('neither is a large act, at which the watch rests', async () => {
    const acts = await openQueue('failed', 2_500)
    const { job } = await acts.performOn(await acts.freeze('failed', 2_500), 'requeue')
    await waitForLists(acts, { pending: 2_500 })
    await acts.undo(job.operationId)
    await waitForLists(acts, { failed: 2_500 })
    expect(acts.session.transitions).toEqual({ ...NO_WORK, released: 2_500 })
  })

  it.each([
    ['mark-done', 'pending', { done: 8 }],
    ['fail', 'pending', { failed: 8 }],
    ['requeue', 'done', { pending: 8 }],
  ] as const)('%s from %s counts as none, nor does its undo', async (action, state, then) => {
    const acts = await openQueue(state, 8)
    const { job } = await acts.perform(action, await acts.refs(state, 8))
    await waitForLists(acts, then)
    await acts.undo(job.operationId)
    await waitForLists(acts, { [state]: 8 })
    expect(acts.session.transitions).toMatchObject(NO_WORK)
  })

  it('nor is an act that was undone before anybody looked', async () => {
    const acts = await openQueue('pending', 40)
    const { job } = await acts.perform('mark-done', await acts.refs('pending', 40))
    await acts.undo(job.operationId)
    await acts.session.rescan()
    await waitForLists(acts, { pending: 40 })
    expect(acts.session.transitions).toMatchObject(NO_WORK)
  })

  it.each(['release', 'fail', 'mark-done'] as const)(
    '%s from a node, and its undo, are no claims and no ends of that node',
    async (action) => {
      const acts = await openQueue('worker-a', 6)
      const { job } = await acts.perform(action, await acts.refs('in-progress', 6, 'worker-a'))
      const state = { release: 'pending', fail: 'failed', 'mark-done': 'done' } as const
      await waitForLists(acts, { [state[action]]: 6 })
      // A release has no undo.
      if (job.operationId !== null) {
        await acts.undo(job.operationId)
        await waitForLists(acts, { 'in-progress': 6 })
      }
      expect(acts.session.transitions).toMatchObject(NO_WORK)
      const [figures] = await acts.session.nodeFigures('worker-a', 0)
      expect(figures).toMatchObject({ claimedLastMinute: 0, endedLastMinute: 0 })
      expect(acts.session.timings('hour')).toMatchObject({ wait: null, run: null })
    },
  )

  it('a cure that moves a task to failed is no failure, nor is its undo', async () => {
    const acts = await openQueue('pending', 0)
    writeFileSync(path.join(acts.dir, 'pending', idOf(1)), Buffer.from([1, 2, 3]))
    const problem = await waitUntil('the problem', async () => {
      await acts.session.judgeHeads()
      const problems = await acts.session.problems.list()
      return problems.find(({ cures }) => cures.some(({ cureId }) => cureId === 'to-failed'))
    })
    const before = { ...acts.session.transitions }
    const { undoId } = await acts.session.problems.cure(problem.problemId, 'to-failed')
    await waitForLists(acts, { failed: 1 })
    await acts.session.problems.undoCure(undoId ?? '')
    await waitForLists(acts, { pending: 1 })
    expect(acts.session.transitions).toEqual({ ...before, released: before.released + 1 })
  })

  it('what workers then do with the very same tasks counts', async () => {
    const acts = await openQueue('failed', 5)
    const worker = new FemtoQueue({ dataDir: acts.dir, nodeId: 'worker-a' })
    onTestFinished(() => worker.close())
    const { job } = await acts.perform('requeue', await acts.refs('failed', 5))
    await waitForLists(acts, { pending: 5 })
    await acts.undo(job.operationId)
    await waitForLists(acts, { failed: 5 })
    await acts.perform('requeue', await acts.refs('failed', 5))
    await waitForLists(acts, { pending: 5 })
    for (let task = worker.pop(); task !== null; task = worker.pop()) worker.fail(task)
    await waitForLists(acts, { failed: 5 })
    await waitUntil('the claims', () => acts.session.transitions.claimed === 5)
    expect(acts.session.transitions).toMatchObject({ pushed: 0, claimed: 5, done: 0, failed: 5 })
  })
})

describe('the memory of people’s moves', () => {
  const at = (dir: string, name: string) => ({ dir, name })
  const placesOf = (dir: string, name: string): PlaceSet => {
    const places = new PlaceSet()
    places.add(dir, name)
    return places
  }

  it('ends with the look that sees them arrive, or leave again', () => {
    let nowMs = 0
    const moves = new OperatorMoves(() => nowMs)
    moves.note(at('failed', '1_a'), at('pending', '2_1_a'))
    moves.note(at('failed', '3_c'), at('done', '3_c'))
    nowMs = 10
    moves.settle(
      new Map([['pending', { arrived: ['2_1_a'], vanished: new Set<string>(), passed: [] }]]),
      placesOf('done', '3_c'),
      5,
    )
    expect(moves.size).toBe(0)
  })

  it('keeps what was put back while a look saw it gone', () => {
    const moves = new OperatorMoves(() => 10)
    moves.note(at('pending', '2_1_a'), at('failed', '1_a'))
    moves.settle(new Map(), placesOf('failed', '1_a'), 5)
    expect(moves.has('failed', '1_a')).toBe(true)
  })

  it('ends after half a minute where no look came, and has a bound', () => {
    let nowMs = 0
    const moves = new OperatorMoves(() => nowMs)
    for (let task = 0; task < 500_100; task++) moves.note(at('failed', `${task}_x`), at('done', `${task}_x`))
    expect(moves.size).toBeLessThanOrEqual(500_000)
    expect(moves.size).toBeGreaterThan(400_000)
    expect([moves.has('done', '0_x'), moves.has('done', '500099_x')]).toEqual([false, true])
    nowMs = 30_000
    moves.settle(new Map(), new PlaceSet(), nowMs)
    expect(moves.size).toBe(0)
  })

  it('holds nothing of places that nobody counts', () => {
    const moves = new OperatorMoves(() => 0)
    moves.note(at('pending', '1_a'), at('failed/.held', '1_a'))
    expect(moves.size).toBe(0)
  })
})
