import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FemtoQueue } from '../../shared/queue/index.ts'
import { withFault } from './faulty-fs.ts'
import { listDir, makeTempDir, ManualClock, openQueue } from './temp-queue.ts'

/** The calls that decide what a power cut leaves, with what they act on, relative to the queue. */
function traceDurability(dataDir: string, act: () => unknown): string[] {
  const trace: string[] = []
  const paths = new Map<number, string>()
  const { openSync, fsyncSync, renameSync, writeSync } = fs
  const show = (file: unknown): string =>
    String(file)
      .replace(`${dataDir}/`, '')
      .replaceAll(/\d{16}_[0-9a-f]{32}/g, 'ID')
      .replaceAll(/\d{16}_ID/g, 'LEASE')
  fs.openSync = ((file: string, ...rest: unknown[]) => {
    const fd = (openSync as (...args: unknown[]) => number)(file, ...rest)
    paths.set(fd, show(file))
    return fd
  }) as typeof openSync
  fs.writeSync = (fd: number, ...rest: unknown[]) => {
    trace.push(`write ${paths.get(fd) ?? 'clock'}`)
    return (writeSync as (...args: unknown[]) => number)(fd, ...rest)
  }
  fs.fsyncSync = (fd) => {
    trace.push(`fsync ${paths.get(fd)}`)
    fsyncSync(fd)
  }
  fs.renameSync = (from, to) => {
    trace.push(`rename ${show(from)} ${show(to)}`)
    renameSync(from, to)
  }
  try {
    act()
  } finally {
    Object.assign(fs, { openSync, fsyncSync, renameSync, writeSync })
  }
  return trace
}

describe('with syncAfterWrite', () => {
  it('push and schedule write, fsync the file, rename, fsync the directory, in that order', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, syncAfterWrite: true })
    expect(traceDurability(dataDir, () => queue.push('a'))).toEqual([
      'write creating/ID',
      'fsync creating/ID',
      'rename creating/ID pending/ID',
      'fsync pending',
    ])
    expect(traceDurability(dataDir, () => queue.schedule('a', 5)).at(-1)).toBe('fsync scheduled')
  })

  it('done and fail fsync the directory after the rename', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n', syncAfterWrite: true })
    queue.push('a')
    queue.push('b')
    const [a, b] = [queue.pop(), queue.pop()]
    if (!a || !b) throw new Error('no task')
    expect(traceDurability(dataDir, () => queue.done(a))).toEqual(['rename n/LEASE done/ID', 'fsync done'])
    expect(traceDurability(dataDir, () => queue.fail(b))).toEqual([
      'rename n/LEASE failed/ID',
      'fsync failed',
    ])
  })

  it('an fsync that fails fails the push, is not tried again, and leaves nothing behind', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, syncAfterWrite: true })
    const failAt = withFault(-1, 'EIO', () => queue.push('a')).faults.calls.indexOf('fsyncSync')
    const { outcome, faults } = withFault(failAt, 'EIO', () => queue.push('b'))
    expect(outcome).toMatchObject({ code: 'io', state: 'absent' })
    expect(faults.calls.filter((call) => call === 'fsyncSync')).toHaveLength(1)
    expect(listDir(dataDir, 'pending')).toHaveLength(1)
    expect(listDir(dataDir, 'creating')).toEqual([])
  })

  it('a directory whose fsync fails makes the state unknown, and the error names the task', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, syncAfterWrite: true })
    const failAt = withFault(-1, 'EIO', () => queue.push('a')).faults.calls.lastIndexOf('fsyncSync')
    const { outcome } = withFault(failAt, 'EIO', () => queue.push('b'))
    expect(outcome).toMatchObject({
      code: 'state-unknown',
      state: 'unknown',
      taskId: listDir(dataDir, 'pending')[1],
    })
  })
})

describe('the system calls of an operation', () => {
  /** A fixed number whatever waits: the cost of one operation does not grow with the queue. */
  it.each([1, 200])('are the same few with %i tasks waiting', (waiting) => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n', clock: new ManualClock() })
    for (let i = 0; i < waiting + 1; i++) queue.push('x')
    queue.pop()
    const calls = (act: (queue: FemtoQueue) => unknown): string[] =>
      withFault(-1, 'EIO', () => act(queue)).faults.calls
    const push = calls((q) => q.push('x'))
    const pop = calls((q) => q.pop())
    expect(push).toEqual(['readSync', 'openSync', 'writeSync', 'closeSync', 'renameSync'])
    expect(pop).toEqual(['renameSync', 'openSync', 'fstatSync', 'readSync', 'closeSync'])
  })
})
