import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TaskState } from '../../../shared/contract/model.ts'
import { parseTaskName } from '../../../shared/queue/index.ts'
import { openActs } from '../../helpers/acts.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../../helpers/queue-dirs.ts'

const ID = '1795418499713046_000102030405060708090a0b0c0d0e0f'
const LEASE = `1795418500000000_${ID}`

const namesIn = (dir: string, at: string): string[] =>
  existsSync(path.join(dir, at))
    ? readdirSync(path.join(dir, at)).filter((name) => !name.startsWith('.'))
    : []

/** Old enough that its node shows no sign of life. */
function makeQuiet(dir: string, node: string): void {
  utimesSync(path.join(dir, node), 1, 1)
}

async function open(...nodes: string[]) {
  const dir = makeEmptyQueue(makeTempDir(), nodes)
  return { dir, open: () => openActs(dir, makeTempDir('state')) }
}

describe('an action moves a task', () => {
  it.each([
    ['hold', 'pending', ID, 'failed/.held', ID],
    ['hold', 'pending', `${LEASE}~3`, 'failed/.held', `${LEASE}~3`],
    ['fail', 'pending', `${LEASE}~3`, 'failed', ID],
    ['mark-done', 'pending', ID, 'done', ID],
    ['delete', 'scheduled', LEASE, 'failed/.trash/scheduled', LEASE],
    ['delete', 'done', ID, 'failed/.trash/done', ID],
    ['delete', 'failed', ID, 'failed/.trash/failed', ID],
  ] as const)('%s: %s/%s to %s/%s, and back by undo', async (action, state, name, toDir, toName) => {
    const { dir, open: openIt } = await open()
    writeTask(dir, state, name, 'payload')
    const bytes = readFileSync(path.join(dir, state, name))
    const acts = await openIt()
    const { job, outcomes } = await acts.perform(action, await acts.refs(state, 1))
    expect(job).toMatchObject({ phase: 'done', moved: 1, skipped: 0, failed: 0 })
    expect(outcomes[0]).toMatchObject({ name, newName: toName, taskId: ID })
    expect(readFileSync(path.join(dir, toDir, toName))).toEqual(bytes)
    const undone = await acts.undo(job.operationId)
    expect(undone.job).toMatchObject({ phase: 'done', undoes: action, moved: 1 })
    expect(namesIn(dir, state)).toEqual([name])
    expect(namesIn(dir, toDir)).toEqual([])
  })

  it.each([
    ['fail', 'failed', ID],
    ['mark-done', 'done', ID],
    ['delete', 'failed/.trash/pending', `${LEASE}~1`],
  ] as const)(
    '%s: from a node to %s, with its count of claims, and back by undo',
    async (action, toDir, toName) => {
      const { dir, open: openIt } = await open('worker-a')
      writeTask(dir, 'worker-a', LEASE, 'payload')
      makeQuiet(dir, 'worker-a')
      const acts = await openIt()
      const { job } = await acts.perform(action, await acts.refs('in-progress', 1, 'worker-a'))
      expect(job).toMatchObject({ moved: 1 })
      expect(namesIn(dir, toDir)).toEqual([toName])
      await acts.undo(job.operationId)
      expect(namesIn(dir, 'worker-a')).toEqual([LEASE])
    },
  )

  it('to the back, to the front and to a time, always under its own identity', async () => {
    const { dir, open: openIt } = await open()
    writeTask(dir, 'pending', '1795418499713050_b', 'waits')
    const at = Date.now() + 3_600_000
    for (const name of ['1795418499713040_a', '1795418499713060_c', '1795418499713070_d'])
      writeTask(dir, 'failed', name, 'x')
    const acts = await openIt()
    const [a, c, d] = await acts.refs('failed', 3)
    if (a === undefined || c === undefined || d === undefined) throw new Error('three were written')
    await acts.perform('requeue', [a], { kind: 'front' })
    await acts.perform('requeue', [c], { kind: 'back' })
    await acts.perform('requeue', [d], { kind: 'at', atMs: at })
    const pending = namesIn(dir, 'pending').toSorted()
    expect(pending.map((name) => parseTaskName(name)?.originalId)).toEqual([
      a.name,
      '1795418499713050_b',
      c.name,
    ])
    expect(namesIn(dir, 'scheduled')).toEqual([`${at}000_${d.name}`])
  })

  it('reschedules any number to one moment without putting two on one name', async () => {
    const { dir, open: openIt } = await open()
    const at = Date.now() + 3_600_000
    // One task twice: Python finishes a stamped name as it is.
    for (const name of [ID, `1795418500000000_${ID}`, `1795418600000000_${ID}`, '5_other'])
      writeTask(dir, 'scheduled', name, name)
    const acts = await openIt()
    const { job } = await acts.perform('reschedule', await acts.refs('scheduled', 4), {
      kind: 'at',
      atMs: at,
    })
    expect(job).toMatchObject({ moved: 4 })
    expect(namesIn(dir, 'scheduled').toSorted()).toEqual([
      `${at}000_${ID}`,
      `${at}000_5_other`,
      `${at}001_${ID}`,
      `${at}002_${ID}`,
    ])
    await acts.undo(job.operationId)
    for (const name of namesIn(dir, 'scheduled'))
      expect(
        readFileSync(path.join(dir, 'scheduled', name))
          .subarray(24)
          .toString(),
      ).toBe(name)
  })

  it('never onto a name that is in use', async () => {
    const { dir, open: openIt } = await open('worker-a')
    writeTask(dir, 'done', ID, 'finished before')
    writeTask(dir, 'worker-a', LEASE, 'runs again')
    makeQuiet(dir, 'worker-a')
    const acts = await openIt()
    const { outcomes } = await acts.perform('mark-done', await acts.refs('in-progress', 1, 'worker-a'))
    expect(
      readFileSync(path.join(dir, 'done', ID))
        .subarray(24)
        .toString(),
    ).toBe('finished before')
    expect(parseTaskName(outcomes[0]?.newName ?? '')?.originalId).toBe(ID)
    expect(namesIn(dir, 'done')).toHaveLength(2)
  })

  it('from the trash to where it was deleted from; a waiting one to the back', async () => {
    const { dir, open: openIt } = await open()
    const states = ['pending', 'scheduled', 'failed', 'done'] as const
    for (const state of states) writeTask(dir, state, LEASE, state)
    const acts = await openIt()
    for (const state of states) await acts.perform('delete', await acts.refs(state, 1))
    const { job } = await acts.perform('restore', await acts.refs('trash', 4))
    expect(job).toMatchObject({ moved: 4 })
    for (const state of ['scheduled', 'failed', 'done']) expect(namesIn(dir, state)).toEqual([LEASE])
    const [pending = ''] = namesIn(dir, 'pending')
    expect(pending > LEASE).toBe(true)
    expect(parseTaskName(pending)?.originalId).toBe(ID)
  })

  it('out of the trash for good, and out of nowhere else', async () => {
    const { dir, open: openIt } = await open()
    writeTask(dir, 'failed', ID, 'x')
    const acts = await openIt()
    const failed = await acts.refs('failed', 1)
    await expect(acts.perform('purge', failed)).rejects.toMatchObject({ code: 'NOT_ALLOWED_IN_STATE' })
    await acts.perform('delete', failed)
    const { job } = await acts.perform('purge', await acts.refs('trash', 1))
    expect(job).toMatchObject({ moved: 1, operationId: null, noUndoReason: null })
    expect(namesIn(dir, 'failed/.trash/failed')).toEqual([])
  })
})

