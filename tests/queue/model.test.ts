/* oxlint-disable vitest/no-standalone-expect -- the commands run inside the test below */
/**
 * The queue against a plain map: random commands, and after each of them every task lies where the map says, once.
 * FEMTOQUEUE_MODEL_RUNS sets the number of runs, FEMTOQUEUE_SEED the seed.
 */
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FemtoQueue,
  parseTaskName,
  releaseTask,
  requeueTask,
  SharedClock,
  type FemtoTask,
} from '../../shared/queue/index.ts'
import { memoryParent } from './queue-dir.ts'
import { listDir, ManualClock, text } from './temp-queue.ts'

const RUNS = Number(process.env['FEMTOQUEUE_MODEL_RUNS'] ?? 100)
const SEED = Number(process.env['FEMTOQUEUE_SEED'] ?? Date.now() % 2 ** 31)
/** In memory where that can be had: a run is some hundred operations. */
const PARENT = memoryParent()
const NODES = ['a', 'b'] as const
type Node = (typeof NODES)[number]
const STALE_MS = 30_000

type ModelState = 'pending' | 'scheduled' | 'done' | 'failed' | Node
interface ModelTask {
  state: ModelState
  readonly payload: string
  dueUs: number
  corrupt: boolean
  /** The handle of the instance that claimed it last; null when that instance was closed. */
  handle: FemtoTask | null
  /** Monotonic time of the last sign of life. */
  aliveUs: number
}
type Model = Map<string, ModelTask>

/** The real side: two nodes in one process on one clock. */
class Real {
  readonly dataDir = fs.mkdtempSync(path.join(PARENT, 'femtoqueue-model-'))
  readonly clock = new ManualClock()
  readonly shared = new SharedClock(this.dataDir, this.clock)
  readonly queues: Record<Node, FemtoQueue> = { a: this.open('a'), b: this.open('b') }

  open(nodeId: Node): FemtoQueue {
    return new FemtoQueue({
      dataDir: this.dataDir,
      nodeId,
      clock: this.clock,
      timeoutStaleMs: STALE_MS,
      maxAttempts: 0,
    })
  }

  end(): void {
    for (const node of NODES) this.queues[node].close()
    this.shared.close()
    fs.rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** Original id -> directories it lies in. */
  inventory(): Map<string, string[]> {
    const found = new Map<string, string[]>()
    for (const dir of ['pending', 'scheduled', 'done', 'failed', ...NODES]) {
      for (const name of listDir(this.dataDir, dir)) {
        const id = parseTaskName(name)?.originalId ?? name
        found.set(id, [...(found.get(id) ?? []), dir])
      }
    }
    return found
  }

  identityOf(dir: string, id: string) {
    const name = listDir(this.dataDir, dir).find((each) => parseTaskName(each)?.originalId === id) ?? 'absent'
    const { dev, ino } = fs.lstatSync(path.join(this.dataDir, dir, name), { bigint: true })
    return { name, identity: { dev, ino } }
  }
}

function tasksIn(model: Model, ...states: ModelState[]): Array<[string, ModelTask]> {
  return [...model].filter(([, task]) => states.includes(task.state))
}

function compareWithDisk(model: Model, real: Real): void {
  const found = real.inventory()
  for (const [id, task] of model) expect(found.get(id), `${id} ${task.payload}`).toEqual([task.state])
  expect(found.size).toBe(model.size)
}

class Command implements fc.Command<Model, Real> {
  readonly #label: string
  readonly #act: (model: Model, real: Real) => void

  constructor(label: string, act: (model: Model, real: Real) => void) {
    this.#label = label
    this.#act = act
  }

  check = (): boolean => true

  run(model: Model, real: Real): void {
    this.#act(model, real)
    compareWithDisk(model, real)
  }

