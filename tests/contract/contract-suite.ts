import { existsSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { InspectorClient } from '../helpers/inspector-client.ts'
import type { QueueInfo, TaskRef, TaskRow, TaskState } from '../../shared/contract/model.ts'
import type { TaskActionId } from '../../shared/contract/task-actions.ts'
import type { ActionOutcome, Job, Placement } from '../../shared/contract/work.ts'
import type { Connect } from './door-suite.ts'
import { decodeTask } from '../../shared/queue/index.ts'
import { readFileSync } from 'node:fs'
import { makeTempDir, recreateRecordedQueue, snapshotOf, writeTask } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** What every client of the contract may rely on, whatever carries the frames. */
export function describeContract(transport: string, connect: Connect): void {
  describe(`the contract over ${transport}`, () => {
    let dir = ''
    let client: InspectorClient
    let info: QueueInfo

    beforeEach(async () => {
      dir = recreateRecordedQueue(makeTempDir(), 'every-state')
      client = (await connect({ stateDir: makeTempDir('state') })).client
      info = await open(client, dir)
    })

    async function rowsOf(state: TaskState): Promise<TaskRow[]> {
      const list = { state, node: null }
      return (
        await client.tasks.window({ queueId: info.queueId, list, order: 'oldest', offset: 0, limit: 500 })
      ).rows
    }

    async function firstRef(state: TaskState): Promise<TaskRef> {
      const ref = (await rowsOf(state))[0]?.ref
      if (!ref) throw new Error(`no task is ${state}`)
      return ref
    }

    const back: Placement = { kind: 'back' }

    /** Acts on these tasks and gives the job with all its outcomes. */
    async function perform(
      action: TaskActionId,
      tasks: TaskRef[],
      placement: Placement = back,
    ): Promise<{ job: Job; outcomes: ActionOutcome[] }> {
      const { queueId } = info
      const job = await client.actions.perform({
        queueId,
        action,
        target: { kind: 'tasks', tasks },
        placement,
      })
      const { jobId } = job
      const results = { queueId, jobId, result: null, offset: 0, limit: 500 }
      return { job, outcomes: (await client.jobs.results(results)).outcomes }
    }

    function namesIn(at: string): string[] {
      return readdirSync(path.join(dir, at))
        .filter((name) => !name.startsWith('.'))
        .toSorted()
    }

    it('opens a queue, streams its state and tells of changes', async () => {
      const stop = new AbortController()
      const counts: number[] = []
      const following = (async () => {
        const updates = await client.queue.changes({ queueId: info.queueId }, { signal: stop.signal })
        for await (const update of updates) counts.push(update.counts.failed)
      })().catch(() => undefined)
      await waitUntil('the first state', () => counts.at(-1) === 1)
      writeTask(dir, 'failed', '99_new', 'x')
      await waitUntil('the change', () => counts.at(-1) === 2)
      stop.abort()
      await following
    })

    it('gives the details and any range of the payload of a task', async () => {
      const task = await firstRef('done')
      const detail = await client.tasks.detail({ queueId: info.queueId, task })
      expect(detail.header.integrity).toBe('ok')
      expect(detail.header.computedMd5).toBe(detail.header.storedMd5)
      expect(Buffer.from(detail.payloadHead, 'base64').toString()).toBe(
        '{"kind":"email","to":"user@example.com"}',
      )
      const range = await client.tasks.payload({ queueId: info.queueId, task, offset: 9, limit: 5 })
      expect(Buffer.from(range.bytes, 'base64').toString()).toBe('email')
    })

    it('requeues a failed task to the back of pending with its bytes and identity', async () => {
      const task = await firstRef('failed')
      const before = readFileSync(path.join(dir, 'failed', task.name))
      const { job, outcomes } = await perform('requeue', [task])
      expect(job).toMatchObject({ phase: 'done', total: 1, moved: 1, skipped: 0, failed: 0 })
      expect(outcomes).toMatchObject([{ result: 'moved', name: task.name, taskId: task.name }])
      expect(namesIn('failed')).toEqual([])
      expect(namesIn('pending').at(-1)).toBe(outcomes[0]?.newName)
      expect(readFileSync(path.join(dir, 'pending', outcomes[0]?.newName ?? ''))).toEqual(before)
      await waitUntil(
        'the row in pending',
        async () => (await rowsOf('pending')).at(-1)?.taskId === task.name,
      )
    })

    it('releases a task of a node to pending', async () => {
      const { outcomes } = await perform('release', [await firstRef('in-progress')])
      expect(namesIn('worker-b')).toEqual([])
      expect(namesIn('pending')).toContain(outcomes[0]?.newName)
    })

    it('skips a task that a worker took meanwhile, says so, and does the rest', async () => {
      writeTask(dir, 'failed', '98_other', 'x')
      const tasks = await waitUntil('both rows', async () => {
        const refs = (await rowsOf('failed')).map(({ ref }) => ref).filter((ref) => ref !== null)
        return refs.length === 2 ? refs : null
      })
      renameSync(
        path.join(dir, 'failed', tasks[0]?.name ?? ''),
        path.join(dir, 'worker-a', tasks[0]?.name ?? ''),
      )
      const { job, outcomes } = await perform('requeue', tasks)
      expect(outcomes.map(({ result }) => result)).toEqual(['skipped', 'moved'])
      expect(outcomes[0]?.reason).toContain('worker-a')
      expect(job.reasons).toEqual([{ reason: outcomes[0]?.reason, count: 1 }])
    })

    it('does not touch another file that lies under the same name', async () => {
      const task = await firstRef('failed')
      unlinkSync(path.join(dir, 'failed', task.name))
      writeTask(dir, 'failed', task.name, 'another one')
      const before = snapshotOf(dir)
      const { outcomes } = await perform('requeue', [{ ...task, inode: String(BigInt(task.inode) + 1n) }])
      expect(outcomes[0]?.result).toBe('skipped')
      expect(tasksIn(snapshotOf(dir))).toEqual(tasksIn(before))
    })

    it('acts on a frozen list, tells the job to who follows, and undoes it', async () => {
      const { queueId } = info
      const stop = new AbortController()
      const seen: Job[][] = []
      const following = (async () => {
        for await (const jobs of await client.jobs.follow({ queueId }, { signal: stop.signal }))
          seen.push(jobs)
      })().catch(() => undefined)
      const before = namesIn('pending')
      const set = await client.actions.freeze({
        queueId,
        list: { state: 'pending', node: null },
        queryId: null,
        order: 'oldest',
        range: null,
      })
      expect(set.total).toBe(before.length)
      writeTask(dir, 'pending', '99_later', 'came after the click')
      const target = { kind: 'set', setId: set.setId } as const
      const held = await client.actions.perform({ queueId, action: 'hold', target, placement: back })
      expect(held).toMatchObject({ kind: 'hold', phase: 'done', moved: before.length, noUndoReason: null })
      expect(namesIn('pending')).toEqual(['99_later'])
      await waitUntil('the held ones', async () => (await rowsOf('held')).length === before.length)
      await waitUntil('the job in the stream', () => seen.at(-1)?.[0]?.phase === 'done')
      const undone = await client.actions.undo({ queueId, operationId: held.operationId ?? '' })
      expect(undone).toMatchObject({ kind: 'undo', undoes: 'hold', moved: before.length, skipped: 0 })
      expect(namesIn('pending')).toEqual([...before, '99_later'].toSorted())
      const audit = await client.jobs.operations({ queueId, offset: 0, limit: 10 })
      const nextId = undone.operationId
      expect(audit).toMatchObject({
        total: 1,
        operations: [{ kind: 'hold', undo: { nextId, turns: 1, back: before.length } }],
      })
      expect((await client.jobs.dismiss({ queueId, jobId: held.jobId })) satisfies null).toBeNull()
      await expect(client.jobs.cancel({ queueId, jobId: held.jobId })).rejects.toMatchObject({
        code: 'UNKNOWN_HANDLE',
      })
      stop.abort()
      await following
    })

    it('deletes into the trash, restores from there, and deletes for good only there', async () => {
      const task = await firstRef('done')
      await perform('delete', [task])
      expect(namesIn('done')).toEqual([])
      const trashed = await waitUntil('the row in the trash', async () => (await rowsOf('trash'))[0]?.ref)
      expect(trashed).toMatchObject({ state: 'trash', node: 'done', inode: task.inode })
      await perform('restore', [trashed])
      expect(namesIn('done')).toEqual([task.name])
      await perform('delete', [await waitUntil('it to be back', async () => (await rowsOf('done'))[0]?.ref)])
      const again = await waitUntil('it in the trash', async () => (await rowsOf('trash'))[0]?.ref)
      const { job } = await perform('purge', [again])
      expect(job).toMatchObject({ moved: 1, operationId: null })
      expect(namesIn('failed/.trash/done')).toEqual([])
    })

    it('pushes copies of a template and tells where they are', async () => {
      const { queueId } = info
      const before = namesIn('pending').length
      const payloads = [Buffer.from('{"n":{{n}}}').toString('base64')]
      const common = { queueId, isTemplate: true, perSecond: null, dueAtMs: null }
      const job = await client.actions.pushMany({ ...common, payloads, copies: 3 })
      expect(job).toMatchObject({ kind: 'push', phase: 'done', moved: 3 })
      const texts = job.pushedIds.map((id) =>
        readFileSync(path.join(dir, 'pending', id))
          .subarray(24)
          .toString(),
      )
      expect(texts).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
      renameSync(
        path.join(dir, 'pending', job.pushedIds[0] ?? ''),
        path.join(dir, 'done', job.pushedIds[0] ?? ''),
      )
      const followed = await client.actions.followed({ queueId, taskIds: job.pushedIds })
      expect(followed.map(({ state }) => state)).toEqual(['done', 'pending', 'pending'])
      const wrong = [Buffer.from('{{m}}').toString('base64')]
      await expect(client.actions.pushMany({ ...common, payloads: wrong, copies: 1 })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.stringContaining('{{m}}') as string,
      })
      await client.actions.undo({ queueId, operationId: job.operationId ?? '' })
      expect(namesIn('pending')).toHaveLength(before)
    })

    it('edits a task into a new one that names it, and duplicates tasks', async () => {
      const { queueId } = info
      const task = await firstRef('failed')
      const payload = Buffer.from('corrected').toString('base64')
      const { taskId } = await client.actions.edit({
        queueId,
        task,
        payload,
        original: 'trash',
        placement: back,
      })
      expect(namesIn('failed')).toEqual([])
      expect(namesIn('failed/.trash/failed')).toEqual([task.name])
      const row = await waitUntil('the new row', async () =>
        (await rowsOf('pending')).find((pending) => pending.taskId === taskId),
      )
      if (row.ref === null) throw new Error('it has vanished')
      const detail = await client.tasks.detail({ queueId, task: row.ref })
      expect(detail).toMatchObject({ editedFrom: task.name, editedTo: null })
      const target = { kind: 'tasks' as const, tasks: [row.ref] }
      const { pushedIds } = await client.actions.duplicate({ queueId, target })
      expect(readFileSync(path.join(dir, 'pending', pushedIds[0] ?? ''))).toEqual(
        readFileSync(path.join(dir, 'pending', row.name)),
      )
    })

    it('refuses all writing while the queue is locked, until it is unlocked', async () => {
      const { queueId } = info
      expect((await client.queue.setLock({ queueId, locked: true })).access.canWrite).toBe(false)
      await expect(client.actions.push({ queueId, payload: '', dueAtMs: null })).rejects.toMatchObject({
        code: 'READ_ONLY',
      })
      expect((await client.queue.setLock({ queueId, locked: false })).access.canWrite).toBe(true)
      await client.actions.push({ queueId, payload: '', dueAtMs: null })
    })

    it('pushes a payload that reads back byte for byte', async () => {
      const payload = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
      const { taskId } = await client.actions.push({
        queueId: info.queueId,
        payload: payload.toString('base64'),
        dueAtMs: null,
      })
      const decoded = decodeTask(readFileSync(path.join(dir, 'pending', taskId)))
      expect(decoded.kind === 'ok' && Buffer.from(decoded.payload).equals(payload)).toBe(true)
      const dueAtMs = Date.now() + 3_600_000
      const later = await client.actions.push({ queueId: info.queueId, payload: '', dueAtMs })
      expect(later.taskId.startsWith(`${dueAtMs}000_`)).toBe(true)
      expect(readdirSync(path.join(dir, 'scheduled'))).toContain(later.taskId)
    })

    it('refuses a payload over the limit and stores nothing', async () => {
      const before = snapshotOf(dir)
      const payload = Buffer.alloc(info.pushLimitBytes + 1).toString('base64')
      await expect(
        client.actions.push({ queueId: info.queueId, payload, dueAtMs: null }),
      ).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
      expect(snapshotOf(dir)).toEqual(before)
    })

    it('refuses an action in a state where it is not allowed', async () => {
      const task = await firstRef('pending')
      await expect(perform('requeue', [task])).rejects.toMatchObject({ code: 'NOT_ALLOWED_IN_STATE' })
    })

    it('says that a task is gone instead of showing another', async () => {
      const task = await firstRef('failed')
      rmSync(path.join(dir, 'failed', task.name))
      await expect(client.tasks.detail({ queueId: info.queueId, task })).rejects.toMatchObject({
        code: 'TASK_GONE',
      })
    })

    it.each([
      ['a path as an id', { name: '../../etc/passwd' }],
      ['a slash behind an id', { name: '1_a/../../x' }],
      ['a NUL in an id', { name: '1_a\0b' }],
      ['a node that is a path', { state: 'in-progress', node: '../pending' }],
      ['a node that is a state', { state: 'in-progress', node: 'failed' }],
      ['an extra key', { extra: 1 }],
      ['a number for an id', { name: 5 }],
      ['a state that does not exist', { state: '__proto__' }],
    ])('refuses %s without touching anything', async (_what, change) => {
      const task = { ...(await firstRef('failed')), ...change } as TaskRef
      const before = snapshotOf(dir)
      await expect(client.tasks.detail({ queueId: info.queueId, task })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      })
      await expect(perform('requeue', [task])).rejects.toThrow()
      expect(snapshotOf(dir)).toEqual(before)
    })

    it('tells where a task lies, by the beginning of its id or by a time', async () => {
      const { queueId } = info
      const list = { state: 'pending', node: null } as const
      const { rows, total } = await client.tasks.window({
        queueId,
        list,
        order: 'oldest',
        offset: 0,
        limit: 10,
      })
      const last = rows.at(-1)
      const text = last?.name ?? ''
      const found = await client.tasks.locate({ queueId, list, order: 'newest', target: { by: 'id', text } })
      expect(found).toMatchObject({ list, place: { node: null, name: text }, position: 0, total })
      const target = { by: 'time', us: '0' } as const
      expect(await client.tasks.locate({ queueId, list, order: 'oldest', target })).toMatchObject({
        place: { name: rows[0]?.name },
        position: 0,
      })
      const nowhere = { by: 'id', text: 'x' } as const
      expect(await client.tasks.locate({ queueId, list, order: 'oldest', target: nowhere })).toBeNull()
    })

    it('tells flow and times of the last hour, and what each node holds', async () => {
      const { queueId } = info
      const history = await client.queue.history({ queueId, range: 'hour' })
      expect([history.stepMs, history.done.length, history.isKept]).toEqual([10_000, 360, true])
      expect(await client.queue.timings({ queueId, range: 'day' })).toMatchObject({ wait: null, run: null })
      await rowsOf('in-progress')
      const [figures, ...others] = await client.queue.nodes({ queueId, node: 'worker-b', claims: 5 })
      expect(others).toEqual([])
      expect(figures).toMatchObject({ node: 'worker-b', claims: 1, claimedLastMinute: 0 })
      expect(figures?.firstClaims.map(({ ref }) => ref)).toEqual([await firstRef('in-progress')])
    })

    it('cures a problem with a line in the audit, and undoes it', async () => {
      writeFileSync(path.join(dir, 'pending/notes.txt'), 'x')
      const { queueId } = info
      const problem = await waitUntil('the problem', async () => {
        const problems = await client.queue.problems({ queueId })
        return problems.find(({ kind }) => kind === 'foreign-file')
      })
      const cure = { queueId, problemId: problem.problemId, cureId: 'set-aside' as const }
      const { undoId } = await client.problems.cure(cure)
      expect(existsSync(path.join(dir, 'pending/notes.txt'))).toBe(false)
      await expect(client.problems.cure(cure)).rejects.toMatchObject({ code: 'TASK_GONE' })
      expect(await client.problems.undo({ queueId, undoId: undoId ?? '' })).toMatchObject({ result: 'done' })
      expect(existsSync(path.join(dir, 'pending/notes.txt'))).toBe(true)
      const { operations } = await client.jobs.operations({ queueId, offset: 0, limit: 10 })
      expect(operations.map(({ kind, moved }) => [kind, moved])).toEqual([
        ['cure', 1],
        ['cure', 0],
        ['cure', 1],
      ])
    })

    it('refuses every action where the host is read-only', async () => {
      const readOnly = await connect({ readOnlyReason: 'Started without --write.' })
      const looked = await open(readOnly.client, dir)
      const reason = 'Started without --write.'
      expect(looked.access).toEqual({ canWrite: false, reason, canUnlock: false })
      const before = snapshotOf(dir)
      const queueId = looked.queueId
      await expect(
        readOnly.client.actions.push({ queueId, payload: '', dueAtMs: null }),
      ).rejects.toMatchObject({ code: 'READ_ONLY' })
      const target = { kind: 'tasks' as const, tasks: [await firstRef('failed')] }
      await expect(
        readOnly.client.actions.perform({ queueId, action: 'requeue', target, placement: back }),
      ).rejects.toMatchObject({ code: 'READ_ONLY' })
      await expect(readOnly.client.queue.setLock({ queueId, locked: false })).rejects.toMatchObject({
        code: 'READ_ONLY',
      })
      const handle = 'whatever'
      await expect(
        readOnly.client.problems.cure({ queueId, problemId: handle, cureId: 'set-aside' }),
      ).rejects.toMatchObject({ code: 'READ_ONLY' })
      await expect(readOnly.client.problems.undo({ queueId, undoId: handle })).rejects.toMatchObject({
        code: 'READ_ONLY',
      })
      expect(snapshotOf(dir)).toEqual(before)
    })
  })
}

/** Without the core's own clock file, which a move may make. */
function tasksIn(snapshot: Record<string, string>): [string, string][] {
  return Object.entries(snapshot).filter(([entry]) => !entry.startsWith('.fq-clock-'))
}

async function open(client: InspectorClient, dir: string): Promise<QueueInfo> {
  const info = await client.host.openQueue({ kind: 'path', path: dir })
  if (info === null) throw new Error('the queue was not opened')
  return info
}
