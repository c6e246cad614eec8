import { readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { InspectorClient } from '../helpers/inspector-client.ts'
import type { QueueInfo, TaskRef, TaskRow, TaskState } from '../../shared/contract/model.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { decodeTask } from '../../shared/queue/index.ts'
import { readFileSync } from 'node:fs'
import {
  makeEmptyQueue,
  makeTempDir,
  recreateRecordedQueue,
  snapshotOf,
  writeTask,
} from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** What every client of the contract may rely on, whatever carries the frames. */
export function describeContract(
  transport: string,
  connect: (
    host: Partial<Host>,
  ) => Promise<{ client: InspectorClient; sendRaw: (frame: unknown) => void; badFrames: () => number }>,
): void {
  describe(`the contract over ${transport}`, () => {
    let dir = ''
    let client: InspectorClient
    let info: QueueInfo
    let link: Awaited<ReturnType<typeof connect>>

    beforeEach(async () => {
      dir = recreateRecordedQueue(makeTempDir(), 'every-state')
      link = await connect({})
      client = link.client
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
      const [outcome] = await client.actions.requeue({ queueId: info.queueId, tasks: [task] })
      expect(outcome).toMatchObject({ result: 'moved', name: task.name })
      expect(readdirSync(path.join(dir, 'failed')).filter((name) => !name.startsWith('.'))).toEqual([])
      const pending = readdirSync(path.join(dir, 'pending')).toSorted()
      expect(pending.at(-1)).toBe(outcome?.newName)
      expect(readFileSync(path.join(dir, 'pending', outcome?.newName ?? ''))).toEqual(before)
      await waitUntil(
        'the row in pending',
        async () => (await rowsOf('pending')).at(-1)?.taskId === task.name,
      )
    })

    it('releases a task of a node to pending', async () => {
      const task = await firstRef('in-progress')
      const [outcome] = await client.actions.release({ queueId: info.queueId, tasks: [task] })
      expect(outcome?.result).toBe('moved')
      expect(readdirSync(path.join(dir, 'worker-b'))).toEqual([])
      expect(readdirSync(path.join(dir, 'pending'))).toContain(outcome?.newName)
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
      const outcomes = await client.actions.requeue({ queueId: info.queueId, tasks })
      expect(outcomes.map(({ result }) => result)).toEqual(['skipped', 'moved'])
      expect(outcomes[0]?.reason).toContain('worker-a')
    })

    it('does not touch another file that lies under the same name', async () => {
      const task = await firstRef('failed')
      unlinkSync(path.join(dir, 'failed', task.name))
      writeTask(dir, 'failed', task.name, 'another one')
      const before = snapshotOf(dir)
      const [outcome] = await client.actions.requeue({
        queueId: info.queueId,
        tasks: [{ ...task, inode: String(BigInt(task.inode) + 1n) }],
      })
      expect(outcome?.result).toBe('skipped')
      expect(tasksIn(snapshotOf(dir))).toEqual(tasksIn(before))
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
      await expect(client.actions.requeue({ queueId: info.queueId, tasks: [task] })).rejects.toMatchObject({
        code: 'NOT_ALLOWED_IN_STATE',
      })
    })

    it('says that a task is gone instead of showing another', async () => {
      const task = await firstRef('failed')
      rmSync(path.join(dir, 'failed', task.name))
      await expect(client.tasks.detail({ queueId: info.queueId, task })).rejects.toMatchObject({
        code: 'TASK_GONE',
      })
    })

    it('answers for each kind of bad directory with its own error', async () => {
      const parent = makeTempDir()
      const openAt = (at: string) => client.host.openQueue({ kind: 'path', path: at })
      await expect(openAt(path.join(parent, 'nowhere'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(openAt(parent)).rejects.toMatchObject({ code: 'NOT_A_QUEUE' })
      await expect(openAt('relative/path')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(readdirSync(parent)).toEqual([])
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
      await expect(client.actions.requeue({ queueId: info.queueId, tasks: [task] })).rejects.toThrow()
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

    it('answers for a queue that was never opened', async () => {
      await expect(client.queue.problems({ queueId: 'unknown' })).rejects.toMatchObject({ code: 'NOT_OPEN' })
    })

    it('refuses every action where the host is read-only', async () => {
      const readOnly = await connect({ readOnlyReason: 'Started without --write.' })
      const looked = await open(readOnly.client, dir)
      expect(looked.access).toEqual({ canWrite: false, reason: 'Started without --write.' })
      const before = snapshotOf(dir)
      const queueId = looked.queueId
      await expect(
        readOnly.client.actions.push({ queueId, payload: '', dueAtMs: null }),
      ).rejects.toMatchObject({ code: 'READ_ONLY' })
      await expect(
        readOnly.client.actions.requeue({ queueId, tasks: [await firstRef('failed')] }),
      ).rejects.toMatchObject({ code: 'READ_ONLY' })
      expect(snapshotOf(dir)).toEqual(before)
    })

    it('opens no typed path where the host was started on one queue', async () => {
      const fixed = await connect({ canOpenPath: false, startDir: dir })
      await expect(
        fixed.client.host.openQueue({ kind: 'path', path: makeEmptyQueue(makeTempDir()) }),
      ).rejects.toMatchObject({ code: 'NOT_OFFERED' })
      expect((await fixed.client.host.openQueue({ kind: 'start' }))?.path).toBe(dir)
    })

    it('survives frames that are no requests', async () => {
      for (const frame of [
        '',
        '{',
        'null',
        '[]',
        '{"i":1}',
        '\u0000',
        '{"i":"1","t":99,"p":null}',
        '{"__proto__":{"i":"1"}}',
      ])
        link.sendRaw(frame)
      await waitUntil('the bad frames to be noticed', () => link.badFrames() > 0)
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
