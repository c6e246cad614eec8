import { utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runStatusCommand } from '../../shared/inspector/status/status-command.ts'
import type { QueueStatus } from '../../shared/inspector/status/queue-status.ts'
import {
  makeEmptyQueue,
  makeTempDir,
  recreateRecordedQueue,
  snapshotOf,
  writeTask,
} from '../helpers/queue-dirs.ts'

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function run(...args: string[]): Promise<Run> {
  let [out, err] = ['', '']
  const code = await runStatusCommand(args, '/', {
    out: (text) => (out += text),
    err: (text) => (err += text),
  })
  return { code, out, err }
}

async function statusOf(...args: string[]): Promise<QueueStatus & { code: number }> {
  const { code, out } = await run(...args, '--json')
  return { code, ...(JSON.parse(out) as QueueStatus) }
}

function codesOf({ reasons }: QueueStatus): string[] {
  return reasons.map(({ code }) => code)
}

/** A task name whose time lies so many seconds before now. */
function nameBefore(seconds: number, suffix = 'a'.repeat(32)): string {
  return `${BigInt(Date.now() - seconds * 1_000) * 1_000n}_${suffix}`
}

describe('the status of a queue', () => {
  it('tells counts, oldest tasks and nodes of a queue that the Python library wrote, and touches nothing', async () => {
    const dir = recreateRecordedQueue(makeTempDir(), 'every-state')
    const before = snapshotOf(dir)
    const status = await statusOf(dir)
    expect(status).toMatchObject({ format: 1, path: dir })
    expect(status.counts).toMatchObject({ pending: 6, 'in-progress': 1, scheduled: 3, failed: 1, done: 1 })
    expect(status.nodes.map(({ node, tasks }) => [node, tasks])).toEqual([
      ['worker-a', 0],
      ['worker-b', 1],
    ])
    expect(status.oldest.failed?.id).toMatch(/^\d+_/)
    expect(status.oldest.failed?.ageSeconds).toBeGreaterThanOrEqual(0)
    expect(snapshotOf(dir)).toEqual(before)
  })

  it('is healthy for an empty queue, and says so by 0', async () => {
    expect(await statusOf(makeEmptyQueue(makeTempDir()))).toMatchObject({
      code: 0,
      healthy: true,
      reasons: [],
      oldest: { pending: null, failed: null },
      nodes: [],
      problems: [],
    })
  })

  it('is unhealthy where a corrupt task waits for a worker, without being asked twice', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    for (let i = 0; i < 60; i++) writeTask(dir, 'pending', `${1_000 + i}_whole`, 'x')
    writeFileSync(path.join(dir, 'pending', '1070_torn'), 'no header')
    const status = await statusOf(dir)
    expect(status).toMatchObject({ code: 1, healthy: false })
    expect(codesOf(status)).toContain('problems')
    expect(status.problems).toMatchObject([{ kind: 'corrupt-task', path: 'pending/1070_torn' }])
  })

  it('does not mind what harms no worker', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeFileSync(path.join(dir, 'done', 'notes.txt'), '')
    const status = await statusOf(dir)
    expect(status.problems).toHaveLength(1)
    expect(status.healthy).toBe(true)
  })

  it('is unhealthy where nobody looks for due tasks', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeTask(dir, 'scheduled', nameBefore(3_600), 'x')
    const status = await statusOf(dir)
    expect(codesOf(status)).toEqual(['overdue'])
    expect(status.oldest.scheduled?.ageSeconds).toBeGreaterThanOrEqual(3_600)
  })

  it('is healthy while scheduled tasks lie ahead', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeTask(dir, 'scheduled', nameBefore(-3_600), 'x')
    const status = await statusOf(dir)
    expect(status.healthy).toBe(true)
    expect(status.oldest.scheduled?.ageSeconds).toBeLessThan(0)
  })

  it('leaves failed tasks to people unless a limit is given', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeTask(dir, 'failed', '1_a', 'x')
    expect((await statusOf(dir)).healthy).toBe(true)
    expect((await statusOf(dir, '--max-failed', '1')).healthy).toBe(true)
    const status = await statusOf(dir, '--max-failed', '0')
    expect([status.code, codesOf(status)]).toEqual([1, ['too-many-failed']])
  })

  it('names the longest claim, of whichever node', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['a', 'b'])
    writeTask(dir, 'a', '1_first', 'x')
    writeTask(dir, 'b', '0001795416245206_2_second~3', 'x')
    const { oldest } = await statusOf(dir)
    expect(['1_first', '2_second']).toContain(oldest['in-progress']?.id)
  })

  it('tells people the same in words, and makes hidden characters visible', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['node\u202e\n\u001b[31m'])
    const { code, out } = await run(dir)
    expect(code).toBe(0)
    expect(out).toContain('healthy')
    expect(out).toContain('pending')
    expect(out).toContain('⟨202E⟩')
    expect(out).not.toContain('\u001b')
  })

  it.each([
    ['no directory', []],
    ['two directories', ['a', 'b']],
    ['an unknown option', ['a', '--loud']],
    ['a limit that is no number', ['a', '--max-failed', '-1']],
    ['a limit without a value', ['a', '--max-failed']],
  ])('refuses %s with one line and 2', async (_what, args) => {
    const { code, out, err } = await run(...args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(/^[^\n]+Usage: status[^\n]+\n$/)
  })

  it('prints its options, one a line, and ends with 0 when it is asked for help', async () => {
    const { code, out, err } = await run('nowhere', '--json', '--help')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^Usage: status DIR /)
    for (const option of ['--json', '--max-failed N', '--max-pending-age SECONDS', '--help'])
      expect(out.split('\n').filter((line) => line.startsWith(`  ${option} `))).toHaveLength(1)
    expect((await run('-h')).out).toBe(out)
  })

  it('gives no verdict on what is no queue, makes nothing there, and says why', async () => {
    const dir = makeTempDir()
    const { code, out, err } = await run(dir, '--json')
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^[^\n]+is no FemtoQueue[^\n]+\n$/)
    expect(snapshotOf(dir)).toEqual({})
    expect((await run(path.join(dir, 'nowhere'))).code).toBe(2)
  })

  it('is unhealthy where a backlog waits and no node shows life', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['idle'])
    writeTask(dir, 'pending', '1_a', 'x')
    const hourAgo = Date.now() / 1_000 - 3_600
    utimesSync(path.join(dir, 'idle'), hourAgo, hourAgo)
    // A ctime cannot be set back: the clock of the look is set forward instead.
    const { readQueueStatus } = await import('../../shared/inspector/status/queue-status.ts')
    const limits = { maxFailed: null, maxPendingAgeSeconds: null }
    const status = await readQueueStatus(dir, limits, () => Date.now() + 301_000)
    expect(codesOf(status)).toEqual(['no-worker'])
    const strict = await readQueueStatus(
      dir,
      { ...limits, maxPendingAgeSeconds: 60 },
      () => Date.now() + 61_500,
    )
    expect(codesOf(strict)).toEqual(['pending-too-old'])
  })
})
