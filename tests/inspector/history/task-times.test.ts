import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readQueueDir } from '../../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../../shared/inspector/queue-session.ts'
import { FemtoQueue } from '../../../shared/queue/index.ts'
import { findPythonOrNull, runPython } from '../../helpers/python.ts'
import { makeEmptyQueue, makeTempDir, snapshotOf, writeTask } from '../../helpers/queue-dirs.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const python = findPythonOrNull()

async function watchQueue(nodes: readonly string[] = []): Promise<{ dir: string; session: QueueSession }> {
  const dir = makeEmptyQueue(makeTempDir(), nodes)
  const session = new QueueSession(await readQueueDir(dir))
  onTestFinished(() => session.close())
  await session.start()
  return { dir, session }
}

function openWorker(dir: string, nodeId: string): FemtoQueue {
  const queue = new FemtoQueue({ dataDir: dir, nodeId })
  onTestFinished(() => queue.close())
  return queue
}

/** A node's first listing is no news: what lies there by then was not claimed just now. */
async function waitForNode(session: QueueSession, node: string): Promise<void> {
  await waitUntil(`node ${node}`, async () => (await session.nodeFigures(node, 0)).length === 1)
}

const tasksOf = (session: QueueSession, kind: 'wait' | 'run') => session.timings('hour')[kind]?.tasks ?? 0

describe('what a watch learns of tasks that move', () => {
  it('is how long each waited and ran, from the times that the disk keeps', async () => {
    const { dir, session } = await watchQueue()
    const queue = openWorker(dir, 'worker-a')
    await waitForNode(session, 'worker-a')
    for (let at = 0; at < 5; at++) queue.push(Buffer.from(`task ${at}`))
    await waitUntil(
      'the pushes',
      () => session.names({ state: 'pending', node: null }, 'oldest', 0, 9).length === 5,
    )
    const tasks = Array.from({ length: 5 }, () => queue.pop())
    await waitUntil('the claims', () => tasksOf(session, 'wait') === 5)
    for (const task of tasks) if (task !== null) queue.done(task)
    await waitUntil('the ends', () => tasksOf(session, 'run') === 5)
    expect(session.timings('hour').wait?.roughShare).toBe(0)
    expect(session.timings('hour').run?.roughShare).toBe(0)
    expect(session.timings('hour').wait?.p99Ms).toBeLessThan(60_000)
  })

  it('counts a task that waited long in its directory from when it was written, whatever its id says', async () => {
    const { dir, session } = await watchQueue(['py'])
    const name = '1000000_<built-in method hex of bytes object at 0x1>'
    writeTask(dir, 'pending', name, 'x')
    await waitUntil('it', () => session.names({ state: 'pending', node: null }, 'oldest', 0, 9).length === 1)
    renameSync(path.join(dir, 'pending', name), path.join(dir, 'py', name))
    await waitUntil('the claim', () => tasksOf(session, 'wait') === 1)
    expect(session.timings('hour').wait?.p99Ms).toBeLessThan(60_000)
  })

  it('takes a heartbeat for no claim', async () => {
    const { dir, session } = await watchQueue()
    const queue = openWorker(dir, 'worker-a')
    await waitForNode(session, 'worker-a')
    queue.push(Buffer.from('long'))
    const task = queue.pop()
    if (task === null) throw new Error('nothing to pop')
    await waitUntil(
      'the claim',
      () => session.names({ state: 'in-progress', node: null }, 'oldest', 0, 9).length === 1,
    )
    const lease = () => readdirSync(path.join(dir, 'worker-a'))[0]
    for (let beat = 0; beat < 5; beat++) {
      queue.extend(task)
      const name = lease()
      await waitUntil('the heartbeat', () =>
        session
          .names({ state: 'in-progress', node: null }, 'oldest', 0, 9)
          .some((place) => place.name === name),
      )
    }
    queue.done(task)
    await waitUntil('the end', async () => (await session.nodeFigures(null, 0))[0]?.endedLastMinute === 1)
    const [figures] = await session.nodeFigures('worker-a', 10)
    expect(figures).toMatchObject({ claimedLastMinute: 1, endedLastMinute: 1, claims: 0, firstClaims: [] })
    await waitUntil('the run time', () => tasksOf(session, 'run') === 1)
  })

  it('stands for all of a burst, though only a few files are looked at', async () => {
    const { dir, session } = await watchQueue()
    const queue = openWorker(dir, 'worker-a')
    await waitForNode(session, 'worker-a')
    for (let at = 0; at < 400; at++) queue.push(Buffer.from('burst'))
    for (let task = queue.pop(); task !== null; task = queue.pop()) queue.done(task)
    await waitUntil(
      'the end',
      async () => (await session.nodeFigures('worker-a', 0))[0]?.endedLastMinute === 400,
    )
    await waitUntil('most of the run times', () => tasksOf(session, 'run') > 200)
    expect(tasksOf(session, 'run')).toBeLessThanOrEqual(400)
  })

  it('is learnt without touching anything', async () => {
    const { dir, session } = await watchQueue(['node'])
    writeTask(dir, 'node', '1795416245206308_x', 'held')
    const before = snapshotOf(dir)
    await waitUntil('the claim', async () => (await session.nodeFigures('node', 5))[0]?.claims === 1)
    session.timings('day')
    session.history('day')
    expect(snapshotOf(dir)).toEqual(before)
  })

  it.skipIf(python === null)('holds for Python workers too', async () => {
    const { dir, session } = await watchQueue()
    mkdirSync(path.join(dir, 'py'))
    await waitForNode(session, 'py')
    runPython(
      python ?? '',
      dir,
      `q = FemtoQueue(queue_dir, "py")\nfor i in range(3): q.push(b"x")\nfor i in range(3): q.done(q.pop())\nprint("0")`,
    )
    await waitUntil('the ends', () => tasksOf(session, 'run') === 3)
    await waitUntil('the claims', () => tasksOf(session, 'wait') === 3)
    expect(session.timings('hour').run?.p99Ms).toBeLessThan(60_000)
  })
})

