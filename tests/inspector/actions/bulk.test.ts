import fs, {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { MOVED_ON_WORDS } from '../../../shared/contract/moved-on-words.ts'
import type { Job } from '../../../shared/contract/work.ts'
import { FrozenSets } from '../../../shared/inspector/actions/frozen-sets.ts'
import { openActs } from '../../helpers/acts.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../../helpers/queue-dirs.ts'

const MANY = 3_000
const toName = (at: number): string => `${1_795_418_499_000_000 + at}_${String(at).padStart(32, '0')}`

function makeQueue(tasks: number, state = 'failed'): string {
  const dir = makeEmptyQueue(makeTempDir(), ['worker-a'])
  for (let at = 0; at < tasks; at++) writeTask(dir, state, toName(at), `${at}`)
  return dir
}

const namesIn = (dir: string, at: string): string[] =>
  readdirSync(path.join(dir, at)).filter((name) => !name.startsWith('.'))

/** Makes the rename of the n-th file on fail with this code; gives what puts it right again. */
function failRenamesFrom(n: number, code: string): () => void {
  let count = 0
  const rename = fs.renameSync.bind(fs)
  const spy = vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
    if (String(to).includes('/pending/') && ++count >= n) throw Object.assign(new Error(code), { code })
    rename(from, to)
  })
  const restore = (): void => spy.mockRestore()
  onTestFinished(restore)
  return restore
}