describe('an action leaves alone', () => {
  it('what a worker took between click and effect, and names the worker', async () => {
    const { dir, open: openIt } = await open('worker-b')
    for (const name of ['1_a', '2_b', '3_c']) writeTask(dir, 'failed', name, 'x')
    const acts = await openIt()
    const tasks = await acts.refs('failed', 3)
    renameSync(path.join(dir, 'failed/2_b'), path.join(dir, 'worker-b/2_b'))
    rmSync(path.join(dir, 'failed/3_c'))
    const { job, outcomes } = await acts.perform('requeue', tasks)
    expect(job).toMatchObject({ phase: 'done', total: 3, moved: 1, skipped: 2, failed: 0 })
    expect(outcomes.map(({ reason }) => reason)).toEqual([
      null,
      'Already taken by worker-b.',
      'Already gone: a worker took it, or somebody moved or removed it.',
    ])
    expect(acts.acts.results(job.jobId, 'skipped', 1, 5)).toMatchObject({
      total: 2,
      outcomes: [{ name: '3_c' }],
    })
    expect(acts.acts.results(job.jobId, 'moved', 0, 5)).toMatchObject({
      total: 1,
      outcomes: [{ name: '1_a' }],
    })
  })

  it('a task that another window moved meanwhile, and says where it went', async () => {
    const { dir, open: openIt } = await open()
    for (const name of ['1_a', '2_b']) writeTask(dir, 'failed', name, 'x')
    const one = await openIt()
    const other = await openIt()
    const tasks = await other.refs('failed', 2)
    await one.perform('requeue', await one.refs('failed', 2))
    await other.refs('pending', 2)
    const { job } = await other.perform('requeue', tasks)
    expect(job).toMatchObject({ moved: 0, skipped: 2, operationId: null })
    expect(job.reasons).toEqual([{ reason: 'Already moved to pending.', count: 2 }])
    expect(namesIn(dir, 'pending')).toHaveLength(2)
  })

  it('what is no regular file', async () => {
    const { dir, open: openIt } = await open()
    writeFileSync(path.join(dir, 'elsewhere'), 'precious')
    writeTask(dir, 'failed', '1_a', 'x')
    const acts = await openIt()
    const [task] = await acts.refs('failed', 1)
    if (task === undefined) throw new Error('one was written')
    rmSync(path.join(dir, 'failed/1_a'))
    symlinkSync(path.join(dir, 'elsewhere'), path.join(dir, 'failed/1_a'))
    const setId = await acts.freeze('failed', 1)
    expect((await acts.perform('delete', [task])).job).toMatchObject({ moved: 0, skipped: 1 })
    expect((await acts.performOn(setId, 'delete')).job).toMatchObject({ moved: 0, skipped: 1 })
    expect(readFileSync(path.join(dir, 'elsewhere'), 'utf8')).toBe('precious')
  })

  it('a task whose holder lives, when it is to be deleted; not what our own move left behind', async () => {
    const { dir, open: openIt } = await open('worker-a')
    for (const name of ['1_a', '2_b']) writeTask(dir, 'worker-a', name, 'x')
    const acts = await openIt()
    const tasks = await acts.refs('in-progress', 2, 'worker-a')
    const refused = await acts.perform('delete', tasks)
    expect(refused.job).toMatchObject({ moved: 0, skipped: 2 })
    expect(refused.outcomes[0]?.reason).toContain('worker-a seems to be alive')
    makeQuiet(dir, 'worker-a')
    expect((await acts.perform('delete', tasks.slice(0, 1))).job).toMatchObject({ moved: 1 })
    expect((await acts.perform('delete', tasks.slice(1))).job).toMatchObject({ moved: 1 })
  })

  it('everything where the place for it is no directory of the queue’s own', async () => {
    const { dir, open: openIt } = await open()
    writeTask(dir, 'pending', '1_a', 'x')
    const outside = makeTempDir('outside')
    symlinkSync(outside, path.join(dir, 'failed/.held'))
    const acts = await openIt()
    await expect(acts.perform('hold', await acts.refs('pending', 1))).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    })
    expect(readdirSync(outside)).toEqual([])
    expect(namesIn(dir, 'pending')).toEqual(['1_a'])
  })

  it('what has a second link under the name that it would get', async () => {
    const { dir, open: openIt } = await open()
    writeTask(dir, 'pending', ID, 'x')
    linkSync(path.join(dir, 'pending', ID), path.join(dir, 'done', ID))
    const acts = await openIt()
    const { outcomes } = await acts.perform('mark-done', await acts.refs('pending', 1))
    expect(namesIn(dir, 'pending')).toEqual([])
    expect(outcomes[0]?.newName).not.toBe(ID)
  })

  it.each<[TaskState, string]>([
    ['pending', 'requeue'],
    ['done', 'hold'],
    ['failed', 'release'],
  ])('a task that is %s, when asked to %s', async (state, action) => {
    const { dir, open: openIt } = await open()
    writeTask(dir, state, '1_a', 'x')
    const acts = await openIt()
    await expect(acts.perform(action as 'requeue', await acts.refs(state, 1))).rejects.toMatchObject({
      code: 'NOT_ALLOWED_IN_STATE',
    })
    expect(namesIn(dir, state)).toEqual(['1_a'])
  })
})
