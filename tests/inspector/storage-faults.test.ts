import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TaskRef } from '../../shared/contract/model.ts'
import { pushTask } from '../../shared/inspector/actions/push.ts'
import { requeueTasks } from '../../shared/inspector/actions/requeue.ts'
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../shared/inspector/queue-session.ts'
import { makeEmptyQueue, makeTempDir, snapshotOf, writeTask } from '../helpers/queue-dirs.ts'

const LIMIT = 1024 * 1024

/** A disk of 1 MB with a queue on it that has one failed task. Unmounted with the test. */
function mountSmallDisk(): { disk: string; queue: string } | null {
  const disk = path.join(makeTempDir(), 'disk')
  mkdirSync(disk)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk]).status !== 0) return null
  onTestFinished(() => {
    spawnSync('umount', [disk])
  })
  const queue = makeEmptyQueue(disk)
  writeTask(queue, 'failed', '5_x', 'payload')
  return { disk, queue }
}

async function failedRefs(queue: string): Promise<TaskRef[]> {
  const session = new QueueSession(await readQueueDir(queue))
  await session.start()
  const { rows } = await session.window({ state: 'failed', node: null }, 'oldest', 0, 10)
  await session.close()
  return rows.map(({ ref }) => ref).filter((ref) => ref !== null)
}

describe('actions that the disk refuses', () => {
  it('say that the file system is read-only, and change nothing', async ({ skip }) => {
    const small = mountSmallDisk()
    if (small === null) return skip('mounting needs root')
    const { disk, queue } = small
    spawnSync('mount', ['-o', 'remount,ro', disk])
    const before = snapshotOf(disk)
    const tasks = await failedRefs(queue)
    const readOnly = { code: 'STORAGE_FAILED', message: expect.stringContaining('read-only') as string }
    expect(() => requeueTasks(queue, tasks)).toThrow(expect.objectContaining(readOnly) as Error)
    expect(() => pushTask(queue, Buffer.from('x'), null, LIMIT)).toThrow(
      expect.objectContaining(readOnly) as Error,
    )
    expect(snapshotOf(disk)).toEqual(before)
  })

  it('say that the disk is full, and leave nothing half done', async ({ skip }) => {
    const small = mountSmallDisk()
    if (small === null) return skip('mounting needs root')
    const { disk, queue } = small
    expect(() => {
      for (let at = 0; at < 100; at++) writeFileSync(path.join(disk, `fill-${at}`), Buffer.alloc(64 * 1024))
    }).toThrow('ENOSPC')
    const full = { code: 'STORAGE_FAILED', message: expect.stringContaining('disk is full') as string }
    expect(() => pushTask(queue, Buffer.alloc(100_000), null, LIMIT)).toThrow(
      expect.objectContaining(full) as Error,
    )
    expect(readdirSync(path.join(queue, 'creating'))).toEqual([])
    expect(readdirSync(path.join(queue, 'pending'))).toEqual([])
    const tasks = await failedRefs(queue)
    expect(() => requeueTasks(queue, tasks)).toThrow(expect.objectContaining(full) as Error)
    expect(readdirSync(path.join(queue, 'failed'))).toEqual(['5_x'])
  })

  it('say that the directory is gone, and do not make it again', async () => {
    const queue = makeEmptyQueue(makeTempDir())
    writeTask(queue, 'failed', '5_x', 'payload')
    const tasks = await failedRefs(queue)
    rmSync(queue, { recursive: true })
    const gone = { code: 'STORAGE_FAILED', message: expect.stringContaining('is gone') as string }
    expect(() => requeueTasks(queue, tasks)).toThrow(expect.objectContaining(gone) as Error)
    expect(() => pushTask(queue, Buffer.from('x'), null, LIMIT)).toThrow(
      expect.objectContaining(gone) as Error,
    )
    expect(existsSync(queue)).toBe(false)
  })

  it('find a task that another node holds under a lease', async () => {
    const queue = makeEmptyQueue(makeTempDir(), ['worker-b'])
    writeTask(queue, 'failed', '1795418499713046_x', 'payload')
    const tasks = await failedRefs(queue)
    rmSync(path.join(queue, 'failed/1795418499713046_x'))
    writeTask(queue, 'worker-b', '1795418500000000_1795418499713046_x', 'payload')
    expect(requeueTasks(queue, tasks)).toMatchObject([
      { result: 'skipped', reason: 'Already taken by worker-b.' },
    ])
  })
})
