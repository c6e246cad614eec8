/** NFS: a rename is done and its reply is lost. The client tries again and is told ENOENT, or gives up with another error. */
import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listDir, makeTempDir, openQueue } from './temp-queue.ts'

/** Runs `act` with the first rename done and its reply replaced by an error. */
function withLostReply<T>(code: string, act: () => T): T {
  const { renameSync } = fs
  fs.renameSync = (from, to) => {
    fs.renameSync = renameSync
    renameSync(from, to)
    throw Object.assign(new Error(`${code}: the reply was lost`), { code })
  }
  try {
    return act()
  } finally {
    fs.renameSync = renameSync
  }
}

describe.each(['ENOENT', 'EIO', 'ETIMEDOUT', 'ESTALE'])(
  'a rename that was done and answered by %s',
  (code) => {
    it('is a push that was stored, once', () => {
      const queue = openQueue({ dataDir: makeTempDir() })
      const id = withLostReply(code, () => queue.push('a'))
      expect(listDir(queue.dataDir, 'pending')).toEqual([id])
      expect(listDir(queue.dataDir, 'creating')).toEqual([])
    })

    it('is a task that was claimed, and a lease that was extended', () => {
      const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
      const id = queue.push('a')
      const task = withLostReply(code, () => queue.pop())
      expect(task?.id).toBe(id)
      if (task) withLostReply(code, () => queue.extend(task))
      expect(queue.pop()).toBeNull()
      if (task) queue.done(task)
      expect(listDir(queue.dataDir, 'done')).toEqual([id])
    })

    it('is a task that ended; where a robber may have ended it, it is said to be lost', () => {
      for (const [verb, dir] of [
        ['done', 'done'],
        ['fail', 'failed'],
        ['release', 'pending'],
      ] as const) {
        const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
        queue.push('a')
        const task = queue.pop()
        if (task === null) throw new Error('no task')
        const act = (): void => withLostReply(code, () => queue[verb](task))
        if (code === 'ENOENT') expect(act).toThrow(expect.objectContaining({ code: 'lease-lost' }))
        else act()
        expect(listDir(queue.dataDir, dir)).toHaveLength(1)
        expect(listDir(queue.dataDir, 'n')).toEqual([])
      }
    })
  },
)

it('an error after which the task is nowhere to be found says that its state is unknown', () => {
  const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n' })
  queue.push('a')
  const task = queue.pop()
  if (task === null) throw new Error('no task')
  const { renameSync } = fs
  fs.renameSync = (from) => {
    fs.renameSync = renameSync
    fs.rmSync(from)
    throw Object.assign(new Error('EIO'), { code: 'EIO' })
  }
  expect(() => queue.done(task)).toThrow(expect.objectContaining({ code: 'io', state: 'unknown' }))
})