describe('a bulk action', () => {
  it('acts on exactly what the list held at the click, in its order, and is undone as a whole', async () => {
    const dir = makeQueue(MANY)
    const acts = await openActs(dir, makeTempDir('state'))
    const setId = await acts.freeze('failed', MANY)
    writeTask(dir, 'failed', '99_later', 'came after the click')
    const { job } = await acts.performOn(setId, 'requeue')
    expect(job).toMatchObject({
      phase: 'done',
      total: MANY,
      moved: MANY,
      skipped: 0,
      failed: 0,
      perSecond: 0,
    })
    expect(namesIn(dir, 'failed')).toEqual(['99_later'])
    const ids = namesIn(dir, 'pending')
      .toSorted()
      .map((name) => name.slice(17))
    expect(ids).toEqual(Array.from({ length: MANY }, (_, at) => toName(at)))
    const undone = await acts.undo(job.operationId)
    expect(undone.job).toMatchObject({ phase: 'done', undoes: 'requeue', moved: MANY, skipped: 0 })
    expect(namesIn(dir, 'failed')).toHaveLength(MANY + 1)
    expect(namesIn(dir, 'pending')).toEqual([])
    await acts.refs('failed', MANY + 1)
  })

  it('skips what came under a frozen name after the click, though it was not looked at then', async () => {
    const dir = makeQueue(MANY)
    const acts = await openActs(dir, null)
    const setId = await acts.freeze('failed', MANY)
    const name = toName(7)
    rmSync(path.join(dir, 'failed', name))
    writeTask(dir, 'failed', name, 'another task')
    const { job, outcomes } = await acts.performOn(setId, 'requeue')
    expect(job).toMatchObject({ moved: MANY - 1, skipped: 1 })
    expect(outcomes[7]).toMatchObject({ name, result: 'skipped' })
    expect(namesIn(dir, 'failed')).toEqual([name])
  })

  it('acts on a range of rows, whichever end was clicked first', async () => {
    const dir = makeQueue(10)
    const acts = await openActs(dir, null)
    await acts.freeze('failed', 10)
    const place = (at: number) => ({ node: null, name: toName(at) })
    const list = { state: 'failed', node: null } as const
    const range = { from: place(6), to: place(3) }
    const set = await acts.acts.freeze({ list, queryId: null, range })
    expect(set.total).toBe(4)
    await acts.performOn(set.setId, 'delete')
    expect(namesIn(dir, 'failed/.trash/failed').toSorted()).toEqual([3, 4, 5, 6].map(toName))
  })

  it('stops when it is cancelled; the counts say how far it came, and undo brings that back', async () => {
    const dir = makeQueue(MANY)
    const acts = await openActs(dir, makeTempDir('state'))
    const setId = await acts.freeze('failed', MANY)
    const running = acts.acts.perform('requeue', { kind: 'set', setId }, { kind: 'back' })
    let jobId = ''
    for await (const jobs of acts.acts.followJobs(undefined)) {
      jobId = jobs[0]?.jobId ?? ''
      if (jobId !== '') break
    }
    acts.acts.cancel(jobId)
    const { job, outcomes } = await acts.toEnd(await running)
    expect(job.phase).toBe('cancelled')
    expect(job.moved).toBeLessThan(MANY)
    expect(outcomes).toHaveLength(job.moved)
    expect(namesIn(dir, 'pending')).toHaveLength(job.moved)
    if (job.operationId !== null) await acts.undo(job.operationId)
    expect(namesIn(dir, 'failed')).toHaveLength(MANY)
  })

  it.each([
    ['ENOSPC', 'disk is full'],
    ['EACCES', 'may not write'],
    ['EROFS', 'read-only'],
  ])('stops at %s in the middle, says why, and leaves the rest untouched', async (code, words) => {
    const dir = makeQueue(300)
    const acts = await openActs(dir, makeTempDir('state'))
    const setId = await acts.freeze('failed', 300)
    const repair = failRenamesFrom(200, code)
    const { job } = await acts.performOn(setId, 'requeue')
    repair()
    expect(job).toMatchObject({ phase: 'failed', total: 300, moved: 199, skipped: 0, failed: 0 })
    expect(job.error).toContain(words)
    expect(namesIn(dir, 'pending')).toHaveLength(199)
    expect(namesIn(dir, 'failed')).toHaveLength(101)
    expect((await acts.undo(job.operationId)).job).toMatchObject({ moved: 199, skipped: 0 })
    expect(namesIn(dir, 'failed')).toHaveLength(300)
  })

  it('tells each task that the disk refuses, and ends when it refuses many in a row', async () => {
    const dir = makeQueue(100)
    const acts = await openActs(dir, null)
    const setId = await acts.freeze('failed', 100)
    const repair = failRenamesFrom(51, 'EPERM')
    const { job, outcomes } = await acts.performOn(setId, 'requeue')
    repair()
    expect(job).toMatchObject({ phase: 'failed', moved: 50, failed: 20 })
    expect(outcomes[50]?.result).toBe('failed')
    expect(namesIn(dir, 'failed')).toHaveLength(50)
  })

  it('says in words that nothing can be undone where there is no place for a journal', async () => {
    const dir = makeQueue(1)
    const acts = await openActs(dir, null)
    const { job } = await acts.perform('requeue', await acts.refs('failed', 1))
    expect(job).toMatchObject({ moved: 1, operationId: null })
    expect(job.noUndoReason).toContain('no place for its journal')
    await expect(acts.undo('anything')).rejects.toMatchObject({ code: 'NOT_OFFERED' })
  })

  it('does not begin where its journal cannot be written; deletion for good does', async () => {
    const dir = makeQueue(2)
    const blocked = path.join(makeTempDir('state'), 'file')
    writeFileSync(blocked, '')
    const acts = await openActs(dir, path.join(blocked, 'below'))
    vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => void vi.restoreAllMocks())
    const [task] = await acts.refs('failed', 2)
    if (task === undefined) throw new Error('two were written')
    await expect(acts.perform('delete', [task])).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    expect(namesIn(dir, 'failed')).toHaveLength(2)
    renameSync(path.join(dir, 'failed', task.name), path.join(dir, 'failed/.trash/failed', task.name))
    expect((await acts.perform('purge', await acts.refs('trash', 1))).job).toMatchObject({ moved: 1 })
  })

  it('is counted as work under way, and is cut short when the queue is closed', async () => {
    const dir = makeQueue(MANY)
    const acts = await openActs(dir, makeTempDir('state'))
    const setId = await acts.freeze('failed', MANY)
    const running = acts.acts.perform('requeue', { kind: 'set', setId }, { kind: 'back' })
    let last: Job | undefined
    for await (const jobs of acts.acts.followJobs(undefined)) {
      last = jobs[0]
      if (last !== undefined) break
    }
    expect(acts.work.count).toBe(1)
    await acts.close()
    expect(acts.work.count).toBe(0)
    const job = await running
    expect(namesIn(dir, 'pending')).toHaveLength(job.moved)
  })
})