  toString(): string {
    return this.#label
  }
}

let serial = 0
function addTask(model: Model, id: string, state: ModelState, payload: string, dueUs = 0): void {
  expect(model.has(id)).toBe(false)
  model.set(id, { state, payload, dueUs, corrupt: false, handle: null, aliveUs: 0 })
}

/** What housekeeping inside a pop() may and must have moved. */
function followHousekeeping(model: Model, real: Real, node: Node): void {
  const found = real.inventory()
  for (const [id, task] of tasksIn(model, 'scheduled')) {
    const where = found.get(id)?.[0]
    if (task.dueUs > real.clock.wallUs()) expect(where, 'before its time').toBe('scheduled')
    else if (where !== 'scheduled') task.state = 'pending'
  }
  for (const [id, task] of tasksIn(model, ...NODES)) {
    if (task.state === node || found.get(id)?.[0] === task.state) continue
    expect(real.clock.monotonicUs() - task.aliveUs, 'taken from a live holder').toBeGreaterThanOrEqual(
      STALE_MS * 1000,
    )
    task.state = 'pending'
  }
}

function pop(model: Model, real: Real, node: Node): void {
  const queue = real.queues[node]
  const task = queue.pop()
  if (task === null) {
    followHousekeeping(model, real, node)
    // All corrupt tasks that waited have been met.
    for (const [, each] of tasksIn(model, 'pending', node))
      if (each.corrupt && (each.state === 'pending' || each.handle === null)) each.state = 'failed'
    expect(tasksIn(model, 'pending'), 'nothing, though tasks wait').toEqual([])
    return
  }
  const known = model.get(task.id)
  if (known === undefined) throw new Error(`unknown task ${task.id}`)
  const failed = new Set(listDir(real.dataDir, 'failed'))
  if (known.state !== node) known.state = 'pending'
  else expect(known.handle, 'handed out twice').toBeNull()
  known.state = node
  known.handle = task
  known.aliveUs = real.clock.monotonicUs()
  expect(text(task.data)).toBe(known.payload)
  expect(known.corrupt).toBe(false)
  followHousekeeping(model, real, node)
  known.state = node
  for (const [id, each] of model) if (each.corrupt && failed.has(id)) each.state = 'failed'
}

/** Ends a task through its latest handle, which may have lost its lease. */
function end(
  model: Model,
  real: Real,
  node: Node,
  index: number,
  verb: 'done' | 'fail' | 'release' | 'extend',
  front: boolean,
): void {
  const handles = [...model].filter(
    ([, task]) => task.handle !== null && heldBy.get(task.handle) === real.queues[node],
  )
  const chosen = handles[index % Math.max(1, handles.length)]
  if (chosen === undefined) return
  const [, task] = chosen
  const handle = task.handle
  if (handle === null) return
  const isLost = task.state !== node
  const act = (): void => {
    if (verb === 'release') real.queues[node].release(handle, { place: front ? 'front' : 'back' })
    else real.queues[node][verb](handle)
  }
  if (isLost) {
    expect(act).toThrow(expect.objectContaining({ code: 'lease-lost' }))
    task.handle = null
    return
  }
  act()
  if (verb === 'extend') {
    task.aliveUs = real.clock.monotonicUs()
    return
  }
  task.handle = null
  task.state = verb === 'done' ? 'done' : verb === 'fail' ? 'failed' : 'pending'
}

const heldBy = new WeakMap<FemtoTask, FemtoQueue>()

const node = fc.constantFrom(...NODES)
const index = fc.nat(20)
const commands = fc.commands(
  [
    node.map(
      (n) =>
        new Command(`push ${n}`, (model, real) => {
          const payload = `payload ${serial++}`
          addTask(model, real.queues[n].push(payload), 'pending', payload)
        }),
    ),
    fc.tuple(node, fc.integer({ min: -5000, max: 60_000 })).map(
      ([n, ms]) =>
        new Command(`schedule ${n} ${ms}`, (model, real) => {
          const payload = `payload ${serial++}`
          const dueUs = Math.max(0, real.clock.wallUs() + ms * 1000)
          addTask(model, real.queues[n].schedule(payload, dueUs), 'scheduled', payload, dueUs)
        }),
    ),
    ...[0, 1].map(() =>
      node.map(
        (n) =>
          new Command(`pop ${n}`, (model, real) => {
            pop(model, real, n)
            for (const [, task] of model)
              if (task.handle !== null && !heldBy.has(task.handle)) heldBy.set(task.handle, real.queues[n])
          }),
      ),
    ),
    fc
      .tuple(node, index, fc.constantFrom('done', 'fail', 'release', 'extend'), fc.boolean())
      .map(
        ([n, i, verb, front]) =>
          new Command(`${verb} ${n} ${i} ${front}`, (model, real) => end(model, real, n, i, verb, front)),
      ),
    fc.tuple(index, fc.constantFrom('failed', 'done', 'scheduled'), fc.boolean()).map(
      ([i, from, front]) =>
        new Command(`requeue ${from} ${i} ${front}`, (model, real) => {
          const all = tasksIn(model, from)
          const [id, task] = all[i % Math.max(1, all.length)] ?? []
          if (id === undefined || task === undefined) return
          const place = front ? 'front' : 'back'
          expect(
            requeueTask({
              dataDir: real.dataDir,
              from,
              ...real.identityOf(from, id),
              place,
              clock: real.shared,
            }).moved,
          ).toBe(true)
          task.state = 'pending'
        }),
    ),
    fc.tuple(index, node).map(
      ([i, n]) =>
        new Command(`release by hand ${n} ${i}`, (model, real) => {
          const all = tasksIn(model, n)
          const [id, task] = all[i % Math.max(1, all.length)] ?? []
          if (id === undefined || task === undefined) return
          expect(
            releaseTask({ dataDir: real.dataDir, node: n, ...real.identityOf(n, id), clock: real.shared })
              .moved,
          ).toBe(true)
          task.state = 'pending'
        }),
    ),
    index.map(
      (i) =>
        new Command(`corrupt ${i}`, (model, real) => {
          const all = tasksIn(model, 'pending')
          const [id, task] = all[i % Math.max(1, all.length)] ?? []
          if (id === undefined || task === undefined) return
          fs.writeFileSync(path.join(real.dataDir, 'pending', real.identityOf('pending', id).name), 'junk')
          task.corrupt = true
        }),
    ),
    fc
      .integer({ min: 0, max: 40_000 })
      .map((ms) => new Command(`advance ${ms}`, (_, real) => real.clock.advanceMs(ms))),
    fc.integer({ min: -90_000_000, max: 90_000_000 }).map(
      (ms) =>
        new Command(`wall ${ms}`, (_, real) => {
          real.clock.wall = Math.max(0, real.clock.wall + ms * 1000)
        }),
    ),
    node.map(
      (n) =>
        new Command(`reopen ${n}`, (model, real) => {
          real.queues[n].close()
          for (const [, task] of model)
            if (task.handle !== null && heldBy.get(task.handle) === real.queues[n]) task.handle = null
          real.queues[n] = real.open(n)
        }),
    ),
  ],
  { maxCommands: 100, size: 'max' },
)

/** At the end everything that was stored and is not corrupt can be had and done. */
function drain(model: Model, real: Real): void {
  for (const n of NODES) {
    real.queues[n].close()
    real.queues[n] = real.open(n)
  }
  real.clock.wall = Math.max(real.clock.wall, ...[...model.values()].map((task) => task.dueUs))
  for (let round = 0; round < 3; round++) {
    real.clock.advanceMs(2000)
    for (const n of NODES) {
      for (let task = real.queues[n].pop(); task !== null; task = real.queues[n].pop())
        real.queues[n].done(task)
    }
  }
  const found = real.inventory()
  for (const [id, task] of model) {
    const expected = task.state === 'failed' || (task.state !== 'done' && task.corrupt) ? 'failed' : 'done'
    expect(found.get(id), id).toEqual([expected])
  }
}

describe('the queue and a plain map', () => {
  it(`agree over ${RUNS} runs of up to 100 commands (seed ${SEED})`, { timeout: 3_600_000 }, () => {
    fc.assert(
      fc.property(commands, (list) => {
        const real = new Real()
        try {
          const model: Model = new Map()
          fc.modelRun(() => ({ model, real }), list)
          drain(model, real)
        } finally {
          real.end()
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: false },
    )
    console.log(`model: ${RUNS} runs, seed ${SEED}, 0 disagreements (< ${(3 / RUNS).toPrecision(2)} per run)`)
  })
})
