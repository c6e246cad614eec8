import { describe, expect, it } from 'vitest'
import { readFailureRecordOrNull, type FemtoTask, type QueueProblem } from '../../shared/queue/index.ts'
import { listDir, makeTempDir, openQueue, text, waitUntil } from './temp-queue.ts'

/** A poll that never comes: what happens then was woken by the directory. */
const NO_POLL = { pollMs: 2 ** 31 - 1 }

describe('work()', () => {
  it('finishes what returns, fails what throws with its reason, and ends with the signal', async () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const [good, bad, silent] = [queue.push('good'), queue.push('bad'), queue.push('silent')]
    const stop = new AbortController()
    const work = queue.work(
      async (task) => {
        await Promise.resolve()
        if (task.id === bad) throw new Error('as told')
        // oxlint-disable-next-line typescript/only-throw-error -- JavaScript handlers throw anything
        if (task.id === silent) throw undefined
      },
      { signal: stop.signal },
    )
    await waitUntil(() => listDir(dataDir, 'done').length + listDir(dataDir, 'failed').length === 3)
    stop.abort()
    await work
    expect(listDir(dataDir, 'done')).toEqual([good])
    expect(readFailureRecordOrNull(dataDir, bad)?.attempts[0]).toMatchObject({
      message: 'as told',
      node: 'n',
    })
    expect(readFailureRecordOrNull(dataDir, silent)?.attempts[0]?.message).toContain('threw nothing')
  })

  it('is woken by a new task, by a scheduled one, and by one that another queue schedules', async () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const producer = openQueue({ dataDir })
    const seen: string[] = []
    const stop = new AbortController()
    const work = queue.work((task) => void seen.push(text(task.data)), { signal: stop.signal, ...NO_POLL })
    await new Promise((resolve) => setTimeout(resolve, 20))
    producer.push('pushed')
    await waitUntil(() => seen.length === 1)
    producer.schedule('scheduled', new Date(Date.now() + 50))
    await waitUntil(() => seen.length === 2)
    expect(seen).toEqual(['pushed', 'scheduled'])
    stop.abort()
    await work
  })

  it('works on as many at once as asked for, and drains on abort', async () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    for (let i = 0; i < 10; i++) queue.push(String(i))
    const open: Array<() => void> = []
    const stop = new AbortController()
    let ended = false
    const work = queue
      .work(() => new Promise<void>((resolve) => void open.push(resolve)), {
        concurrency: 3,
        signal: stop.signal,
      })
      .then(() => (ended = true))
    await waitUntil(() => open.length === 3)
    open.shift()?.()
    await waitUntil(() => open.length === 3)
    stop.abort()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(ended).toBe(false)
    for (const end of open) end()
    await work
    expect(listDir(dataDir, 'done')).toHaveLength(4)
    expect(listDir(dataDir, 'pending')).toHaveLength(6)
  })

  it('sends signs of life: a long task is not taken by others', async () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n', timeoutStaleMs: 100 })
    const other = openQueue({ dataDir, nodeId: 'other', timeoutStaleMs: 100 })
    queue.push('long')
    const stop = new AbortController()
    let end = (): void => {}
    const work = queue.work(() => new Promise<void>((resolve) => (end = resolve)), { signal: stop.signal })
    const names = new Set<string>()
    await waitUntil(() => {
      for (const name of listDir(dataDir, 'n')) names.add(name)
      expect(other.pop()).toBeNull()
      return names.size > 8
    })
    end()
    stop.abort()
    await work
    expect(listDir(dataDir, 'done')).toHaveLength(1)
  })

  it('fires the signal of a task that was taken away, and does not finish it', async () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n', timeoutStaleMs: 40 })
    queue.push('a')
    const stop = new AbortController()
    const work = queue.work(
      (task: FemtoTask) =>
        new Promise<void>((resolve) => task.signal.addEventListener('abort', () => resolve())),
      { signal: stop.signal },
    )
    await waitUntil(() => listDir(dataDir, 'n').length === 1)
    const fs = await import('node:fs')
    const [name = ''] = listDir(dataDir, 'n')
    fs.renameSync(`${dataDir}/n/${name}`, `${dataDir}/failed/taken`)
    stop.abort()
    await work
    expect(listDir(dataDir, 'done')).toEqual([])
  })

  it('rejects when the queue is closed under it, and refuses what is no handler', async () => {
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
    await expect(queue.work('x' as never)).rejects.toThrow(TypeError)
    await expect(queue.work(() => {}, { concurrency: 0 })).rejects.toThrow(RangeError)
    await expect(openQueue({ dataDir: makeTempDir() }).work(() => {})).rejects.toThrow(TypeError)
    const work = queue.work(() => {}, { pollMs: 5 })
    queue.close()
    await expect(work).rejects.toMatchObject({ code: 'closed' })
  })

  it('waits out an error of the disk and tells it', async () => {
    const dataDir = makeTempDir()
    const problems: QueueProblem[] = []
    const queue = openQueue({ dataDir, nodeId: 'n', onProblem: (problem) => problems.push(problem) })
    const fs = (await import('node:fs')).default
    const { openSync } = fs
    const stop = new AbortController()
    queue.push('a')
    fs.openSync = () => {
      throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
    }
    const work = queue.work(() => {}, { signal: stop.signal, pollMs: 5 })
    await waitUntil(() => problems.length > 0)
    fs.openSync = openSync
    await waitUntil(() => listDir(dataDir, 'done').length === 1)
    expect(problems[0]).toMatchObject({ kind: 'io-error', cause: { code: 'too-many-files' } })
    stop.abort()
    await work
  })
})

describe('tasks()', () => {
  it('gives tasks as they come until the signal', async () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    queue.push('a')
    queue.push('b')
    const stop = new AbortController()
    const seen: string[] = []
    for await (const task of queue.tasks({ signal: stop.signal })) {
      seen.push(text(task.data))
      queue.done(task)
      if (seen.length === 2) setTimeout(() => queue.push('c'), 5)
      if (seen.length === 3) stop.abort()
    }
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(listDir(dataDir, 'done')).toHaveLength(3)
  })
})
