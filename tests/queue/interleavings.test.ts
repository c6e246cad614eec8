/**
 * Two or three actors on one task, stepped at every file-system call through many orders of their steps: all with up to two changes of
 * the actor (FEMTOQUEUE_SCHEDULES=0), or a share of them chosen by the seed. Each actor is a thread; only one ever runs.
 */
import fs from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeTask, FemtoQueue, parseTaskName } from '../../shared/queue/index.ts'
import { makeRandom } from '../helpers/random.ts'
import { STATE, type ActorOrder } from './stepped-actor.ts'
import { openAt, type Outcome, type RoleName } from './stepped-roles.ts'
import { listDir, makeMemoryDir, ManualClock } from './temp-queue.ts'

const SEED = Number(process.env['FEMTOQUEUE_SEED'] ?? Date.now() % 2 ** 31)
/** Orders tried per situation; 0: all. */
const SCHEDULES = Number(process.env['FEMTOQUEUE_SCHEDULES'] ?? 8)
const STEP_LIMIT_MS = 20_000

/** A thread and the memory that says where it stands. */
class Actor {
  readonly #state = new Int32Array(new SharedArrayBuffer(4))
  readonly #thread = new Worker(new URL('stepped-actor.ts', import.meta.url), { workerData: this.#state })

  async order(order: ActorOrder): Promise<string> {
    const answer = new Promise<string>((resolve, reject) => {
      this.#thread.once('message', resolve)
      this.#thread.once('error', reject)
    })
    if (order.prepare === null) Atomics.store(this.#state, 0, STATE.running)
    this.#thread.postMessage(order)
    return await answer.finally(() => this.#thread.removeAllListeners('error'))
  }

  /** Waits until it stands before a call or has ended. */
  settle(): 'waiting' | 'ended' {
    while (Atomics.load(this.#state, 0) === STATE.running) {
      if (Atomics.wait(this.#state, 0, STATE.running, STEP_LIMIT_MS) === 'timed-out')
        throw new Error('An actor hangs')
    }
    return Atomics.load(this.#state, 0) === STATE.ended ? 'ended' : 'waiting'
  }

  step(): void {
    Atomics.compareExchange(this.#state, 0, STATE.waiting, STATE.running)
    Atomics.notify(this.#state, 0)
    this.settle()
  }

  async stop(): Promise<void> {
    await this.#thread.terminate()
  }
}

const actors = [new Actor(), new Actor(), new Actor()]
afterAll(async () => {
  for (const actor of actors) await actor.stop()
})

/** Which actor runs for how many calls; what is left then runs to its end, one after the other. */
type Schedule = ReadonlyArray<readonly [actor: number, calls: number]>

interface Situation {
  readonly name: string
  /** The first one is the node `holder`, where it is one. */
  readonly roles: readonly RoleName[]
  readonly prepare: (dataDir: string) => void
}

const pushOne = (dataDir: string): void => {
  using queue = new FemtoQueue({ dataDir, clock: new ManualClock() })
  queue.push('a')
}
const endOne =
  (verb: 'done' | 'fail') =>
  (dataDir: string): void => {
    const queue = openAt(dataDir, 'before', 0)
    queue.push('a')
    const task = queue.pop()
    if (task !== null) queue[verb](task)
    queue.close()
  }
/** Left without a record and, by the clock of who comes later, long ago. */
const abandonOne = (dataDir: string): void => {
  const queue = openAt(dataDir, 'gone', 0)
  queue.push('a')
  queue.pop()
  queue.close()
}

const SITUATIONS: readonly Situation[] = [
  { name: 'two pop one task', roles: ['pop', 'pop'], prepare: pushOne },
  {
    name: 'three pop two tasks',
    roles: ['pop', 'pop', 'pop'],
    prepare: (dataDir) => {
      pushOne(dataDir)
      pushOne(dataDir)
    },
  },
  { name: 'pop beside push', roles: ['pop', 'push'], prepare: pushOne },
  { name: 'done beside take-over', roles: ['done', 'pop later'], prepare: pushOne },
  { name: 'fail beside take-over', roles: ['fail', 'pop later'], prepare: pushOne },
  { name: 'release beside take-over', roles: ['release', 'pop later'], prepare: pushOne },
  { name: 'extend beside take-over', roles: ['extend', 'pop later'], prepare: pushOne },
  { name: 'done beside release by hand', roles: ['done', 'release by hand'], prepare: pushOne },
  { name: 'release beside release by hand', roles: ['release', 'release by hand'], prepare: pushOne },
  {
    name: 'done beside release by hand and pop',
    roles: ['done', 'release by hand', 'pop'],
    prepare: pushOne,
  },
  {
    name: 'done beside two that take over',
    roles: ['done', 'pop later', 'pop later'],
    prepare: pushOne,
  },
  { name: 'two take over what was abandoned', roles: ['pop later', 'pop later'], prepare: abandonOne },
  {
    name: 'two find three due tasks',
    roles: ['pop', 'pop'],
    prepare: (dataDir) => {
      using queue = new FemtoQueue({ dataDir, clock: new ManualClock() })
      for (let i = 0; i < 3; i++) queue.schedule('due', 5)
    },
  },
  {
    name: 'two requeue one failed task',
    roles: ['requeue failed', 'requeue failed', 'pop'],
    prepare: endOne('fail'),
  },
  {
    name: 'two requeue one finished task to the front',
    roles: ['requeue done to the front', 'requeue done to the front'],
    prepare: endOne('done'),
  },
]

/** Original id -> directories it lies in. Throws on half a task. */
function inventory(dataDir: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const entry of fs.readdirSync(dataDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    for (const name of listDir(dataDir, entry.name)) {
      expect(decodeTask(fs.readFileSync(path.join(dataDir, entry.name, name))).kind).toBe('ok')
      const id = parseTaskName(name)?.originalId ?? name
      found.set(id, [...(found.get(id) ?? []), entry.name])
    }
  }
  return found
}

async function play(situation: Situation, schedule: Schedule): Promise<{ readonly calls: number[] }> {
  const dataDir = fs.mkdtempSync(path.join(parent, 'q-'))
  situation.prepare(dataDir)
  const before = new Set(inventory(dataDir).keys())
  const playing = actors
    .slice(0, situation.roles.length)
    .map((actor, i) => ({ role: situation.roles[i] ?? 'nothing', actor, name: nodeOf(i) }))
  for (const { role, actor, name } of playing) await actor.order({ prepare: role, dataDir, actor: name })
  const outcomes = playing.map(({ actor, name }) => actor.order({ prepare: null, dataDir, actor: name }))
  const calls = playing.map(() => 0)
  const run = (i: number, atMost: number): void => {
    const actor = actors[i]
    for (let n = 0; n < atMost && actor?.settle() === 'waiting'; n++) {
      actor.step()
      calls[i] = (calls[i] ?? 0) + 1
    }
  }
  for (const [i, n] of schedule) run(i, n)
  for (let i = 0; i < playing.length; i++) run(i, Number.POSITIVE_INFINITY)
  judge(situation, dataDir, before, await Promise.all(outcomes), schedule)
  for (const { actor } of playing) await actor.order({ prepare: 'nothing', dataDir, actor: '' })
  fs.rmSync(dataDir, { recursive: true })
  return { calls }
}

/** Whatever the order: each task lies in one place, and where who was told something about it believes it to be. */
function judge(
  { roles, name }: Situation,
  dataDir: string,
  before: ReadonlySet<string>,
  outcomes: readonly Outcome[],
  schedule: Schedule,
): void {
  const where = `${name}: ${JSON.stringify(schedule)}: ${outcomes.join(', ')}`
  const after = inventory(dataDir)
  const idsOf = (verb: string): string[] =>
    outcomes
      .filter((outcome) => outcome.startsWith(`${verb} `))
      .map((outcome) => outcome.slice(verb.length + 1))
  expect(idsOf('error'), where).toEqual([])
  expect(new Set(after.keys()), where).toEqual(new Set([...before, ...idsOf('pushed')]))
  for (const [id, dirs] of after) expect(dirs, `${id}: ${where}`).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'moved').length, where).toBeLessThanOrEqual(1)
  if (roles.every((role) => role.startsWith('pop')))
    expect(new Set(idsOf('got')).size, where).toBe(Math.min(before.size, roles.length))
  outcomes.forEach((outcome, i) => {
    const [verb, id = ''] = outcome.split(' ')
    if (verb === 'got') expect(after.get(id), where).toEqual([nodeOf(i)])
    if (roles[i] === 'done' || roles[i] === 'fail')
      expect(after.get([...before][0] ?? '')?.[0] === (roles[i] === 'done' ? 'done' : 'failed'), where).toBe(
        verb === 'ended',
      )
  })
}

function nodeOf(actor: number): string {
  return actor === 0 ? 'holder' : `n${actor}`
}

let parent = ''

/** All schedules in which the actor changes at most twice before what is left runs to its end. */
function makeSchedules(calls: readonly number[]): Schedule[] {
  const schedules: Schedule[] = []
  for (let first = 0; first < calls.length; first++) {
    for (let second = 0; second < calls.length; second++) {
      if (second === first) continue
      for (let n = 0; n <= (calls[first] ?? 0); n++) {
        for (let m = 1; m <= (calls[second] ?? 0); m++)
          schedules.push([
            [first, n],
            [second, m],
            [first, 1e6],
          ])
      }
    }
  }
  return schedules
}

function choose(schedules: Schedule[], random: () => number, calls: readonly number[]): Schedule[] {
  if (SCHEDULES === 0) return schedules
  const chosen = Array.from({ length: SCHEDULES }, (_, i): Schedule => {
    // Every other one changes the actor at each step, as the dice fall.
    if (i % 2 === 0) return schedules[Math.floor(random() * schedules.length)] ?? []
    const steps = calls.reduce((sum, each) => sum + each, 0)
    return Array.from({ length: steps }, () => [Math.floor(random() * calls.length), 1] as const)
  })
  return chosen
}

describe('stepped at every file-system call', () => {
  it.each(SITUATIONS)('$name', { timeout: 600_000 }, async (situation) => {
    parent = makeMemoryDir()
    const random = makeRandom(SEED)
    const { calls } = await play(situation, [])
    const schedules = choose(makeSchedules(calls), random, calls)
    for (const schedule of schedules) await play(situation, schedule)
    console.log(
      `interleavings: ${situation.name}: ${schedules.length} orders of ${calls.join(' + ')} calls, seed ${SEED}, 0 violations`,
    )
  })
})