describe('undo', () => {
  it('works after a restart, refuses in words what a worker took, and does the rest', async () => {
    const dir = makeQueue(3)
    const stateDir = makeTempDir('state')
    const before = await openActs(dir, stateDir)
    const { job, outcomes } = await before.perform('requeue', await before.refs('failed', 3))
    await before.close()
    renameSync(path.join(dir, 'pending', outcomes[1]?.newName ?? ''), path.join(dir, 'worker-a', toName(1)))
    const after = await openActs(dir, stateDir)
    const { operations } = after.acts.operations(0, 10)
    const nextId = job.operationId
    expect(operations).toMatchObject([
      { kind: 'requeue', total: 3, moved: 3, undo: { nextId, turns: 0, back: null } },
    ])
    const undone = await after.undo(job.operationId)
    expect(undone.job).toMatchObject({ moved: 2, skipped: 1 })
    expect(undone.job.reasons).toEqual([{ reason: 'Already taken by worker-a.', count: 1 }])
    expect(namesIn(dir, 'failed').toSorted()).toEqual([toName(0), toName(2)])
    await expect(after.undo(job.operationId)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    // The undo stands with the act that it is about, and says how much of it came back.
    expect(after.acts.operations(0, 10)).toMatchObject({
      total: 1,
      operations: [
        { kind: 'requeue', moved: 3, undo: { nextId: undone.job.operationId, turns: 1, back: 2 } },
      ],
    })
  })

  it('that found nothing to move back says where the tasks are, and how many; the act is not called undone', async () => {
    const dir = makeQueue(4)
    const acts = await openActs(dir, makeTempDir('state'))
    const { job, outcomes } = await acts.perform('requeue', await acts.refs('failed', 4))
    for (const [at, { newName }] of outcomes.entries()) {
      const to = at < 3 ? 'done' : 'failed'
      renameSync(path.join(dir, 'pending', newName ?? ''), path.join(dir, to, toName(at)))
    }
    const undone = await acts.undo(job.operationId)
    expect(undone.job).toMatchObject({ moved: 0, skipped: 4 })
    expect(undone.job.reasons).toEqual([
      { reason: MOVED_ON_WORDS.done, count: 3 },
      { reason: MOVED_ON_WORDS.failed, count: 1 },
    ])
    expect(acts.acts.operations(0, 10).operations).toMatchObject([
      { kind: 'requeue', moved: 4, undo: { nextId: null, turns: 1, back: 0 } },
    ])
  })

  it('that the disk refused can be tried again', async () => {
    const dir = makeQueue(2)
    const acts = await openActs(dir, makeTempDir('state'))
    const { job } = await acts.perform('requeue', await acts.refs('failed', 2))
    const rename = fs.renameSync.bind(fs)
    const spy = vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (String(to).endsWith(toName(0))) throw Object.assign(new Error('EPERM'), { code: 'EPERM' })
      rename(from, to)
    })
    onTestFinished(() => spy.mockRestore())
    expect((await acts.undo(job.operationId)).job).toMatchObject({ moved: 1, failed: 1 })
    const [{ undo } = { undo: null }] = acts.acts.operations(0, 10).operations
    expect(undo).toEqual({ nextId: job.operationId, turns: 0, back: 1 })
    spy.mockRestore()
    expect((await acts.undo(job.operationId)).job).toMatchObject({ moved: 1, failed: 0 })
    expect(acts.acts.operations(0, 10).operations).toMatchObject([{ undo: { turns: 1, back: 2 } }])
    expect(namesIn(dir, 'failed').toSorted()).toEqual([toName(0), toName(1)])
  })

  it('can be undone itself', async () => {
    const dir = makeQueue(2)
    const acts = await openActs(dir, makeTempDir('state'))
    const { job, outcomes } = await acts.perform('requeue', await acts.refs('failed', 2))
    const undone = await acts.undo(job.operationId)
    expect((await acts.undo(undone.job.operationId)).job).toMatchObject({ undoes: 'undo', moved: 2 })
    expect(namesIn(dir, 'pending').toSorted()).toEqual(outcomes.map(({ newName }) => newName))
    expect(acts.acts.operations(0, 10)).toMatchObject({
      total: 1,
      operations: [{ undo: { turns: 2, back: 0 } }],
    })
  })

  it('does not take another file that lies where the act left its own', async () => {
    const dir = makeQueue(1)
    const acts = await openActs(dir, makeTempDir('state'))
    const { job, outcomes } = await acts.perform('requeue', await acts.refs('failed', 1))
    const name = outcomes[0]?.newName ?? ''
    // Written before the other is gone: the inode must not be used again.
    writeTask(dir, 'pending', `${name}x`, 'another')
    renameSync(path.join(dir, 'pending', `${name}x`), path.join(dir, 'pending', name))
    expect((await acts.undo(job.operationId)).job).toMatchObject({ moved: 0, skipped: 1 })
    expect(namesIn(dir, 'failed')).toEqual([])
  })

  it('gives another name where the former is in use by now', async () => {
    const dir = makeQueue(1)
    const acts = await openActs(dir, makeTempDir('state'))
    const { job } = await acts.perform('requeue', await acts.refs('failed', 1))
    writeTask(dir, 'failed', toName(0), 'somebody else’s')
    const { outcomes } = await acts.undo(job.operationId)
    expect(outcomes[0]?.newName).not.toBe(toName(0))
    expect(
      readFileSync(path.join(dir, 'failed', toName(0)))
        .subarray(24)
        .toString(),
    ).toBe('somebody else’s')
    expect(namesIn(dir, 'failed')).toHaveLength(2)
  })

  it('brings back what was moved before the inspector was killed, as far as that can be told', async () => {
    const dir = makeQueue(4)
    const stateDir = makeTempDir('state')
    const acts = await openActs(dir, stateDir)
    const { job, outcomes } = await acts.perform('requeue', await acts.refs('failed', 4))
    if (acts.folder === null) throw new Error('a state directory was given')
    // As a kill in the middle of the batch leaves it: planned, half moved, never confirmed, no end in the audit.
    const journal = path.join(acts.folder, 'journal', job.jobId)
    const lines = readFileSync(journal, 'utf8').split('\n')
    writeFileSync(journal, `${lines.filter((line) => !line.startsWith('<')).join('\n')}<\tab`)
    const audit = path.join(acts.folder, 'audit.log')
    const begun = readFileSync(audit, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"kind"'))
    writeFileSync(audit, `${begun.join('\n')}\n{"id":"torn`)
    for (const { name, newName } of outcomes.slice(2))
      renameSync(path.join(dir, 'pending', newName ?? ''), path.join(dir, 'failed', name))
    await acts.close()
    const after = await openActs(dir, stateDir)
    const undone = await after.undo(job.jobId)
    expect(undone.job).toMatchObject({ phase: 'done', moved: 2, skipped: 2 })
    expect(namesIn(dir, 'failed')).toHaveLength(4)
    appendFileSync(audit, '\nnot json\n')
    expect(after.acts.operations(0, 10).total).toBe(1)
  })

  it('leaves a finished task alone where it cannot tell whether the killed inspector finished it', async () => {
    const dir = makeQueue(1, 'pending')
    const stateDir = makeTempDir('state')
    const acts = await openActs(dir, stateDir)
    const { job } = await acts.perform('mark-done', await acts.refs('pending', 1))
    const journal = path.join(acts.folder ?? '', 'journal', job.jobId)
    const lines = readFileSync(journal, 'utf8').split('\n')
    writeFileSync(journal, lines.filter((line) => !line.startsWith('<')).join('\n'))
    const { outcomes } = await acts.undo(job.operationId)
    expect(outcomes[0]?.reason).toContain('cannot be told')
    expect(namesIn(dir, 'done')).toEqual([toName(0)])
  })

  it('keeps its journals to the person and within bounds, and knows no others', async () => {
    const dir = makeQueue(2)
    const acts = await openActs(dir, makeTempDir('state'))
    const { job } = await acts.perform('requeue', (await acts.refs('failed', 2)).slice(0, 1))
    const folder = acts.folder ?? ''
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const file of ['audit.log', `journal/${job.jobId}`])
      expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600)
    for (let at = 0; at < 600; at++)
      writeFileSync(path.join(folder, 'journal', `0000000${String(at).padStart(3, '0')}`), '')
    await acts.perform('requeue', await acts.refs('failed', 1))
    expect(readdirSync(path.join(folder, 'journal'))).toHaveLength(501)
    expect(existsSync(path.join(folder, 'journal', job.jobId))).toBe(true)
    for (const id of ['../audit.log', '0000000599', ''])
      await expect(acts.undo(id)).rejects.toMatchObject({ code: 'UNKNOWN_HANDLE' })
  })
})

describe('a frozen set', () => {
  it('is forgotten after others have been made, and says so', async () => {
    const dir = makeQueue(1)
    const sets = new FrozenSets(dir, () => false)
    const list = { state: 'failed', node: null } as const
    const named = [{ node: null, names: [toName(0)] }]
    const first = await sets.freeze(list, named)
    for (let at = 0; at < 16; at++) await sets.freeze(list, named)
    expect(() => sets.get(first.setId)).toThrow('not kept any more')
  })

  it('keeps device and inode where the clock that stamps files is not ours', async () => {
    const dir = makeQueue(1)
    const named = [{ node: null, names: [toName(0)] }]
    const sets = new FrozenSets(dir, () => true)
    const { setId } = await sets.freeze({ state: 'failed', node: null }, named)
    const [run] = sets.get(setId).runs
    const ino = statSync(path.join(dir, 'failed', toName(0)), { bigint: true }).ino
    expect(run?.checkOf(0)).toMatchObject({ kind: 'file', identity: { ino } })
  })
})
