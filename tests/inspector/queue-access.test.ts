import { chmodSync, existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ActiveWork } from '../../shared/inspector/active-work.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { QueueRegistry } from '../../shared/inspector/queue-registry.ts'
import { makeFakeHost } from '../helpers/fake-host.ts'
import { makeEmptyQueue, makeTempDir, snapshotOf } from '../helpers/queue-dirs.ts'

function makeRegistry(host: Partial<Host>): QueueRegistry {
  const registry = new QueueRegistry(makeFakeHost(host), new ActiveWork())
  onTestFinished(() => registry.closeAll())
  return registry
}

describe('the lock of a queue', () => {
  it('is off for a local queue of the person’s own', async () => {
    const info = await makeRegistry({}).open(makeEmptyQueue(makeTempDir()), false)
    expect(info.access).toEqual({ canWrite: true, reason: null, canUnlock: true })
  })

  it.each(['.', 'pending', 'failed'])(
    'is on where anybody may write to %s, until it is unlocked',
    async (at) => {
      const dir = makeEmptyQueue(makeTempDir())
      chmodSync(path.join(dir, at), 0o777)
      const registry = makeRegistry({ stateDir: makeTempDir('state') })
      const info = await registry.open(dir, false)
      expect(info.access).toMatchObject({ canWrite: false, canUnlock: true })
      expect(info.access.reason).toContain('every user')
      expect(() => registry.getWritable(info.queueId)).toThrow('every user')
      expect(registry.setLock(info.queueId, false).access).toMatchObject({ canWrite: true })
      expect(registry.getWritable(info.queueId).info.access.canWrite).toBe(true)
    },
  )

  it('is off where only owners may rename what lies in a shared directory', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    chmodSync(dir, 0o1777)
    expect((await makeRegistry({}).open(dir, false)).access.canWrite).toBe(true)
  })

  it('is remembered across restarts, outside the queue', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const stateDir = makeTempDir('state')
    const before = snapshotOf(dir)
    const registry = makeRegistry({ stateDir })
    registry.setLock((await registry.open(dir, false)).queueId, true)
    const later = await makeRegistry({ stateDir }).open(dir, false)
    expect(later.access).toMatchObject({ canWrite: false, canUnlock: true })
    expect(later.access.reason).toContain('You locked')
    expect(snapshotOf(dir)).toEqual(before)
  })

  it('cannot be opened where the host was started for looking only', async () => {
    const registry = makeRegistry({ readOnlyReason: 'Started for looking.' })
    const { queueId, access } = await registry.open(makeEmptyQueue(makeTempDir()), false)
    expect(access).toEqual({ canWrite: false, reason: 'Started for looking.', canUnlock: false })
    expect(() => registry.setLock(queueId, false)).toThrow('Started for looking.')
  })

  it('keeps nothing inside a queue that holds the state directory', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const registry = makeRegistry({ stateDir: path.join(dir, '.state') })
    const { queueId } = await registry.open(dir, false)
    expect(registry.setLock(queueId, true).access.canWrite).toBe(false)
    expect(existsSync(path.join(dir, '.state'))).toBe(false)
    expect(readdirSync(dir)).not.toContain('.state')
  })
})
