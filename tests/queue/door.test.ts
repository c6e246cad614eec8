import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { FemtoQueue, FemtoQueueError } from '../../shared/queue/index.ts'
import { makeTempDir, openQueue } from './temp-queue.ts'

/** Calls with what the types forbid, as JavaScript callers do. */
const bad = (value: unknown): never => value as never

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof FemtoQueueError) return error.code
    return error instanceof Error ? error.name : String(error)
  }
  return 'accepted'
}

describe('at the door', () => {
  it.each([
    [{ dataDir: '' }, 'TypeError'],
    [{ dataDir: 7 }, 'TypeError'],
    [{ dataDir: 'a\0b' }, 'TypeError'],
    [{ nodeId: '' }, 'TypeError'],
    [{ nodeId: '..' }, 'TypeError'],
    [{ nodeId: 'a/b' }, 'TypeError'],
    [{ nodeId: 'pending' }, 'TypeError'],
    [{ nodeId: 'CON' }, 'TypeError'],
    [{ nodeId: null }, 'TypeError'],
    [{ timeoutStaleMs: 0 }, 'RangeError'],
    [{ timeoutStaleMs: 1.5 }, 'RangeError'],
    [{ timeoutStaleMs: Number.NaN }, 'RangeError'],
    [{ timeoutStaleMs: '5' }, 'TypeError'],
    [{ maxAttempts: -1 }, 'RangeError'],
    [{ maxPayloadBytes: Number.POSITIVE_INFINITY }, 'RangeError'],
    [{ syncAfterWrite: 'yes' }, 'TypeError'],
    [{ create: 1 }, 'TypeError'],
    [{ onProblem: {} }, 'TypeError'],
    [{ clock: {} }, 'TypeError'],
  ])('refuses to open with %j', (options, expected) => {
    const dataDir = makeTempDir()
    expect(codeOf(() => new FemtoQueue(bad({ dataDir, ...options })))).toBe(expected)
    expect(fs.readdirSync(dataDir)).toEqual([])
  })

  it.each([
    Number.NaN,
    -1,
    0.5,
    Number.POSITIVE_INFINITY,
    1e17,
    new Date(Number.NaN),
    new Date(-1),
    '2020',
    null,
    undefined,
    5n,
  ])('refuses to schedule at %s', (when) => {
    const queue = openQueue({ dataDir: makeTempDir() })
    expect(['TypeError', 'RangeError']).toContain(codeOf(() => queue.schedule('x', bad(when))))
    expect(fs.readdirSync(path.join(queue.dataDir, 'scheduled'))).toEqual([])
  })

  it('refuses payloads that are no bytes, and too large ones, and stores nothing of them', () => {
    const queue = openQueue({ dataDir: makeTempDir(), maxPayloadBytes: 3 })
    for (const data of [null, undefined, 1, {}, [1], new ArrayBuffer(1)])
      expect(codeOf(() => queue.push(bad(data)))).toBe('TypeError')
    expect(codeOf(() => queue.push('four'))).toBe('too-large')
    expect(queue.push('ööö'.slice(0, 1))).toBeTypeOf('string')
    expect(fs.readdirSync(path.join(queue.dataDir, 'creating'))).toEqual([])
  })

  it('refuses what is no task, a task of another queue, and a second end of the same task', () => {
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
    const other = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
    other.push('a')
    queue.push('a')
    const foreign = other.pop()
    const task = queue.pop()
    for (const verb of ['done', 'fail', 'extend', 'release'] as const) {
      for (const none of [null, undefined, 'x', {}, { id: task?.id }])
        expect(codeOf(() => queue[verb](bad(none)))).toBe('TypeError')
      expect(codeOf(() => queue[verb](bad(foreign)))).toBe('not-held')
    }
    queue.done(bad(task))
    expect(codeOf(() => queue.done(bad(task)))).toBe('not-held')
  })

  it('refuses everything after close(), which may be called twice', () => {
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
    queue.push('a')
    const task = queue.pop()
    queue.close()
    queue.close()
    const calls = [
      () => queue.push('x'),
      () => queue.pop(),
      () => queue.schedule('x', 0),
      () => queue.done(bad(task)),
      () => queue.fail(bad(task), 'why'),
      () => queue.extend(bad(task)),
      () => queue.release(bad(task)),
      () => queue.tasks(),
    ]
    expect(calls.map(codeOf)).toEqual(Array(8).fill('closed'))
  })

  it('refuses a directory inside another queue, links and files in place of state directories', () => {
    const outer = openQueue({ dataDir: makeTempDir() })
    expect(codeOf(() => new FemtoQueue({ dataDir: path.join(outer.dataDir, 'inner') }))).toBe('bad-layout')
    expect(codeOf(() => new FemtoQueue({ dataDir: path.join(outer.dataDir, 'done', 'inner') }))).toBe(
      'bad-layout',
    )
    const linked = makeTempDir()
    fs.symlinkSync(outer.dataDir, path.join(linked, 'pending'))
    expect(codeOf(() => new FemtoQueue({ dataDir: linked }))).toBe('bad-layout')
    const filed = makeTempDir()
    fs.writeFileSync(path.join(filed, 'done'), '')
    expect(codeOf(() => new FemtoQueue({ dataDir: filed }))).toBe('bad-layout')
    expect(codeOf(() => new FemtoQueue({ dataDir: path.join(filed, 'done', 'deeper') }))).toBe('bad-layout')
  })

  it('refuses what only a link makes look like a place of its own, for the queue as for a node', () => {
    const outer = openQueue({ dataDir: makeTempDir() })
    const elsewhere = makeTempDir()
    fs.symlinkSync(path.join(outer.dataDir, 'done'), path.join(elsewhere, 'link'))
    expect(codeOf(() => new FemtoQueue({ dataDir: path.join(elsewhere, 'link', 'inner') }))).toBe(
      'bad-layout',
    )
    fs.symlinkSync(elsewhere, path.join(outer.dataDir, 'node'))
    expect(codeOf(() => new FemtoQueue({ dataDir: outer.dataDir, nodeId: 'node' }))).toBe('bad-layout')
    expect(fs.readdirSync(elsewhere)).toEqual(['link'])
    expect(fs.readdirSync(outer.dataDir).filter((name) => name.startsWith('.fq-node'))).toEqual([])
  })

  it('refuses a place that is neither back nor front, and keeps the task', () => {
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
    queue.push('a')
    const task = queue.pop()
    expect(codeOf(() => queue.release(bad(task), { place: bad('middle') }))).toBe('TypeError')
    queue.done(bad(task))
  })

  it('without create it makes nothing', () => {
    const dataDir = makeTempDir()
    expect(codeOf(() => new FemtoQueue({ dataDir, create: false }))).toBe('not-a-queue')
    expect(codeOf(() => new FemtoQueue({ dataDir: path.join(dataDir, 'absent'), create: false }))).toBe(
      'not-a-queue',
    )
    expect(fs.readdirSync(dataDir)).toEqual([])
  })

  it('says that a directory that vanished under it is gone', () => {
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
    queue.push('a')
    const task = queue.pop()
    fs.rmSync(path.join(queue.dataDir, 'done'), { recursive: true })
    expect(codeOf(() => queue.done(bad(task)))).toBe('not-a-queue')
    fs.mkdirSync(path.join(queue.dataDir, 'done'))
    queue.done(bad(task))
    fs.rmSync(queue.dataDir, { recursive: true })
    expect(codeOf(() => queue.push('b'))).toBe('not-a-queue')
    expect(codeOf(() => queue.pop())).toBe('not-a-queue')
  })
})
