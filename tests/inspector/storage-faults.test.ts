import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openActs } from '../helpers/acts.ts'
import { makeEmptyQueue, makeTempDir, snapshotOf, writeTask } from '../helpers/queue-dirs.ts'

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

describe('actions that the disk refuses', () => {
  it('say that the file system is read-only, and change nothing', async ({ skip }) => {
    const small = mountSmallDisk()
    if (small === null) return skip('mounting needs root')
    const { disk, queue } = small
    spawnSync('mount', ['-o', 'remount,ro', disk])
    const before = snapshotOf(disk)
    const acts = await openActs(queue, null)
    const tasks = await acts.refs('failed', 1)
    const readOnly = { code: 'STORAGE_FAILED', message: expect.stringContaining('read-only') as string }
    await expect(acts.perform('requeue', tasks)).rejects.toMatchObject(readOnly)
    await expect(acts.acts.push(Buffer.from('x'), null)).rejects.toMatchObject(readOnly)
    await acts.close()
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
    const acts = await openActs(queue, null)
    await expect(acts.acts.push(Buffer.alloc(100_000), null)).rejects.toMatchObject(full)
    expect(readdirSync(path.join(queue, 'creating'))).toEqual([])
    expect(readdirSync(path.join(queue, 'pending'))).toEqual([])
    await expect(acts.perform('requeue', await acts.refs('failed', 1))).rejects.toMatchObject(full)
    expect(readdirSync(path.join(queue, 'failed'))).toEqual(['5_x'])
    await acts.close()
  })

  it('say that the directory is gone, and do not make it again', async () => {
    const queue = makeEmptyQueue(makeTempDir())
    writeTask(queue, 'failed', '5_x', 'payload')
    const acts = await openActs(queue, null)
    const tasks = await acts.refs('failed', 1)
    rmSync(queue, { recursive: true })
    const gone = { code: 'STORAGE_FAILED', message: expect.stringContaining('is gone') as string }
    await expect(acts.perform('requeue', tasks)).rejects.toMatchObject(gone)
    await expect(acts.acts.push(Buffer.from('x'), null)).rejects.toMatchObject(gone)
    expect(existsSync(queue)).toBe(false)
  })

  it('find a task that another node holds under a lease', async () => {
    const queue = makeEmptyQueue(makeTempDir(), ['worker-b'])
    writeTask(queue, 'failed', '1795418499713046_x', 'payload')
    const acts = await openActs(queue, null)
    const tasks = await acts.refs('failed', 1)
    rmSync(path.join(queue, 'failed/1795418499713046_x'))
    writeTask(queue, 'worker-b', '1795418500000000_1795418499713046_x', 'payload')
    const { outcomes } = await acts.perform('requeue', tasks)
    expect(outcomes).toMatchObject([{ result: 'skipped', reason: 'Already taken by worker-b.' }])
  })
})
