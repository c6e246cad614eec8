import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readHistoryFile, writeHistoryFile } from '../../../shared/inspector/history/history-file.ts'
import { HistoryKeeper } from '../../../shared/inspector/history/history-keeper.ts'
import { QueueHistory } from '../../../shared/inspector/history/queue-history.ts'
import { makeTempDir } from '../../helpers/queue-dirs.ts'

const NOW_MS = 1_800_000_000_000
const SECOND = 1_000
const COUNTS = { pending: 3, 'in-progress': 1, scheduled: 0, failed: 2, done: 9 }

/** Feeds `seconds` of glances in which one task a second is done. */
function watch(
  history: Pick<QueueHistory, 'glance'>,
  { fromMs, seconds, isWatching = true }: { fromMs: number; seconds: number; isWatching?: boolean },
): void {
  for (let at = 0; at <= seconds; at++) {
    history.glance({
      atMs: fromMs + at * SECOND,
      monotonicMs: fromMs + at * SECOND,
      isWatching,
      totals: { pushed: 2 * at, claimed: at, done: at, failed: 0, released: 0 },
      oldestPendingMs: 4_000,
      counts: COUNTS,
    })
  }
}

describe('the history of a queue', () => {
  it('tells rates per second, the oldest pending age and the counts of each step', () => {
    const history = new QueueHistory()
    watch(history, { fromMs: NOW_MS - 60 * SECOND, seconds: 60 })
    const { stepMs, fromMs, pushed, done, failed, oldestPendingMs, counts } = history.history(
      'hour',
      NOW_MS,
      true,
    )
    const at = (NOW_MS - 30 * SECOND - fromMs) / stepMs
    expect(stepMs).toBe(10 * SECOND)
    expect(pushed).toHaveLength(360)
    expect(pushed[at]).toBeCloseTo(2)
    expect(done[at]).toBeCloseTo(1)
    expect(failed[at]).toBe(0)
    expect(oldestPendingMs[at]).toBe(4_000)
    expect(counts.pending[at]).toBe(3)
  })

  it('tells the same number of tasks for the hour and the day, also of steps that were watched in part', () => {
    const history = new QueueHistory()
    watch(history, { fromMs: NOW_MS - 94 * SECOND, seconds: 91 })
    const seen = { pushed: 2 * 91, claimed: 91, done: 91, failed: 0, released: 0 }
    expect(history.history('hour', NOW_MS, true).totals).toEqual(seen)
    expect(history.history('day', NOW_MS, true).totals).toEqual(seen)
  })

  it('keeps time that nobody watched as a gap, not as zero', () => {
    const history = new QueueHistory()
    watch(history, { fromMs: NOW_MS - 600 * SECOND, seconds: 60 })
    watch(history, { fromMs: NOW_MS - 400 * SECOND, seconds: 60, isWatching: false })
    watch(history, { fromMs: NOW_MS - 60 * SECOND, seconds: 60 })
    const { stepMs, fromMs, done } = history.history('hour', NOW_MS, true)
    const valueAt = (secondsAgo: number) => done[(NOW_MS - secondsAgo * SECOND - fromMs) / stepMs]
    expect(valueAt(580)).toBeCloseTo(1)
    expect(valueAt(500)).toBeNull()
    expect(valueAt(370)).toBeNull()
    expect(valueAt(30)).toBeCloseTo(1)
  })

  it('counts a sleep of the machine as a gap, though the next glance comes after it', () => {
    const history = new QueueHistory()
    watch(history, { fromMs: NOW_MS - 1_000 * SECOND, seconds: 10 })
    const glance = { isWatching: true, oldestPendingMs: null, counts: COUNTS }
    const totals = { pushed: 20, claimed: 10, done: 10, failed: 0, released: 0 }
    history.glance({ ...glance, totals, atMs: NOW_MS, monotonicMs: NOW_MS })
    const { stepMs, fromMs, done } = history.history('hour', NOW_MS, true)
    expect(done[(NOW_MS - 500 * SECOND - fromMs) / stepMs]).toBeNull()
  })

  it('holds an hour in steps of ten seconds and a day in steps of a minute, and no more', () => {
    const history = new QueueHistory()
    for (let hour = 30; hour >= 0; hour--)
      watch(history, { fromMs: NOW_MS - hour * 3_600 * SECOND, seconds: 600 })
    const { fine, coarse } = history.content(NOW_MS)
    expect(fine.length).toBeLessThanOrEqual(360)
    expect(coarse.length).toBeLessThanOrEqual(1_440)
    expect(coarse[0]?.startMs).toBeGreaterThan(NOW_MS - 24 * 3_600 * SECOND)
  })

  it('gives wait and run times of the range that was asked for', () => {
    const history = new QueueHistory()
    history.recordWait(NOW_MS - 5 * 3_600 * SECOND, 60_000, 1, true)
    history.recordWait(NOW_MS - 60 * SECOND, 100, 1, true)
    history.recordRun(NOW_MS - 60 * SECOND, 20, 3, false)
    const hour = history.timings('hour', NOW_MS)
    expect(hour.wait?.tasks).toBe(1)
    expect(hour.wait?.p99Ms).toBeLessThan(110)
    expect(hour.run?.roughShare).toBe(1)
    expect(history.timings('day', NOW_MS).wait?.tasks).toBe(2)
    expect(new QueueHistory().timings('day', NOW_MS)).toMatchObject({ wait: null, run: null })
  })
})

