import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePushTemplate, TEMPLATE_VARIABLES } from '../../../shared/contract/push-template.ts'
import { decodeTask, FemtoQueue } from '../../../shared/queue/index.ts'
import { readFailureRecordOrNull } from '../../../shared/queue/index.ts'
import { openActs } from '../../helpers/acts.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../../helpers/queue-dirs.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const common = { isTemplate: false, copies: 1, perSecond: null, dueAtMs: null }

const namesIn = (dir: string, at: string): string[] =>
  existsSync(path.join(dir, at))
    ? readdirSync(path.join(dir, at)).filter((name) => !name.startsWith('.'))
    : []

function payloadsIn(dir: string, at: string): string[] {
  return namesIn(dir, at)
    .toSorted()
    .map((name) => {
      const decoded = decodeTask(readFileSync(path.join(dir, at, name)))
      return decoded.kind === 'ok' ? Buffer.from(decoded.payload).toString() : decoded.kind
    })
}

async function open(...nodes: string[]) {
  const dir = makeEmptyQueue(makeTempDir(), nodes)
  return { dir, acts: await openActs(dir, makeTempDir('state')) }
}

describe('a template', () => {
  const expand = (text: string): string => {
    const parsed = parsePushTemplate(text)
    if ('fault' in parsed) throw new Error(parsed.fault.message)
    let uuids = 0
    return parsed.template.expand({
      n: 7,
      nowMs: 1_795_418_499_713,
      uuid: () => `uuid-${++uuids}`,
      random: () => 0.25,
    })
  }

  it.each([
    ['{"n":{{n}},"again":{{ n }}}', '{"n":7,"again":7}'],
    ['{{uuid}} {{uuid}}', 'uuid-1 uuid-2'],
    ['{{now}} {{nowIso}}', '1795418499713 2026-11-23T07:21:39.713Z'],
    ['{{random}}', '0.25'],
    ['\\{{n}} stays', '{{n}} stays'],
    ['{"a":{"b":{}}} {{ }} {{1}}', '{"a":{"b":{}}} {{ }} {{1}}'],
    ['', ''],
  ])('%s becomes %s', (text, expected) => {
    expect(expand(text)).toBe(expected)
  })

  it('with an unknown variable says which, where, and what there is', () => {
    const parsed = parsePushTemplate('ok {{n}}\n  {{count}}')
    if (!('fault' in parsed)) throw new Error('it was taken')
    expect(parsed.fault.at).toBe(11)
    expect(parsed.fault.message).toMatch(/^Line 2, column 3: there is no variable \{\{count\}\}/)
    for (const variable of TEMPLATE_VARIABLES) expect(parsed.fault.message).toContain(`{{${variable}}}`)
  })
})

