import { copyFileSync, existsSync, mkdirSync, renameSync, unlinkSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Flow } from '../../shared/contract/model.ts'
import { LOCAL_DISK } from '../../shared/inspector/disk.ts'
import type { Disk } from '../../shared/inspector/disk.ts'
import { FlowMeter } from '../../shared/inspector/flow.ts'
import { QueueTracker } from '../../shared/inspector/queue-tracker.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const SECONDS_OF_RATE = 5

describe('what hints are made of', () => {
  let dir: string
  let nowMs: number
  let flow: FlowMeter
  let tracker: QueueTracker

  beforeEach(() => {
    dir = makeEmptyQueue(makeTempDir(), ['worker', 'other'])
    nowMs = 0
    flow = new FlowMeter(() => nowMs)
    tracker = new QueueTracker(dir, flow)
  })

  const at = (place: string): string => path.join(dir, place)
  const namesIn = (state: string): string[] => [...(tracker.dirs.get(state)?.list ?? [])]

  function hint(...places: string[]): void {
    for (const place of places) tracker.doubt(path.dirname(place), path.basename(place))
  }

  function move(from: string, to: string): void {
    renameSync(at(from), at(to))
    hint(from, to)
  }

  /** Transitions counted so far. */
  function counted(): Record<keyof Flow, number> {
    nowMs += 1_000
    const rates = flow.rates()
    const times = (rate: number): number => Math.round(rate * SECONDS_OF_RATE)
    return {
      pushedPerSecond: times(rates.pushedPerSecond),
      claimedPerSecond: times(rates.claimedPerSecond),
      donePerSecond: times(rates.donePerSecond),
      failedPerSecond: times(rates.failedPerSecond),
      releasedPerSecond: times(rates.releasedPerSecond),
    }
  }

  const NOTHING = {
    pushedPerSecond: 0,
    claimedPerSecond: 0,
    donePerSecond: 0,
    failedPerSecond: 0,
    releasedPerSecond: 0,
  }

  it('a due task that Python moves under another id is one task, neither pushed nor put back', async () => {
    writeTask(dir, 'scheduled', '5_x', 'x')
    await tracker.reconcile()
    await tracker.learnDue('10', 100)
    move('scheduled/5_x', 'pending/77_y')
    await tracker.reconcile()
    expect([namesIn('scheduled'), namesIn('pending')]).toEqual([[], ['77_y']])
    expect(counted()).toEqual(NOTHING)
  })

  it('a task follows its file through any change of its id, also where nothing tells that it left', async () => {
    await tracker.reconcile()
    writeTask(dir, 'pending', '5_x', 'x')
    hint('pending/5_x')
    await tracker.reconcile()
    renameSync(at('pending/5_x'), at('worker/88_other'))
    hint('worker/88_other')
    await tracker.reconcile()
    expect([namesIn('pending'), namesIn('worker')]).toEqual([[], ['88_other']])
    move('worker/88_other', 'pending/99_back')
    await tracker.reconcile()
    expect([namesIn('worker'), namesIn('pending')]).toEqual([[], ['99_back']])
    expect(counted()).toEqual({
      ...NOTHING,
      pushedPerSecond: 1,
      claimedPerSecond: 1,
      releasedPerSecond: 1,
    })
  })

  it('a new name in the same state is no transition', async () => {
    await tracker.reconcile()
    writeTask(dir, 'failed', '5_x', 'x')
    hint('failed/5_x')
    await tracker.reconcile()
    move('failed/5_x', 'failed/6_x')
    await tracker.reconcile()
    expect(namesIn('failed')).toEqual(['6_x'])
    expect(counted()).toEqual({ ...NOTHING, failedPerSecond: 1 })
  })

  it('tasks that pass through every state between two looks are counted in each', async () => {
    await tracker.reconcile()
    for (let task = 1; task <= 50; task++) {
      writeTask(dir, 'pending', `${task}_x`, '')
      hint(`pending/${task}_x`)
      move(`pending/${task}_x`, `worker/${task}_x`)
      move(`worker/${task}_x`, `done/${task}_x`)
    }
    await tracker.reconcile()
    expect([namesIn('pending'), namesIn('worker'), namesIn('done').length]).toEqual([[], [], 50])
    expect(counted()).toEqual({ ...NOTHING, pushedPerSecond: 50, claimedPerSecond: 50, donePerSecond: 50 })
  })

  it('a task that was counted on its way is not counted again by late hints, nor by the look when there is rest', async () => {
    await tracker.reconcile()
    for (let task = 1; task <= 20; task++) {
      writeTask(dir, 'pending', `${task}_x`, '')
      hint(`pending/${task}_x`)
      move(`pending/${task}_x`, `worker/${task}_x`)
      if (task % 2 === 0) move(`worker/${task}_x`, `done/${task}_x`)
    }
    await tracker.reconcile()
    for (let task = 1; task <= 20; task++) hint(`pending/${task}_x`)
    for (let task = 1; task <= 20; task += 2) move(`worker/${task}_x`, `done/${task}_x`)
    await tracker.reconcile()
    while (tracker.doubtInferred(100)) await tracker.reconcile()
    expect(namesIn('done')).toHaveLength(20)
    expect(counted()).toEqual({ ...NOTHING, pushedPerSecond: 20, claimedPerSecond: 20, donePerSecond: 20 })
  })

  it('heartbeats between two looks are no further claims, whether the claim was seen before or not', async () => {
    const id = `1795000000000005_${'0123456789abcdef'.repeat(2)}`
    const claims = [6, 7, 8, 9].map((us) => `179500000000000${us}_${id}`)
    const beat = (from: number): void => move(`worker/${claims[from]}`, `worker/${claims[from + 1]}`)
    writeTask(dir, 'pending', id, 'x')
    await tracker.reconcile()
    move(`pending/${id}`, `worker/${claims[0]}`)
    beat(0)
    await tracker.reconcile()
    beat(1)
    beat(2)
    await tracker.reconcile()
    expect(namesIn('worker')).toEqual([claims[3]])
    expect(counted()).toEqual({ ...NOTHING, claimedPerSecond: 1 })
  })

  it('claims at a node that is not listened to are counted when the tasks arrive finished', async () => {
    for (let task = 1; task <= 20; task++) writeTask(dir, 'pending', `${task}_x`, '')
    await tracker.reconcile()
    tracker.unheard = new Set(['worker'])
    move('pending/1_x', 'worker/1_x')
    tracker.doubt('worker', null)
    await tracker.reconcile()
    move('worker/1_x', 'done/1_x')
    for (let task = 2; task <= 20; task++) {
      renameSync(at(`pending/${task}_x`), at(`worker/${task}_x`))
      renameSync(at(`worker/${task}_x`), at(`done/${task}_x`))
      hint(`pending/${task}_x`, `done/${task}_x`)
    }
    tracker.doubt('worker', null)
    await tracker.reconcile()
    expect(counted()).toEqual({ ...NOTHING, claimedPerSecond: 20, donePerSecond: 20 })
  })

  it('a task that is called gone because it arrived further on is looked for when there is rest', async () => {
    writeTask(dir, 'pending', '5_x', 'x')
    await tracker.reconcile()
    copyFileSync(at('pending/5_x'), at('done/5_x'))
    hint('pending/5_x', 'done/5_x')
    await tracker.reconcile()
    expect(namesIn('pending')).toEqual([])
    expect(tracker.doubtInferred(100)).toBe(true)
    await tracker.reconcile()
    expect([namesIn('pending'), namesIn('done')]).toEqual([['5_x'], ['5_x']])
    expect(tracker.doubtInferred(100)).toBe(false)
  })

  it('a task that moves on while the directories are listed is not found in two of them', async () => {
    let isMoving = false
    const moving: Disk = {
      ...LOCAL_DISK,
      readdir: async (full) => {
        const names = await LOCAL_DISK.readdir(full)
        if (!isMoving) return names
        // The worker is listed, then it finishes, then done is listed.
        if (path.basename(full) === 'worker') renameSync(at('worker/5_x'), at('done/5_x'))
        if (path.basename(full) !== 'done') return names
        await waitUntil('the finish', () => existsSync(at('done/5_x')))
        return LOCAL_DISK.readdir(full)
      },
    }
    tracker = new QueueTracker(dir, flow, moving)
    writeTask(dir, 'pending', '5_x', 'x')
    await tracker.reconcile()
    isMoving = true
    renameSync(at('pending/5_x'), at('worker/5_x'))
    for (const state of ['pending', 'worker', 'done']) tracker.doubt(state, null)
    await tracker.reconcile()
    expect([namesIn('pending'), namesIn('worker'), namesIn('done')]).toEqual([[], [], ['5_x']])
  })

  it('a task that goes back while it is looked at is shown where it was, and only there', async () => {
    const moving: Disk = {
      ...LOCAL_DISK,
      seeNow(file) {
        const seen = LOCAL_DISK.seeNow(file)
        if (file === at('done/5_x') && seen !== null) renameSync(file, at('pending/5_x'))
        return seen
      },
    }
    tracker = new QueueTracker(dir, flow, moving)
    writeTask(dir, 'pending', '5_x', 'x')
    await tracker.reconcile()
    renameSync(at('pending/5_x'), at('done/5_x'))
    hint('done/5_x')
    await tracker.reconcile()
    expect([namesIn('pending'), namesIn('done')]).toEqual([['5_x'], []])
  })

  it('a task that was seen in two states and is in neither of them any more is not shown as gone', async () => {
    const moving: Disk = {
      ...LOCAL_DISK,
      readdir: async (full) => {
        const names = await LOCAL_DISK.readdir(full)
        if (names.includes('5_x') && path.basename(full) === 'worker')
          renameSync(at('worker/5_x'), at('done/5_x'))
        return names
      },
      seeNow(file) {
        const seen = LOCAL_DISK.seeNow(file)
        if (file === at('done/5_x') && seen !== null) renameSync(file, at('pending/5_x'))
        return seen
      },
    }
    tracker = new QueueTracker(dir, flow, moving)
    writeTask(dir, 'pending', '5_x', 'x')
    await tracker.reconcile()
    renameSync(at('pending/5_x'), at('worker/5_x'))
    hint('pending/5_x', 'done/5_x')
    tracker.doubt('worker', null)
    await tracker.reconcile()
    expect([namesIn('pending'), namesIn('worker'), namesIn('done')]).toEqual([['5_x'], [], []])
  })

  it('a task on its way is shown where it was until it is found', async () => {
    writeTask(dir, 'pending', '5_x', 'x')
    await tracker.reconcile()
    renameSync(at('pending/5_x'), at('creating/5_x'))
    hint('pending/5_x')
    await tracker.reconcile()
    // Missed for the second time, but a hint tells that it was at the worker meanwhile.
    hint('worker/5_x')
    await tracker.reconcile()
    expect(namesIn('pending')).toEqual(['5_x'])
    move('creating/5_x', 'done/5_x')
    await tracker.reconcile()
    expect([namesIn('pending'), namesIn('done')]).toEqual([[], ['5_x']])
  })

  it('the first task of a new node leaves pending in the same moment', async () => {
    writeTask(dir, 'pending', '5_x', 'x')
    await tracker.reconcile()
    mkdirSync(at('late'))
    move('pending/5_x', 'late/5_x')
    tracker.doubt('', null)
    await tracker.reconcile()
    expect([namesIn('pending'), namesIn('late')]).toEqual([[], ['5_x']])
    expect(counted()).toEqual({ ...NOTHING, claimedPerSecond: 1 })
  })

  it('a deleted task is looked for twice before it is called gone', async () => {
    writeTask(dir, 'pending', '5_x', 'x')
    await tracker.reconcile()
    unlinkSync(at('pending/5_x'))
    hint('pending/5_x')
    await tracker.reconcile()
    expect(namesIn('pending')).toEqual(['5_x'])
    await tracker.reconcile()
    expect(namesIn('pending')).toEqual([])
  })

  it('the same id at several nodes is seen at each', async () => {
    await tracker.reconcile()
    for (const node of ['worker', 'other']) writeTask(dir, node, '5_x', '')
    hint('worker/5_x', 'other/5_x')
    await tracker.reconcile()
    expect([namesIn('worker'), namesIn('other')]).toEqual([['5_x'], ['5_x']])
  })

  it('a directory that lies as it was listed is not listed again; one that changed without a hint is', async () => {
    for (const state of ['pending', 'done']) {
      writeTask(dir, state, '5_x', 'x')
      utimesSync(at(state), 1_000, 1_000)
    }
    await tracker.reconcile()
    writeTask(dir, 'pending', '6_x', 'x')
    writeTask(dir, 'done', '6_x', 'x')
    utimesSync(at('done'), 1_000, 1_000)
    await tracker.doubtUnproven()
    await tracker.reconcile()
    expect([namesIn('pending').length, namesIn('done').length]).toEqual([2, 1])
    tracker.doubtEverything()
    await tracker.reconcile()
    expect(namesIn('done').length).toBe(2)
  })

  it('another directory at the same path counts as listed for the first time: nothing was done just now', async () => {
    await tracker.reconcile()
    renameSync(dir, `${dir}-away`)
    mkdirSync(dir)
    for (const state of ['pending', 'done', 'failed']) mkdirSync(at(state))
    writeTask(dir, 'done', '5_x', 'x')
    for (const state of ['', 'pending', 'done', 'failed']) tracker.doubt(state, null)
    await tracker.reconcile()
    expect(namesIn('done')).toEqual(['5_x'])
    expect(counted()).toEqual(NOTHING)
    expect(existsSync(at('worker'))).toBe(false)
  })
})
