import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { QueueUpdate } from '../../shared/contract/model.ts'
import { LOCAL_DISK } from '../../shared/inspector/disk.ts'
import { toNetworkNameOrNull } from '../../shared/inspector/file-system-kind.ts'
import type { Disk } from '../../shared/inspector/disk.ts'
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../shared/inspector/queue-session.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const PENDING = { state: 'pending', node: null } as const

/** A gate that calls wait at while it is shut. */
function makeGate(): { open(): void; pass(): Promise<void> } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, pass: () => opened }
}

async function openSession(
  dir: string,
  disk: Disk,
): Promise<{ session: QueueSession; updates: QueueUpdate[] }> {
  const session = new QueueSession(await readQueueDir(dir), { disk })
  const stop = new AbortController()
  onTestFinished(async () => {
    stop.abort()
    await session.close()
  })
  const updates: QueueUpdate[] = []
  void (async () => {
    for await (const update of session.updates(stop.signal)) updates.push(update)
  })()
  return { session, updates }
}

describe('a directory of many tasks', () => {
  it('shows its first names while the rest is being listed, and says that they are a part', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    for (let at = 0; at < 1_100; at++) writeFileSync(path.join(dir, 'pending', `${1_000_000 + at}_x`), '')
    const gate = makeGate()
    const disk = {
      ...LOCAL_DISK,
      readdir: async (full: string) => {
        await gate.pass()
        return LOCAL_DISK.readdir(full)
      },
    }
    const { session, updates } = await openSession(dir, disk)
    const part = await session.window(PENDING, 'oldest', 0, 50)
    expect(part).toMatchObject({ isPartial: true, total: 512 })
    expect(part.rows).toHaveLength(50)
    expect(updates).toEqual([])
    gate.open()
    const first = await waitUntil('the first update', () => updates[0])
    expect(first.counts.pending).toBe(1_100)
    const whole = await session.window(PENDING, 'oldest', 0, 50)
    expect(whole.isPartial).toBeUndefined()
    expect([whole.total, whole.rows[0]?.name]).toEqual([1_100, '1000000_x'])
    expect(first.listRevisions.pending).toBeGreaterThan(part.revision)
  })
})

describe('a disk that answers slowly', () => {
  it('is called slow while it is waited for; what was listed before is shown on', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeTask(dir, 'pending', '5_x', 'x')
    let gate: ReturnType<typeof makeGate> | null = null
    const disk: Disk = {
      ...LOCAL_DISK,
      readdir: async (full) => {
        await gate?.pass()
        return LOCAL_DISK.readdir(full)
      },
    }
    const { session, updates } = await openSession(dir, disk)
    await session.start()
    gate = makeGate()
    const scanned = session.rescan()
    const slow = await waitUntil('its being slow', () => {
      const latest = updates.at(-1)?.health
      return latest?.mode === 'catching-up' ? latest : null
    })
    expect(slow.reason).toContain('disk')
    expect((await session.window(PENDING, 'oldest', 0, 5)).rows[0]?.preview).toBe('x')
    gate.open()
    await scanned
    await waitUntil('its being live again', () => updates.at(-1)?.health.mode === 'live')
  })

  it('is asked through the thread pool once it was slow, so that the thread goes on', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const asked = { inPlace: 0, inPool: 0 }
    const disk: Disk = {
      ...LOCAL_DISK,
      seeNow(file) {
        asked.inPlace++
        const until = performance.now() + 40
        while (performance.now() < until);
        return LOCAL_DISK.seeNow(file)
      },
      async see(file) {
        asked.inPool++
        const until = performance.now() + 40
        while (performance.now() < until);
        return LOCAL_DISK.see(file)
      },
    }
    const { session, updates } = await openSession(dir, disk)
    await session.start()
    for (let at = 1; at <= 3; at++) {
      writeTask(dir, 'pending', `${at}_x`, 'x')
      await waitUntil('the task', () => updates.at(-1)?.counts.pending === at)
    }
    expect(asked.inPool).toBeGreaterThan(0)
  })
})

describe('a network file system', () => {
  it('is known by its number in statfs(2), signed or not', () => {
    expect(toNetworkNameOrNull(0x6969)).toBe('NFS')
    expect(toNetworkNameOrNull(0xff534d42)).toBe('CIFS')
    expect(toNetworkNameOrNull(0xff534d42 | 0)).toBe('CIFS')
    expect(toNetworkNameOrNull(0x65735546)).toBe('FUSE')
    expect(toNetworkNameOrNull(0xef53)).toBeNull()
    expect(toNetworkNameOrNull(0x01021994)).toBeNull()
  })

  it('is polled, says so, and is never waited for in place', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['worker'])
    writeTask(dir, 'pending', '5_x', 'x')
    const disk: Disk = {
      ...LOCAL_DISK,
      readFileSystemType: async () => 0x6969,
      seeNow: () => {
        throw new Error('waited in place')
      },
    }
    const { session, updates } = await openSession(dir, disk)
    await session.start()
    await waitUntil('the first update', () => updates.length > 0)
    expect(updates[0]?.health).toMatchObject({ mode: 'polling', reason: expect.stringContaining('NFS') })
    renameSync(path.join(dir, 'pending/5_x'), path.join(dir, 'worker/5_x'))
    await waitUntil('the claim', () => updates.at(-1)?.counts['in-progress'] === 1)
    for (const { counts } of updates) expect(counts.pending + counts['in-progress']).toBe(1)
  })
})

describe('after sleep', () => {
  it('everything is listed again: events may have been lost, and other machines went on', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const { session, updates } = await openSession(dir, LOCAL_DISK)
    await session.start()
    const sleptMs = 3_600_000
    const now = Date.now.bind(Date)
    vi.spyOn(Date, 'now').mockImplementation(() => now() + sleptMs)
    onTestFinished(() => {
      vi.restoreAllMocks()
    })
    await waitUntil('the listing', () => (updates.at(-1)?.health.reconciledAtMs ?? 0) > now() + sleptMs / 2)
  })
})