describe('the history of a session', () => {
  it('is there again as soon as the queue is opened anew, and lies outside the queue', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeTask(dir, 'pending', `${Date.now()}000_x`, 'x')
    const stateFolder = path.join(makeTempDir('state'), 'queue')
    const hasSeenOne = (session: QueueSession) => session.history('hour').counts.pending.includes(1)
    const first = new QueueSession(await readQueueDir(dir), { stateFolder })
    onTestFinished(() => first.close())
    await first.start()
    await waitUntil('the first step', () => hasSeenOne(first))
    await first.close()
    expect(readdirSync(stateFolder)).toEqual(['history.json'])
    const before = snapshotOf(dir)
    const second = new QueueSession(await readQueueDir(dir), { stateFolder })
    onTestFinished(() => second.close())
    await second.start()
    expect(hasSeenOne(second)).toBe(true)
    expect(second.history('hour').isKept).toBe(true)
    expect(snapshotOf(dir)).toEqual(before)
  })
})

describe('who may take a claim over', () => {
  it('is told from the stamp in the name for Python, and from the file for a node without a record', async () => {
    const { dir, session } = await watchQueue(['py'])
    const idMs = Date.now() - 3_600_000
    writeTask(dir, 'py', `${idMs}000_abc`, 'waited an hour before it was claimed')
    const claim = await waitUntil(
      'the claim',
      async () => (await session.nodeFigures('py', 5))[0]?.firstClaims[0],
    )
    expect(claim.takeover.byPythonAtMs).toBe(idMs + 30_000)
    expect(claim.takeover.byOursAtMs).toBe(claim.enteredAtMs + 30_000)
    expect(claim.ref).toMatchObject({ state: 'in-progress', node: 'py', name: `${idMs}000_abc` })
  })

  it('is the lease’s stamp for workers of ours', async () => {
    const { dir, session } = await watchQueue()
    const queue = openWorker(dir, 'ours')
    queue.push(Buffer.from('x'))
    queue.pop()
    const claim = await waitUntil(
      'the claim',
      async () => (await session.nodeFigures('ours', 5))[0]?.firstClaims[0],
    )
    expect(claim.takeover.byOursAtMs).toBe(claim.takeover.byPythonAtMs)
  })
})