describe('the file of a history', () => {
  it('brings everything back after a restart, and is readable by its owner only', async () => {
    const stateDir = makeTempDir()
    const file = path.join(stateDir, 'history.json')
    const before = new QueueHistory()
    watch(before, { fromMs: NOW_MS - 60 * SECOND, seconds: 60 })
    before.recordWait(NOW_MS, 250, 7, true)
    before.recordRun(NOW_MS, 40, 2.5, false)
    await writeHistoryFile(file, '/queues/mail', before.content(NOW_MS))
    const after = new QueueHistory()
    after.adopt(await readHistoryFile(file), NOW_MS)
    expect(after.history('hour', NOW_MS, true)).toEqual(before.history('hour', NOW_MS, true))
    expect(after.history('day', NOW_MS, true)).toEqual(before.history('day', NOW_MS, true))
    expect(after.timings('hour', NOW_MS)).toEqual(before.timings('hour', NOW_MS))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)])
  })

  it.each([
    '',
    '{',
    '{"version":1,"fine":[[1,2,"x"]],"spans":[{"startMs":5,"wait":[0,99999,1]}]}',
    '[]',
    '{"version":9}',
  ])('that says %j is as good as none', async (text) => {
    const file = path.join(makeTempDir(), 'history.json')
    writeFileSync(file, text)
    const history = new QueueHistory()
    history.adopt(await readHistoryFile(file), NOW_MS)
    expect(history.history('hour', NOW_MS, true).done.every((value) => value === null)).toBe(true)
    expect(history.timings('day', NOW_MS).wait).toBeNull()
  })

  it('is shared by two inspectors of one queue without either losing what only it saw, and without counting twice', async () => {
    const stateDir = makeTempDir()
    const nowMs = Date.now()
    const startMs = Math.floor(nowMs / 600_000) * 600_000 - 1_800_000
    const [early, late] = [new HistoryKeeper('/q', stateDir), new HistoryKeeper('/q', stateDir)]
    watch(early, { fromMs: startMs, seconds: 120 })
    watch(late, { fromMs: startMs + 60 * SECOND, seconds: 120 })
    await early.save()
    await late.save()
    await early.save()
    const kept = new HistoryKeeper('/q', stateDir)
    await kept.load()
    const { done, fromMs, stepMs } = kept.history('hour')
    const rateAt = (seconds: number) => done[(startMs + seconds * SECOND - fromMs) / stepMs]
    expect([30, 90, 150].map(rateAt)).toEqual([1, 1, 1])
  })

  it('that cannot be written is told as not kept, and stops nothing', async () => {
    const stateDir = makeTempDir()
    writeFileSync(path.join(stateDir, 'folder'), 'a file where the folder should be')
    const keeper = new HistoryKeeper('/q', path.join(stateDir, 'folder'))
    await keeper.load()
    expect(keeper.history('hour').isKept).toBe(false)
    await keeper.save()
    expect(keeper.history('hour').isKept).toBe(false)
    expect(readFileSync(path.join(stateDir, 'folder'), 'utf8')).toContain('a file')
  })

  it('is left whole by a save that another inspector interrupts', async () => {
    const stateDir = makeTempDir()
    const keepers = [1, 2, 3].map(() => new HistoryKeeper('/q', stateDir))
    for (const keeper of keepers) watch(keeper, { fromMs: Date.now() - 60 * SECOND, seconds: 60 })
    await Promise.all(keepers.flatMap((keeper) => [keeper.save(), keeper.save()]))
    const content = await readHistoryFile(path.join(stateDir, 'history.json'))
    expect(content.fine.length).toBeGreaterThan(0)
  })
})
