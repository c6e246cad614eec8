/**
 * Every call of the contract, also those added later, with everything that a page taken over could send: nonsense, inputs
 * that are nearly right, ids with paths, `__proto__`, lone surrogates, 10 MB strings, and frames that are no calls. Each
 * is answered or refused by its own error; nothing outside the queue is touched, and the inspector serves on.
 * Replay a failure by its seed: FQ_SEED=n npx vitest run tests/security/contract-fuzz.test.ts
 */
import { ORPCError } from '@orpc/client'
import fc from 'fast-check'
import { mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QUEUE_ERRORS } from '../../shared/contract/contract.ts'
import type { TaskRef } from '../../shared/contract/model.ts'
import { TASK_STATES } from '../../shared/queue/states.ts'
import { makeTempDir, recreateRecordedQueue, snapshotOf } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { callsOfContract, connectRaw, HOSTILE_STRINGS, toInputArbitrary } from './contract-inputs.ts'
import type { RawConnection } from './contract-inputs.ts'

const SEED = Number(process.env['FQ_SEED'] ?? 20_261_124)
const RUNS = 120
/** A slow machine tries fewer; what was tried counts. */
const PROPERTY = { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 15_000 }
const ANSWER_DEADLINE_MS = 20_000
const HUGE = 10 * 1024 * 1024
/** oRPC's own answer to an input that the contract refuses. */
const REFUSALS: ReadonlySet<string> = new Set([...Object.keys(QUEUE_ERRORS), 'BAD_REQUEST'])

const CALLS = callsOfContract()
const CALLS_WITH_INPUT = CALLS.flatMap(({ schema, ...call }) =>
  schema === null ? [] : [{ ...call, schema }],
)

const QUEUE_DIRS = ['creating', 'done', 'failed', 'pending', 'scheduled', 'worker-a', 'worker-b']

let parent = ''
let queue = ''
let outsideBefore: Record<string, string> = {}
let connection: RawConnection
const defects: unknown[][] = []
const rejections: unknown[] = []
const onRejection = (cause: unknown): void => void rejections.push(cause)

beforeEach(async () => {
  defects.length = 0
  rejections.length = 0
  vi.spyOn(console, 'error').mockImplementation((...args) => void defects.push(args))
  process.on('unhandledRejection', onRejection)
  parent = realpathSync(makeTempDir())
  queue = recreateRecordedQueue(parent, 'every-state')
  mkdirSync(path.join(parent, 'outside'))
  writeFileSync(path.join(parent, 'outside', 'secret'), 'must not be read, moved or written')
  // Windows keeps links from people without a right of their own.
  if (process.platform !== 'win32')
    symlinkSync(path.join(parent, 'outside', 'secret'), path.join(queue, 'pending', '5_link'))
  outsideBefore = snapshotOf(path.join(parent, 'outside'))
  connection = await connectRaw(queue)
})

afterEach(async () => {
  const { client } = connection
  await client.host.info()
  await connection.close()
  process.off('unhandledRejection', onRejection)
  vi.restoreAllMocks()
  expectNoHarm()
})

/** After each test: nothing went wrong unseen, and nothing outside the queue was touched. */
function expectNoHarm(): void {
  expect(rejections).toEqual([])
  expect(defects).toEqual([])
  expect(snapshotOf(path.join(parent, 'outside'))).toEqual(outsideBefore)
  expect(readdirSync(parent).toSorted()).toEqual(['every-state', 'outside'])
  expect(dirsOfQueue()).toEqual(QUEUE_DIRS)
}

/** No directory came into the root: to every worker it would be a node. */
function dirsOfQueue(): string[] {
  const dirs = readdirSync(queue, { withFileTypes: true })
    .filter((entry) => !entry.isFile() || !entry.name.startsWith('.fq-'))
    .map(({ name }) => name)
  return dirs.toSorted()
}

/** Answers how: `ok`, or the code of a known error. @throws for any other end, and for none in time. */
async function serve(call: readonly string[], input: unknown): Promise<string> {
  const abort = new AbortController()
  const answered = connection.call(call, input, abort.signal).then(
    async (answer) => {
      if (isStream(answer)) await answer.return?.()
      return 'ok'
    },
    (error: unknown) => {
      if (error instanceof ORPCError && REFUSALS.has(String(error.code))) return String(error.code)
      throw error
    },
  )
  const late = new Promise<never>((_resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('Not answered')), ANSWER_DEADLINE_MS)
    answered.then(
      () => clearTimeout(deadline),
      () => clearTimeout(deadline),
    )
  })
  try {
    return await Promise.race([answered, late])
  } finally {
    abort.abort()
  }
}