describe('a push in numbers', () => {
  it('pushes each payload so many times, in rounds, each number once', async () => {
    const { dir, acts } = await open()
    const payloads = [base64('a{{n}}'), base64('b{{n}}')]
    const { job } = await acts.toEnd(
      await acts.acts.pushMany({ ...common, payloads, isTemplate: true, copies: 300 }),
    )
    expect(job).toMatchObject({ kind: 'push', phase: 'done', total: 600, moved: 600 })
    expect(payloadsIn(dir, 'pending')).toEqual(
      Array.from({ length: 600 }, (_, at) => `${at % 2 === 0 ? 'a' : 'b'}${at + 1}`),
    )
    expect(job.pushedIds).toHaveLength(500)
  })

  it('keeps to a rate, can be cancelled, and is undone into the trash as far as no worker took it', async () => {
    const { dir, acts } = await open('worker-a')
    const input = { ...common, payloads: [base64('slow')], copies: 1_000, perSecond: 50 }
    const started = await acts.acts.pushMany(input)
    expect(started).toMatchObject({ phase: 'running' })
    await waitUntil('a few to be pushed', () => namesIn(dir, 'pending').length >= 3)
    acts.acts.cancel(started.jobId)
    const { job } = await acts.toEnd(started)
    expect(job.phase).toBe('cancelled')
    expect(job.moved).toBeLessThan(1_000)
    expect(namesIn(dir, 'pending')).toHaveLength(job.moved)
    const [first = ''] = namesIn(dir, 'pending').toSorted()
    renameSync(path.join(dir, 'pending', first), path.join(dir, 'worker-a', first))
    const undone = await acts.undo(job.operationId)
    expect(undone.job).toMatchObject({ undoes: 'push', moved: job.moved - 1, skipped: 1 })
    expect(namesIn(dir, 'pending')).toEqual([])
    expect(namesIn(dir, 'failed/.trash/pending')).toHaveLength(job.moved - 1)
  })

  it('waits for its time in scheduled, each at a microsecond of its own, in the order of its number', async () => {
    const { dir, acts } = await open()
    const dueAtMs = Date.now() + 3_600_000
    const template = { payloads: [base64('later {{n}}')], isTemplate: true }
    // More than are pushed in one go.
    await acts.acts.pushMany({ ...common, ...template, copies: 300, dueAtMs })
    await waitUntil('all of them', () => namesIn(dir, 'scheduled').length === 300)
    const names = namesIn(dir, 'scheduled').toSorted()
    expect(names.map((name) => Number(name.slice(0, name.indexOf('_'))) - dueAtMs * 1000)).toEqual(
      Array.from({ length: 300 }, (_, at) => at),
    )
    const payloads = names.map((name) =>
      readFileSync(path.join(dir, 'scheduled', name))
        .subarray(24)
        .toString(),
    )
    expect(payloads).toEqual(names.map((_, at) => `later ${at + 1}`))
  })

  it.each([
    ['an unknown variable', { payloads: [base64('{{oops}}')], isTemplate: true }, 'BAD_REQUEST', '{{oops}}'],
    [
      'bytes as a template',
      { payloads: [Buffer.from([255]).toString('base64')], isTemplate: true },
      'BAD_REQUEST',
      'UTF-8',
    ],
    ['too many', { payloads: Array<string>(2).fill(''), copies: 60_000 }, 'BAD_REQUEST', '120,000'],
    [
      'too large',
      { payloads: [Buffer.alloc(1024 * 1024 + 1).toString('base64')] },
      'PAYLOAD_TOO_LARGE',
      'at most',
    ],
  ])('refuses %s, and pushes nothing', async (_what, change, code, words) => {
    const { dir, acts } = await open()
    await expect(acts.acts.pushMany({ ...common, ...change })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    })
    expect(namesIn(dir, 'pending')).toEqual([])
  })

  it('goes on after what grew too large with its variables filled in, and tells it', async () => {
    const { acts } = await open()
    const payloads = [base64(`{{uuid}}${'x'.repeat(1024 * 1024 - 20)}`), base64('small')]
    const { job, outcomes } = await acts.toEnd(
      await acts.acts.pushMany({ ...common, payloads, isTemplate: true }),
    )
    expect(job).toMatchObject({ phase: 'done', moved: 1, failed: 1 })
    expect(outcomes[0]?.reason).toContain('variables filled in')
  })

  it('can be followed from pushed to done, with the times between', async () => {
    const { dir, acts } = await open()
    const { pushedIds } = await acts.acts.pushMany({ ...common, payloads: [base64('x')], copies: 2 })
    using queue = new FemtoQueue({ dataDir: dir, nodeId: 'node-1' })
    const task = queue.pop()
    if (task === null) throw new Error('nothing to pop')
    const [claimed, waiting] = acts.acts.followed(pushedIds)
    await waitUntil('the claim', () => acts.acts.followed(pushedIds)[0]?.state === 'in-progress')
    expect(waiting).toMatchObject({ state: 'pending', claimedAtMs: null, endedAtMs: null })
    queue.done(task)
    const [done] = acts.acts.followed(pushedIds)
    expect(done).toMatchObject({ state: 'done', node: null })
    expect(done?.claimedAtMs).toBeGreaterThanOrEqual(done?.pushedAtMs ?? Infinity)
    expect(done?.endedAtMs).not.toBeNull()
    expect(claimed?.taskId).toBe(task.id)
    expect(acts.acts.followed(['1_never'])).toEqual([
      { taskId: '1_never', state: null, node: null, pushedAtMs: null, claimedAtMs: null, endedAtMs: null },
    ])
  })
})

