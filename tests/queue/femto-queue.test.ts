import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  encodeTask,
  readFailureRecordOrNull,
  releaseTask,
  requeueTask,
  type QueueProblem,
} from '../../shared/queue/index.ts'
import { listDir, makeMemoryDir, makeTempDir, ManualClock, openQueue, text } from './temp-queue.ts'

const ID = /^\d{16}_[0-9a-f]{32}$/

function identityOf(file: string): { dev: bigint; ino: bigint } {
  const { dev, ino } = fs.lstatSync(file, { bigint: true })
  return { dev, ino }
}

describe('FemtoQueue', () => {
  it('pop() hands out tasks in the order of their pushes, and done() keeps them under the id that push() gave', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const ids = ['a', 'b', 'c'].map((payload) => queue.push(payload))
    for (const id of ids) expect(id).toMatch(ID)
    for (const id of ids) {
      const task = queue.pop()
      expect(task).toMatchObject({ id, attempt: 1 })
      if (task) queue.done(task)
    }
    expect(queue.pop()).toBeNull()
    expect(listDir(dataDir, 'done')).toEqual(ids)
  })

  it('pop() never hands out a task that this instance holds', () => {
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
    queue.push('a')
    queue.push('b')
    expect(new Set([queue.pop()?.id, queue.pop()?.id, queue.pop()?.id]).size).toBe(3)
    expect(queue.pop()).toBeNull()
  })

  it('a producer needs no node id and makes no directory for one', () => {
    const dataDir = makeTempDir()
    const producer = openQueue({ dataDir })
    producer.push('a')
    producer.schedule('b', new Date(0))
    const dirs = fs.readdirSync(dataDir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(dirs.map((entry) => entry.name).toSorted()).toEqual([
      'creating',
      'done',
      'failed',
      'pending',
      'scheduled',
    ])
    expect(() => producer.pop()).toThrow(TypeError)
  })

  it('a worker that opens its node id again gets its unfinished tasks first', () => {
    const dataDir = makeTempDir()
    const before = openQueue({ dataDir, nodeId: 'n' })
    const first = before.push('first')
    before.push('second')
    before.pop()
    before.close()
    const after = openQueue({ dataDir, nodeId: 'n' })
    expect(after.pop()).toMatchObject({ id: first, attempt: 2 })
    after.close()
    const later = openQueue({ dataDir, nodeId: 'n' })
    expect(later.pop()).toMatchObject({ id: first, attempt: 3 })
    expect(text(later.pop()?.data ?? Buffer.alloc(0))).toBe('second')
  })

  it('a released task goes behind what waits by default and in front when asked, and counts its claims', () => {
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
    const [a, b] = [queue.push('a'), queue.push('b')]
    const first = queue.pop()
    if (first) queue.release(first)
    const second = queue.pop()
    expect(second?.id).toBe(b)
    if (second) queue.release(second, { place: 'front' })
    const next = openQueue({ dataDir: queue.dataDir, nodeId: 'm' })
    expect(next.pop()).toMatchObject({ id: b, attempt: 2 })
    expect(next.pop()).toMatchObject({ id: a, attempt: 2 })
  })

  it('extend() renames the lease, and done() still ends the task under its own id', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const id = queue.push('a')
    const task = queue.pop()
    const before = listDir(dataDir, 'n')
    if (task) queue.extend(task)
    expect(listDir(dataDir, 'n')).not.toEqual(before)
    if (task) queue.done(task)
    expect(listDir(dataDir, 'done')).toEqual([id])
  })

  it('done(), fail(), extend() and release() of a lost lease are refused, fire the signal and change nothing', () => {
    for (const verb of ['done', 'fail', 'extend', 'release'] as const) {
      const dataDir = makeTempDir()
      const queue = openQueue({ dataDir, nodeId: 'n' })
      queue.push('a')
      const task = queue.pop()
      const [name = ''] = listDir(dataDir, 'n')
      const move = { dataDir, node: 'n', name, identity: identityOf(path.join(dataDir, 'n', name)) }
      expect(releaseTask(move)).toMatchObject({ moved: true })
      const again = queue.pop()
      expect(again).toMatchObject({ id: task?.id, attempt: 2 })
      if (!task || !again) throw new Error('no task')
      expect(() => (verb === 'fail' ? queue.fail(task, new Error('late')) : queue[verb](task))).toThrow(
        expect.objectContaining({ code: 'lease-lost' }),
      )
      expect(task.signal.aborted).toBe(true)
      // It stays lost, whoever asks again: a heartbeat may have found it first.
      expect(() => queue.done(task)).toThrow(expect.objectContaining({ code: 'lease-lost' }))
      expect(readFailureRecordOrNull(dataDir, task.id)).toBeNull()
      queue.done(again)
    }
  })

  it('schedules any number of tasks for one moment, loses none and keeps their ids', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock()
    const queue = openQueue({ dataDir, nodeId: 'n', clock, timeoutStaleMs: 1e9 })
    const ids = Array.from({ length: 100 }, () => queue.schedule('x', clock.wallUs() + 1_000_000))
    expect(queue.pop()).toBeNull()
    clock.advanceMs(999)
    // Makes it look again.
    queue.schedule('far', clock.wallUs() + 1e9)
    expect(queue.pop()).toBeNull()
    clock.advanceMs(1)
    const popped = Array.from({ length: 100 }, () => queue.pop()?.id)
    expect(popped.toSorted()).toEqual(ids.toSorted())
  })

  it('a due task of Python never replaces a waiting one of the same name', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    fs.writeFileSync(path.join(dataDir, 'pending', '5_x'), encodeTask(Buffer.from('waiting')))
    fs.writeFileSync(path.join(dataDir, 'scheduled', '5_x'), encodeTask(Buffer.from('due')))
    expect([queue.pop(), queue.pop()].map((task) => text(task?.data ?? Buffer.alloc(0))).toSorted()).toEqual([
      'due',
      'waiting',
    ])
  })

  it('done() and fail() never replace another file that bears the same id', () => {
    for (const [verb, dir] of [
      ['done', 'done'],
      ['fail', 'failed'],
    ] as const) {
      const dataDir = makeTempDir()
      const queue = openQueue({ dataDir, nodeId: 'n' })
      const id = queue.push('a')
      fs.copyFileSync(path.join(dataDir, 'pending', id), path.join(dataDir, 'pending', `${id}x`))
      fs.writeFileSync(path.join(dataDir, 'pending', '5_x'), encodeTask(Buffer.from('new')))
      fs.writeFileSync(path.join(dataDir, dir, '5_x'), 'old')
      const task = queue.pop()
      if (task) queue[verb](task)
      expect(fs.readFileSync(path.join(dataDir, dir, '5_x'), 'utf8')).toBe('old')
      expect(listDir(dataDir, dir)).toHaveLength(2)
    }
  })

  it('a corrupt, an oversized and a too often claimed task go to failed/ with their reason, and the work goes on', () => {
    const dataDir = makeTempDir()
    const problems: QueueProblem[] = []
    const queue = openQueue({
      dataDir,
      nodeId: 'n',
      maxPayloadBytes: 10,
      maxAttempts: 2,
      onProblem: (problem) => problems.push(problem),
    })
    fs.writeFileSync(path.join(dataDir, 'pending', '1_corrupt'), 'x')
    fs.writeFileSync(path.join(dataDir, 'pending', '2_large'), encodeTask(Buffer.alloc(11)))
    fs.writeFileSync(
      path.join(dataDir, 'pending', '1795416245206309_3_poison~2'),
      encodeTask(Buffer.alloc(1)),
    )
    const good = queue.push('good')
    expect(queue.pop()?.id).toBe(good)
    expect(listDir(dataDir, 'failed')).toEqual(['1_corrupt', '2_large', '3_poison'])
    expect(problems.map((problem) => problem.kind)).toEqual([
      'corrupt-task',
      'oversized-task',
      'attempts-spent',
    ])
    expect(readFailureRecordOrNull(dataDir, '1_corrupt')?.attempts[0]?.message).toContain('too-short')
    expect(readFailureRecordOrNull(dataDir, '3_poison')?.attempts[0]?.message).toContain('2 times')
  })

  it('pop() is bounded whatever lies there, and says that it has not looked at everything', () => {
    const dataDir = makeMemoryDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    for (let i = 0; i < 1100; i++) fs.writeFileSync(path.join(dataDir, 'pending', `${i}_bad`), '')
    queue.push('good')
    expect(queue.pop()).toBeNull()
    expect(queue.moreToTry).toBe(true)
    expect(queue.pop()).not.toBeNull()
    expect(queue.moreToTry).toBe(false)
    expect(queue.pop()).toBeNull()
    expect(queue.moreToTry).toBe(false)
  })

  it('fail() keeps why, over several attempts, and a requeued task starts to count again', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const id = queue.push('a')
    const task = queue.pop()
    if (task) queue.fail(task, new TypeError('first', { cause: new Error('root') }))
    expect(
      requeueTask({
        dataDir,
        from: 'failed',
        name: id,
        identity: identityOf(path.join(dataDir, 'failed', id)),
      }).moved,
    ).toBe(true)
    const again = queue.pop()
    expect(again).toMatchObject({ id, attempt: 1 })
    if (again) queue.fail(again, 'second')
    expect(readFailureRecordOrNull(dataDir, id)).toMatchObject({
      version: 1,
      id,
      attempts: [
        { name: 'TypeError', message: 'first', cause: 'Error: root', node: 'n', attempt: 1 },
        { name: 'Error', message: 'second' },
      ],
    })
  })

  it('a move of another file than the one looked at, or of one that is gone, is not done', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const id = queue.push('a')
    const task = queue.pop()
    if (task) queue.fail(task)
    const identity = identityOf(path.join(dataDir, 'failed', id))
    const wrong = { dev: identity.dev, ino: identity.ino + 1n }
    expect(requeueTask({ dataDir, from: 'failed', name: id, identity: wrong })).toEqual({
      moved: false,
      reason: 'changed',
    })
    expect(requeueTask({ dataDir, from: 'failed', name: '1_gone', identity })).toEqual({
      moved: false,
      reason: 'gone',
    })
    expect(() => requeueTask({ dataDir, from: 'failed', name: '../done/1_a', identity })).toThrow(TypeError)
    expect(() => releaseTask({ dataDir, node: '..', name: id, identity })).toThrow(TypeError)
    expect(listDir(dataDir, 'failed')).toEqual([id])
  })

  it('new ids lie above what waits, but do not follow an id that is more than a day ahead', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock()
    openQueue({ dataDir, clock })
    fs.writeFileSync(
      path.join(dataDir, 'pending', `${clock.wallUs() + 3600e6}_ahead`),
      encodeTask(Buffer.from('ahead')),
    )
    fs.writeFileSync(
      path.join(dataDir, 'pending', `${clock.wallUs() + 48 * 3600e6}_absurd`),
      encodeTask(Buffer.from('absurd')),
    )
    const problems: QueueProblem[] = []
    const queue = openQueue({ dataDir, clock, nodeId: 'n', onProblem: (problem) => problems.push(problem) })
    expect(Number(queue.push('new').slice(0, 16))).toBeGreaterThan(clock.wallUs() + 3600e6)
    expect(
      [queue.pop(), queue.pop(), queue.pop()].map((task) => text(task?.data ?? Buffer.alloc(0))),
    ).toEqual(['ahead', 'new', 'absurd'])
    expect(problems).toMatchObject([{ kind: 'clock-ahead' }])
  })

  it('reports foreign files once and leaves them alone', () => {
    const dataDir = makeTempDir()
    const problems: QueueProblem[] = []
    const queue = openQueue({ dataDir, nodeId: 'n', onProblem: (problem) => problems.push(problem) })
    fs.writeFileSync(path.join(dataDir, 'pending', '.DS_Store'), '')
    fs.mkdirSync(path.join(dataDir, 'pending', '12_directory'))
    fs.symlinkSync('/etc/passwd', path.join(dataDir, 'pending', '13_link'))
    fs.writeFileSync(path.join(dataDir, 'pending', `1_${'x'.repeat(240)}`), encodeTask(Buffer.alloc(0)))
    fs.writeFileSync(path.join(dataDir, 'scheduled', 'Thumbs.db'), '')
    fs.mkdirSync(path.join(dataDir, '.git'))
    expect(queue.pop()).toBeNull()
    expect(queue.pop()).toBeNull()
    expect(problems.map((problem) => problem.kind).toSorted()).toEqual([
      ...Array<string>(5).fill('foreign-file'),
      'stray-directory',
    ])
    expect(listDir(dataDir, 'pending')).toHaveLength(3)
  })

  it('a read that fails for want of descriptors is no further claim: the task is not given up for it', () => {
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n', maxAttempts: 2 })
    const id = queue.push('a')
    const { openSync } = fs
    fs.openSync = () => {
      throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
    }
    try {
      for (let i = 0; i < 5; i++)
        expect(() => queue.pop()).toThrow(expect.objectContaining({ code: 'too-many-files' }))
    } finally {
      fs.openSync = openSync
    }
    expect(queue.pop()).toMatchObject({ id, attempt: 1 })
  })

  it('a due or an abandoned task that cannot be moved keeps no other from its turn', () => {
    const dataDir = makeTempDir()
    const problems: QueueProblem[] = []
    const clock = new ManualClock((Date.now() + 3600_000) * 1000)
    const queue = openQueue({ dataDir, clock, nodeId: 'n', onProblem: (problem) => problems.push(problem) })
    for (const name of ['1_stuck', '2_due'])
      fs.writeFileSync(path.join(dataDir, 'scheduled', name), encodeTask(Buffer.from(name)))
    fs.mkdirSync(path.join(dataDir, 'python'))
    for (const name of ['1_stuck too', '3_left'])
      fs.writeFileSync(path.join(dataDir, 'python', name), encodeTask(Buffer.from(name)))
    const { renameSync } = fs
    fs.renameSync = (from, to) => {
      if (String(from).includes('stuck')) throw Object.assign(new Error('EPERM'), { code: 'EPERM' })
      renameSync(from, to)
    }
    try {
      expect([queue.pop()?.id, queue.pop()?.id, queue.pop()]).toEqual(['2_due', '3_left', null])
    } finally {
      fs.renameSync = renameSync
    }
    expect(problems.map((problem) => [problem.kind, path.basename(problem.path)])).toEqual([
      ['unreadable-task', '1_stuck'],
      ['unreadable-task', '1_stuck too'],
    ])
    expect(listDir(dataDir, 'scheduled')).toEqual(['1_stuck'])
  })

  it('more tasks than one pop() moves may fall due together: each comes once, in the order of their times', () => {
    const dataDir = makeMemoryDir()
    const clock = new ManualClock()
    const queue = openQueue({ dataDir, clock, nodeId: 'n' })
    const ids = Array.from({ length: 1200 }, (_, i) => queue.schedule('x', clock.wallUs() + 1 + (i % 50)))
    clock.advanceMs(1)
    const popped: string[] = []
    for (let task = queue.pop(); task !== null; task = queue.pop()) {
      popped.push(task.id)
      queue.done(task)
    }
    expect(popped.toSorted()).toEqual(ids.toSorted())
    const stamps = popped.map((id) => Number(id.slice(0, 16)))
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b))
  })

  it('a reporter that throws does not stop the queue', () => {
    const dataDir = makeTempDir()
    const onProblem = (): never => {
      throw new Error('reporter')
    }
    const queue = openQueue({ dataDir, nodeId: 'n', onProblem })
    fs.writeFileSync(path.join(dataDir, 'pending', '1_bad'), '')
    expect(queue.pop()).toBeNull()
  })
})