function isStream(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function isState(text: string): boolean {
  return (TASK_STATES as readonly string[]).includes(text)
}

async function realRefs(): Promise<TaskRef[]> {
  const windows = await Promise.all(
    TASK_STATES.map((state) =>
      connection.client.tasks.window({
        queueId: connection.queueId,
        list: { state, node: null },
        order: 'oldest',
        offset: 0,
        limit: 10,
      }),
    ),
  )
  return windows.flatMap(({ rows }) => rows.map(({ ref }) => ref).filter((ref) => ref !== null))
}

describe('the contract', () => {
  it('has calls to try', () => {
    expect(CALLS.length).toBeGreaterThan(15)
    expect(CALLS.map(({ name }) => name)).toContain('actions.push')
  })

  it.each(CALLS)('refuses nonsense for $name by an error of its own', async ({ path: call }) => {
    const nonsense = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withTypedArray: true,
      stringUnit: 'binary',
    })
    await fc.assert(
      fc.asyncProperty(nonsense, async (input) => void (await serve(call, input))),
      PROPERTY,
    )
  })

  describe.each(CALLS_WITH_INPUT)('$name', ({ path: call, schema }) => {
    it('withstands inputs that are nearly right', async () => {
      const known = { queueId: connection.queueId, refs: await realRefs(), root: queue }
      let tried = 0
      let refused = 0
      const nearlyRight = fc.asyncProperty(toInputArbitrary(schema, known), async (input) => {
        tried++
        if ((await serve(call, input)) === 'BAD_REQUEST') refused++
      })
      await fc.assert(nearlyRight, PROPERTY)
      // Else nothing but the schema was tried.
      expect(refused).toBeLessThan(tried)
    })

    it('withstands a string of 10 MB in every place of its input', async () => {
      const known = { queueId: connection.queueId, refs: await realRefs(), root: queue }
      const [sample] = fc.sample(toInputArbitrary(schema, known, 'valid'), { seed: SEED, numRuns: 1 })
      const huge = 'A'.repeat(HUGE)
      await serve(call, huge)
      await serve(call, { [huge]: 1 })
      for (const key of Object.keys(sample as object))
        await serve(call, { ...(sample as object), [key]: huge })
    })
  })

  it.each(HOSTILE_STRINGS)('takes %j for no task, node, state or queue', async (hostile) => {
    const { client, queueId } = connection
    const [ref] = await realRefs()
    if (ref === undefined) throw new Error('The recorded queue has tasks')
    const before = snapshotOf(queue)
    const attempts: unknown[] = [
      { queueId: hostile, task: ref },
      { queueId, task: { ...ref, name: hostile } },
      // Some of these are the names of states.
      { queueId, task: { ...ref, state: isState(hostile) ? `${hostile} ` : hostile } },
      { queueId, task: { ...ref, state: 'in-progress', node: hostile } },
      { queueId, task: { ...ref, inode: hostile } },
    ]
    for (const input of attempts) {
      await expect(client.tasks.detail(input as never)).rejects.toThrow()
      const tasks = [(input as { task: unknown }).task]
      const job = await client.actions
        .perform({
          queueId: (input as { queueId: string }).queueId,
          action: 'requeue',
          placement: { kind: 'back' },
          target: { kind: 'tasks', tasks },
        } as never)
        .catch(() => null)
      expect(job?.moved ?? 0).toBe(0)
    }
    const coreFile = (entry: string): boolean => entry.startsWith('.fq-clock-')
    const stay = (snapshot: Record<string, string>): unknown =>
      Object.entries(snapshot).filter(([entry]) => !coreFile(entry))
    expect(stay(snapshotOf(queue))).toEqual(stay(before))
  })
})

describe('a frame', () => {
  it('that is none is dropped, and the next call is served', async () => {
    const frame = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 300 }),
      fc.json(),
      fc.constantFrom<unknown>(null, undefined, 5, true, {}, [], new Map(), 5n, new Date(0)),
    )
    await fc.assert(
      fc.asyncProperty(frame, async (content) => connection.sendRaw(content)),
      PROPERTY,
    )
    expect((await connection.client.host.info()).kind).toBe('server')
  })

  it('that was right before a bit of it changed is refused or answered', async () => {
    const recorded = await connection.recordFrames(() =>
      connection.client.queue.info({ queueId: connection.queueId }),
    )
    expect(recorded.length).toBeGreaterThan(0)
    const changed = fc
      .tuple(
        fc.constantFrom(...recorded),
        fc.nat(),
        fc.string({ minLength: 0, maxLength: 3, unit: 'binary' }),
      )
      .map(([frame, at, by]) => frame.slice(0, at % frame.length) + by + frame.slice((at % frame.length) + 1))
    await fc.assert(
      fc.asyncProperty(changed, async (content) => connection.sendRaw(content)),
      PROPERTY,
    )
    expect((await connection.client.host.info()).kind).toBe('server')
  })

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'then'])(
    'that names a call %s finds none, and no prototype changes',
    async (name) => {
      const [recorded = ''] = await connection.recordFrames(() =>
        connection.client.queue.info({ queueId: connection.queueId }),
      )
      const polluting = recorded.replace('"queueId"', `"${name}":{"polluted":1},"queueId"`)
      expect(polluting).not.toBe(recorded)
      connection.sendRaw(polluting)
      const elsewhere = recorded.replace('/queue/info', `/queue/${name}`)
      expect(elsewhere).not.toBe(recorded)
      connection.sendRaw(elsewhere)
      connection.sendRaw(recorded.replace('/queue/info', `/${name}`))
      await waitUntil('the inspector to serve on', async () => (await connection.client.host.info()).version)
      expect(Reflect.get({}, 'polluted')).toBeUndefined()
    },
  )
})
