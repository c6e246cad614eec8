import { fork } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compareTaskNames, encodeTask, SharedClock } from '../../shared/queue/index.ts'
import { makeTempDir, ManualClock, openQueue } from './temp-queue.ts'

const PUSHER = fileURLToPath(new URL('pusher.ts', import.meta.url))

describe('order', () => {
  it('tasks are offered in the order of their pushes, across processes', async () => {
    const dataDir = makeTempDir()
    openQueue({ dataDir })
    const pushers = Array.from({ length: 4 }, () => fork(PUSHER, [dataDir], { execArgv: [] }))
    onTestFinished(() => {
      for (const pusher of pushers) pusher.kill('SIGKILL')
    })
    const ids: string[] = []
    // Each push starts after the one before it was acknowledged: that order must be kept.
    for (let i = 0; i < 400; i++) {
      const pusher = pushers[i % pushers.length]
      const id = new Promise<string>((resolve) =>
        pusher?.once('message', (message) => resolve(message as string)),
      )
      pusher?.send('push')
      ids.push(await id)
      // Somebody else's clock runs ahead now and then, as Python's does.
      if (i % 100 === 50) {
        const ahead = (Date.now() + 60_000 * (i + 1)) * 1000
        fs.writeFileSync(path.join(dataDir, 'pending', `${ahead}_python`), encodeTask(Buffer.alloc(0)))
        openQueue({ dataDir })
      }
    }
    expect(ids).toEqual(ids.toSorted(compareTaskNames))
  })

  it('the shared clock never goes back, whatever the wall clock does, and two readers agree', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock()
    const [a, b] = [new SharedClock(dataDir, clock), new SharedClock(dataDir, clock)]
    let last = 0
    for (const jump of [0, 3600e6, -7200e6, 86_400e6, -86_400e6, -clock.wall]) {
      clock.wall += jump
      for (const shared of [a, b]) {
        clock.monotonic++
        const us = shared.nextUs()
        expect(us).toBeGreaterThan(last)
        last = us
      }
    }
    expect(a.raiseAbove(last + 5e6)).toBe(true)
    clock.monotonic++
    expect(b.nextUs()).toBeGreaterThan(last + 5e6)
    expect(b.raiseAbove(last + 2 * 86_400e6)).toBe(false)
    a.close()
    b.close()
  })

  it('gives every id a time of its own while the clock is frozen, also in 1970', () => {
    const clock = new ManualClock(0, 0)
    const queue = openQueue({ dataDir: makeTempDir(), nodeId: 'n', clock })
    const ids = Array.from({ length: 50 }, () => queue.push('x'))
    expect(ids).toEqual(ids.toSorted(compareTaskNames))
    expect(new Set(ids.map((id) => id.slice(0, 16))).size).toBe(50)
    expect(ids.map(() => queue.pop()?.id)).toEqual(ids)
  })

  it('who lost a race leaves the first task to the other for one turn, and takes it at the next if it still waits', () => {
    const clock = new ManualClock()
    const dataDir = makeTempDir()
    const pusher = openQueue({ dataDir, clock })
    const ids = Array.from({ length: 8 }, () => pusher.push('x'))
    const [fast, late] = ['fast', 'late'].map((nodeId) => openQueue({ dataDir, nodeId, clock }))
    const popped = (queue = late): number => ids.indexOf(queue?.pop()?.id ?? '')
    expect(popped(fast)).toBe(0)
    expect([popped(), popped(), popped()]).toEqual([2, 1, 4])
    const rest = ids.map((_, turn) => popped(turn % 2 === 0 ? fast : late))
    expect(rest.toSorted((a, b) => a - b)).toEqual([-1, -1, -1, -1, 3, 5, 6, 7])
  })

  it('a clock file with rubbish and a torn last line is read for what it is worth', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock()
    const first = new SharedClock(dataDir, clock)
    const [file = ''] = fs.readdirSync(dataDir)
    fs.appendFileSync(path.join(dataDir, file), 'rubbish\n\n99999999999999999999999\n123')
    expect(first.nextUs()).toBe(clock.wall)
    expect(first.raiseAbove(clock.wall + 10)).toBe(true)
    const second = new SharedClock(dataDir, clock)
    expect(second.nextUs()).toBeGreaterThan(clock.wall + 10)
    first.close()
    second.close()
  })
})