describe('an edited task', () => {
  it('is pushed anew; the original stays, each names the other, and one undo takes the new one back', async () => {
    const { dir, acts } = await open()
    writeTask(dir, 'failed', '5_a', 'wrong')
    const [task] = await acts.refs('failed', 1)
    if (task === undefined) throw new Error('one was written')
    const edit = { task, payload: base64('right'), original: 'keep', placement: { kind: 'back' } } as const
    const { taskId, job } = await acts.acts.edit(edit)
    expect(job).toMatchObject({ kind: 'edit', phase: 'done', total: 1, moved: 1, pushedIds: [taskId] })
    expect(payloadsIn(dir, 'pending')).toEqual(['right'])
    expect(readFailureRecordOrNull(dir, taskId)).toMatchObject({ editedFrom: '5_a', attempts: [] })
    expect(readFailureRecordOrNull(dir, '5_a')).toMatchObject({ editedTo: taskId })
    await acts.undo(job.operationId)
    expect(namesIn(dir, 'pending')).toEqual([])
    expect(payloadsIn(dir, 'failed')).toEqual(['wrong'])
  })

  it('goes to the front or to a time, and takes the original to the trash only once it is stored', async () => {
    const { dir, acts } = await open()
    for (const name of ['5_a', '6_b']) writeTask(dir, 'failed', name, 'wrong')
    writeTask(dir, 'pending', '1795418499713046_w', 'waits')
    const [a, b] = await acts.refs('failed', 2)
    if (a === undefined || b === undefined) throw new Error('two were written')
    await acts.refs('pending', 1)
    const change = { payload: base64('right'), original: 'trash' } as const
    const atMs = Date.now() + 3_600_000
    await acts.acts.edit({ ...change, task: a, placement: { kind: 'front' } })
    const { job } = await acts.acts.edit({ ...change, task: b, placement: { kind: 'at', atMs } })
    expect(payloadsIn(dir, 'pending')).toEqual(['right', 'waits'])
    expect(namesIn(dir, 'scheduled')[0]?.startsWith(`${atMs}000_`)).toBe(true)
    expect(job).toMatchObject({ total: 2, moved: 2 })
    expect(namesIn(dir, 'failed')).toEqual([])
    await acts.undo(job.operationId)
    expect(namesIn(dir, 'failed')).toEqual(['6_b'])
    expect(namesIn(dir, 'failed/.trash/scheduled')).toHaveLength(1)
  })

  it('is not pushed where the original has moved on, or somebody works on it', async () => {
    const { dir, acts } = await open('worker-a')
    writeTask(dir, 'failed', '5_a', 'wrong')
    writeTask(dir, 'worker-a', '6_b', 'runs')
    const [a] = await acts.refs('failed', 1)
    const [b] = await acts.refs('in-progress', 1)
    if (a === undefined || b === undefined) throw new Error('two were written')
    rmSync(path.join(dir, 'failed/5_a'))
    const edit = { payload: base64('right'), original: 'trash', placement: { kind: 'back' } } as const
    await expect(acts.acts.edit({ ...edit, task: a })).rejects.toMatchObject({ code: 'TASK_GONE' })
    await expect(acts.acts.edit({ ...edit, task: b })).rejects.toMatchObject({ code: 'NOT_ALLOWED_IN_STATE' })
    expect(namesIn(dir, 'pending')).toEqual([])
  })
})

describe('a duplicate', () => {
  it('has the same bytes under a new id; a corrupt task is skipped with its fault', async () => {
    const { dir, acts } = await open()
    writeTask(dir, 'done', '5_a', Buffer.alloc(3 * 1024 * 1024, 'x'))
    writeFileSync(path.join(dir, 'done/6_b'), Buffer.alloc(40, 1))
    writeFileSync(path.join(dir, 'done/7_c'), 'short')
    const { job, outcomes } = await acts.toEnd(
      await acts.acts.duplicate({ kind: 'tasks', tasks: await acts.refs('done', 3) }),
    )
    expect(job).toMatchObject({ kind: 'duplicate', phase: 'done', moved: 1, skipped: 2 })
    expect(outcomes.map(({ reason }) => reason?.match(/\((.*)\)/)?.[1])).toEqual([
      undefined,
      'the payload does not fit the stored checksum',
      'shorter than its header of 24 bytes',
    ])
    const bytes = readFileSync(path.join(dir, 'done/5_a'))
    expect(readFileSync(path.join(dir, 'pending', outcomes[0]?.newName ?? '')).equals(bytes)).toBe(true)
    expect(readdirSync(path.join(dir, 'creating'))).toEqual([])
  })
})
