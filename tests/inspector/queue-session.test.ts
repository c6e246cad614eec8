import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  utimesSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { QueueUpdate, TaskList } from '../../shared/contract/model.ts'
import { TASK_STATES } from '../../shared/queue/states.ts'
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../shared/inspector/queue-session.ts'
import {
  makeEmptyQueue,
  makeTempDir,
  recreateRecordedQueue,
  snapshotOf,
  writeTask,
} from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

async function openSession(dir: string): Promise<{ session: QueueSession; latest: () => QueueUpdate }> {
  const session = new QueueSession(await readQueueDir(dir))
  const stop = new AbortController()
  onTestFinished(async () => {
    stop.abort()
    await session.close()
  })
  await session.start()
  let last: QueueUpdate | null = null
  void (async () => {
    for await (const update of session.updates(stop.signal)) last = update
  })()
  await waitUntil('the first update', () => last !== null)
  return {
    session,
    latest: () => {
      if (last === null) throw new Error('no update yet')
      return last
    },
  }
}

const listOf = (state: TaskList['state'], node: string | null = null): TaskList => ({ state, node })

describe('a queue that is open for looking', () => {
  it('shows the tasks of every state and node that the Python library left', async () => {
    const dir = recreateRecordedQueue(makeTempDir(), 'every-state')
    const { session, latest } = await openSession(dir)
    expect(latest().counts).toEqual({
      pending: 6,
      'in-progress': 1,
      scheduled: 3,
      failed: 1,
      done: 1,
      held: 0,
      trash: 0,
    })
    expect(latest().nodes.map(({ node, tasks }) => [node, tasks])).toEqual([
      ['worker-a', 0],
      ['worker-b', 1],
    ])
    const pending = await session.window(listOf('pending'), 'oldest', 0, 10)
    expect(pending.rows.map((row) => row.name)).toEqual(readdirSync(path.join(dir, 'pending')).toSorted())
    expect(pending.rows.map((row) => row.previewKind)).toEqual([
      'binary',
      'text',
      'text',
      'text',
      'text',
      'text',
    ])
    expect(pending.rows[2]?.preview).toBe('{"big":12345678901234567890}')
    const held = await session.window(listOf('in-progress'), 'oldest', 0, 10)
    expect(held.rows.map((row) => [row.node, row.previewKind, row.payloadBytes])).toEqual([
      ['worker-b', 'empty', 0],
    ])
  })

  it('touches nothing, however much is looked at', async () => {
    const dir = recreateRecordedQueue(makeTempDir(), 'every-state')
    const before = snapshotOf(dir)
    const { session } = await openSession(dir)
    for (const state of TASK_STATES) await session.window(listOf(state), 'newest', 0, 100)
    await session.rescan()
    expect(snapshotOf(dir)).toEqual(before)
  })

  it('gives the same rows backwards when the newest are wanted first', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['node-a', 'node-b'])
    for (let at = 1; at <= 9; at++) writeTask(dir, at % 2 ? 'node-a' : 'node-b', `${at}_x`, 'payload')
    const { session } = await openSession(dir)
    const oldest = await session.window(listOf('in-progress'), 'oldest', 0, 9)
    const newest = await session.window(listOf('in-progress'), 'newest', 0, 9)
    expect(newest.rows.map((row) => row.name)).toEqual(oldest.rows.map((row) => row.name).toReversed())
    const parts = [0, 3, 6].map((offset) => session.window(listOf('in-progress'), 'newest', offset, 3))
    expect((await Promise.all(parts)).flatMap(({ rows }) => rows)).toEqual(newest.rows)
  })

  it('finds the rows around a task, in either order, also where it has just left', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    for (let at = 10; at < 60; at++) writeTask(dir, 'pending', `${at}_x`, '')
    const { session } = await openSession(dir)
    for (const order of ['oldest', 'newest'] as const) {
      const all = (await session.window(listOf('pending'), order, 0, 50)).rows.map(({ name }) => name)
      const found = await session.window(listOf('pending'), order, { node: null, name: '30_x' }, 10)
      expect(found.rows.map(({ name }) => name)).toEqual(all.slice(found.offset, found.offset + 10))
      expect(all.indexOf('30_x') - found.offset).toBe(5)
    }
    const anchor = { node: null, name: '30_x', before: 3, align: 5 }
    const aligned = await session.window(listOf('pending'), 'oldest', anchor, 10)
    expect([aligned.offset, aligned.rows.length]).toEqual([15, 10])
    const gone = await session.window(listOf('pending'), 'oldest', { node: null, name: '30_w' }, 10)
    expect(gone.rows[5]?.name).toBe('30_x')
  })

  it('follows tasks that another process moves', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['worker'])
    const { latest } = await openSession(dir)
    writeTask(dir, 'creating', '5_a', 'x')
    renameSync(path.join(dir, 'creating/5_a'), path.join(dir, 'pending/5_a'))
    await waitUntil('the pushed task', () => latest().counts.pending === 1)
    renameSync(path.join(dir, 'pending/5_a'), path.join(dir, 'worker/5_a'))
    await waitUntil('the claim', () => latest().counts['in-progress'] === 1 && latest().counts.pending === 0)
    renameSync(path.join(dir, 'worker/5_a'), path.join(dir, 'done/5_a'))
    await waitUntil('the finish', () => latest().counts.done === 1 && latest().counts['in-progress'] === 0)
    await waitUntil('the rates', () => latest().flow.donePerSecond > 0)
  })

  it('never shows a moving task twice or not at all', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['worker'])
    for (let at = 1; at <= 200; at++) writeTask(dir, 'pending', `${1000 + at}_x`, 'x')
    const session = new QueueSession(await readQueueDir(dir))
    onTestFinished(() => session.close())
    await session.start()
    const sums = new Set<number>()
    const stop = new AbortController()
    const watching = (async () => {
      for await (const { counts } of session.updates(stop.signal))
        sums.add(counts.pending + counts['in-progress'] + counts.done)
    })()
    for (const [from, to] of [
      ['pending', 'worker'],
      ['worker', 'done'],
      ['done', 'pending'],
    ] as const) {
      for (const name of readdirSync(path.join(dir, from))) {
        renameSync(path.join(dir, from, name), path.join(dir, to, name))
        if (Math.random() < 0.2) await new Promise(setImmediate)
      }
    }
    await waitUntil(
      'rest',
      async () => (await session.window(listOf('pending'), 'oldest', 0, 1)).total === 200,
    )
    stop.abort()
    await watching
    expect([...sums]).toEqual([200])
  })

  it('equals the directories again after a burst that the kernel could not tell in full', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['worker'])
    const { latest } = await openSession(dir)
    // All in one turn of the loop: far more events than inotify keeps.
    for (let at = 0; at < 6_000; at++) writeTask(dir, 'pending', `${1_000_000 + at}_x`, '')
    for (let at = 0; at < 6_000; at++)
      renameSync(path.join(dir, `pending/${1_000_000 + at}_x`), path.join(dir, `worker/${1_000_000 + at}_x`))
    for (let at = 0; at < 3_000; at++)
      renameSync(path.join(dir, `worker/${1_000_000 + at}_x`), path.join(dir, `done/${1_000_000 + at}_x`))
    await waitUntil('the truth', () => {
      const { counts } = latest()
      return counts.pending === 0 && counts['in-progress'] === 3_000 && counts.done === 3_000
    })
  })

  it('notices nodes that come and go, and a state directory that is made again', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const { latest } = await openSession(dir)
    mkdirSync(path.join(dir, 'late-worker'))
    writeTask(dir, 'late-worker', '7_a', 'x')
    await waitUntil('the new node', () =>
      latest().nodes.some(({ node, tasks }) => node === 'late-worker' && tasks === 1),
    )
    rmSync(path.join(dir, 'late-worker'), { recursive: true })
    await waitUntil('its end', () => latest().nodes.length === 0)
    rmSync(path.join(dir, 'pending'), { recursive: true })
    await waitUntil('the missing directory', () => latest().problems === 1)
    mkdirSync(path.join(dir, 'pending'))
    writeTask(dir, 'pending', '8_a', 'x')
    await waitUntil(
      'the directory made again',
      () => latest().counts.pending === 1 && latest().problems === 0,
    )
    writeTask(dir, 'pending', '9_a', 'x')
    await waitUntil('a task pushed into it', () => latest().counts.pending === 2)
  })

  it('says that the directory is gone, and goes on when it is back or replaced', async () => {
    const parent = makeTempDir()
    const dir = makeEmptyQueue(parent)
    writeTask(dir, 'pending', '1_a', 'x')
    const { latest } = await openSession(dir)
    renameSync(dir, path.join(parent, 'away'))
    await waitUntil('lost', () => latest().health.mode === 'lost')
    makeEmptyQueue(parent)
    writeTask(dir, 'failed', '2_b', 'x')
    await waitUntil(
      'the other queue',
      () => latest().health.mode === 'live' && latest().counts.failed === 1 && latest().counts.pending === 0,
    )
    writeTask(dir, 'failed', '3_b', 'x')
    await waitUntil('its changes', () => latest().counts.failed === 2)
  })

  it('counts foreign and corrupt files as problems and shows the rest', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['worker', '.git'])
    writeFileSync(path.join(dir, 'pending/.DS_Store'), 'x')
    writeFileSync(path.join(dir, 'pending/1_short'), 'x')
    writeTask(dir, 'pending', '2_fine', 'fine')
    writeFileSync(
      path.join(dir, 'worker/3_badsum'),
      Buffer.concat([Buffer.from([1]), Buffer.alloc(23), Buffer.from('payload')]),
    )
    symlinkSync('/etc/passwd', path.join(dir, 'pending/4_link'))
    mkdirSync(path.join(dir, 'pending/5_directory'))
    const { session, latest } = await openSession(dir)
    await waitUntil('all problems', () => latest().problems === 6)
    const problems = await session.problems.list()
    expect(problems.map(({ kind, path: at }) => [kind, at]).toSorted()).toEqual([
      ['corrupt-task', 'pending/1_short'],
      ['corrupt-task', 'worker/3_badsum'],
      ['foreign-file', 'pending/.DS_Store'],
      ['stray-directory', '.git'],
      ['unreadable', 'pending/4_link'],
      ['unreadable', 'pending/5_directory'],
    ])
    const { rows } = await session.window(listOf('pending'), 'oldest', 0, 10)
    expect(rows.find(({ name }) => name === '2_fine')?.preview).toBe('fine')
    expect(JSON.stringify(rows)).not.toContain('root:')
  })

  it('names what a killed push left in creating/, and no push under way', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeTask(dir, 'creating', '5_orphan', 'x')
    utimesSync(path.join(dir, 'creating/5_orphan'), 1_000, 1_000)
    writeTask(dir, 'creating', '6_underway', 'x')
    const { session, latest } = await openSession(dir)
    await waitUntil('the scan', () => latest().problems === 1)
    expect(await session.problems.list()).toMatchObject([
      { kind: 'orphan-in-creating', path: 'creating/5_orphan' },
    ])
  })

  it('names a file whose name is no UTF-8 and leaves it out of the list', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/pending/5_`), Buffer.from([0xff, 0xfe])]), 'x')
    writeTask(dir, 'pending', '6_fine', 'x')
    const { session, latest } = await openSession(dir)
    expect(latest().counts.pending).toBe(1)
    expect(await session.problems.list()).toMatchObject([{ kind: 'foreign-file' }])
  })

  it('follows 500 nodes', async () => {
    const nodes = Array.from({ length: 500 }, (_, at) => `node-${String(at).padStart(3, '0')}`)
    const dir = makeEmptyQueue(makeTempDir(), nodes)
    const { latest } = await openSession(dir)
    expect(latest().nodes.map(({ node }) => node)).toEqual(nodes)
    for (const node of nodes) writeTask(dir, node, '5_x', '')
    await waitUntil('a claim at each', () => latest().counts['in-progress'] === 500)
  })

  it('does not follow a state directory that is a link', async () => {
    const parent = makeTempDir()
    const elsewhere = path.join(parent, 'elsewhere')
    mkdirSync(elsewhere)
    const dir = makeEmptyQueue(parent)
    rmSync(path.join(dir, 'scheduled'), { recursive: true })
    symlinkSync(elsewhere, path.join(dir, 'scheduled'))
    writeFileSync(path.join(elsewhere, '1_secret'), 'secret')
    const { session, latest } = await openSession(dir)
    expect(latest().counts.scheduled).toBe(0)
    expect(await session.problems.list()).toMatchObject([{ kind: 'not-a-directory', path: 'scheduled' }])
  })

  it('names a queue inside the queue, and a file where a state directory should be', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    makeEmptyQueue(dir)
    writeTask(dir, 'queue/pending', '5_inner', 'x')
    rmSync(path.join(dir, 'scheduled'), { recursive: true })
    writeFileSync(path.join(dir, 'scheduled'), 'x')
    writeTask(dir, 'pending', '6_outer', 'x')
    const { session, latest } = await openSession(dir)
    expect(await session.problems.list()).toMatchObject([
      { kind: 'not-a-directory', path: 'scheduled' },
      { kind: 'stray-directory', path: 'queue', message: expect.stringContaining('queue of its own') },
    ])
    expect(latest().counts).toMatchObject({ pending: 1, 'in-progress': 0 })
  })

  it('leads to a task by its id, the beginning of it, or its time', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['node-a', 'node-b'])
    for (let at = 10; at < 60; at++) writeTask(dir, 'pending', `${at}00_x`, '')
    writeTask(dir, 'node-b', '1795416245206308_77_held~2', '')
    const { session } = await openSession(dir)
    const pending = listOf('pending')
    const held = await session.locateId(pending, 'oldest', '77_held')
    expect(held).toMatchObject({
      list: listOf('in-progress'),
      place: { node: 'node-b' },
      position: 0,
      total: 1,
    })
    expect(await session.locateId(pending, 'oldest', '300')).toMatchObject({
      place: { name: '3000_x' },
      position: 20,
    })
    expect(await session.locateId(pending, 'newest', '3000_x')).toMatchObject({ position: 29, total: 50 })
    expect(await session.locateId(pending, 'oldest', '9')).toBeNull()
    const byTime = (us: string): Promise<unknown> => session.locateTime(pending, 'oldest', us)
    expect(await byTime('2901')).toMatchObject({ place: { name: '3000_x' }, position: 20 })
    expect(await byTime('1')).toMatchObject({ position: 0 })
    expect(await byTime('9999999')).toMatchObject({ place: { name: '5900_x' }, position: 49 })
    expect(await session.locateTime(listOf('done'), 'oldest', '1')).toBeNull()
  })

  it('names a directory that it may not list, and shows the rest', async () => {
    const parent = makeTempDir()
    const dir = makeEmptyQueue(parent)
    writeTask(dir, 'pending', '1_a', 'x')
    chmodSync(parent, 0o755)
    chmodSync(path.join(dir, 'failed'), 0)
    asOrdinaryUser()
    const { session, latest } = await openSession(dir)
    expect(await session.problems.list()).toMatchObject([{ kind: 'unreadable', path: 'failed' }])
    expect(latest().counts.pending).toBe(1)
  })
})

/** Root may list everything: tests of permissions run as somebody else until they finish. */
function asOrdinaryUser(): void {
  if (process.geteuid?.() !== 0) return
  process.seteuid?.(65_534)
  onTestFinished(() => {
    process.seteuid?.(0)
  })
}
