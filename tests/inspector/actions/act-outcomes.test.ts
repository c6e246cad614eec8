import { readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ActOutcome } from '../../../shared/contract/work.ts'
import { openActs } from '../../helpers/acts.ts'
import type { OpenedActs } from '../../helpers/acts.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../../helpers/queue-dirs.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const toName = (at: number): string => `${1_795_418_499_000_000 + at}_${String(at).padStart(32, '0')}`
const FAILED = { state: 'failed', node: null } as const

function makeQueue(tasks: number): string {
  const dir = makeEmptyQueue(makeTempDir(), ['worker-a'])
  for (let at = 0; at < tasks; at++) writeTask(dir, 'failed', toName(at), `${at}`)
  return dir
}

/** The outcome once the index has seen what was moved. */
async function outcomeOf(
  acts: OpenedActs,
  operationId: string | null,
  isSeen: (outcome: ActOutcome) => boolean,
): Promise<ActOutcome> {
  let last: ActOutcome | null = null
  await waitUntil('the outcome', async () => {
    last = await acts.acts.outcome(operationId ?? '')
    return last !== null && isSeen(last)
  })
  if (last === null) throw new Error('nothing is known of it')
  return last
}

describe('what became of the tasks of an act', () => {
  it('is told by where each is now, to the last of them, also after a restart', async () => {
    const dir = makeQueue(8)
    const stateDir = makeTempDir('state')
    const before = await openActs(dir, stateDir)
    const { job, outcomes } = await before.perform('requeue', await before.refs('failed', 8))
    await outcomeOf(before, job.operationId, ({ states }) => states.pending === 8)
    const names = outcomes.map(({ newName }) => newName ?? '')
    const move = (at: number, to: string): void =>
      renameSync(path.join(dir, 'pending', names[at] ?? ''), path.join(dir, to))
    // Workers of either kind keep the name or give the first one back.
    move(0, `done/${toName(0)}`)
    move(1, `done/${names[1]}`)
    move(2, `failed/${toName(2)}`)
    move(3, `failed/${toName(3)}`)
    move(4, `worker-a/${names[4]}`)
    rmSync(path.join(dir, 'pending', names[5] ?? ''))
    const isSeen = ({ states, notFound }: ActOutcome): boolean => states.failed === 2 && notFound === 1
    const states = { pending: 2, 'in-progress': 1, scheduled: 0, failed: 2, done: 2, held: 0, trash: 0 }
    expect(await outcomeOf(before, job.operationId, isSeen)).toEqual({
      operationId: job.operationId,
      moved: 8,
      looked: 8,
      states,
      hadFailed: true,
      notFound: 1,
    })
    await before.close()
    const after = await openActs(dir, stateDir)
    expect(await outcomeOf(after, job.operationId, isSeen)).toMatchObject({ states, notFound: 1 })
  })

  it('says of tasks that were done before not that they failed again', async () => {
    const dir = makeQueue(2)
    for (const at of [0, 1])
      renameSync(path.join(dir, 'failed', toName(at)), path.join(dir, 'done', toName(at)))
    const acts = await openActs(dir, makeTempDir('state'))
    const { job } = await acts.perform('requeue', await acts.refs('done', 2))
    const outcome = await outcomeOf(acts, job.operationId, ({ states }) => states.pending === 2)
    expect(outcome.hadFailed).toBe(false)
  })

  it('leads to exactly those that failed again, and follows them', async () => {
    const dir = makeQueue(6)
    const acts = await openActs(dir, makeTempDir('state'))
    const refs = await acts.refs('failed', 6)
    const { job, outcomes } = await acts.perform('requeue', refs.slice(0, 4))
    const fail = (at: number): void =>
      renameSync(path.join(dir, 'pending', outcomes[at]?.newName ?? ''), path.join(dir, 'failed', toName(at)))
    fail(0)
    fail(2)
    await outcomeOf(acts, job.operationId, ({ states }) => states.failed === 2)
    const { queryId } = await acts.acts.openQuery(FAILED, `act:${job.operationId}`)
    const found = (): string[] => acts.session.names(FAILED, 'oldest', 0, 10, queryId).map(({ name }) => name)
    await waitUntil('both', () => found().length === 2)
    expect(found()).toEqual([toName(0), toName(2)])
    fail(3)
    writeTask(dir, 'failed', toName(9), 'another')
    await waitUntil('the third', () => found().length === 3)
    expect(readdirSync(path.join(dir, 'failed'))).toContain(toName(9))
    expect(found()).toEqual([toName(0), toName(2), toName(3)])
  })

  it('is not told of an act that left nothing to workers, nor of one that is not known', async () => {
    const dir = makeQueue(2)
    const acts = await openActs(dir, makeTempDir('state'))
    const { job } = await acts.perform('delete', await acts.refs('failed', 2))
    expect(await acts.acts.outcome(job.operationId ?? '')).toBeNull()
    expect(await acts.acts.outcome('unknown')).toBeNull()
    await expect(acts.acts.openQuery(FAILED, 'act:unknown')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})
