import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  decodeTask,
  FemtoQueue,
  FemtoQueueError,
  parseTaskName,
  type FemtoTask,
  type QueueProblem,
} from '../../shared/queue/index.ts'
import { withFault } from './faulty-fs.ts'
import { listDir, makeMemoryDir, ManualClock, openQueue, text } from './temp-queue.ts'

const CODES = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EMFILE', 'EXDEV', 'EIO'] as const
const DIRS = ['pending', 'n', 'done', 'failed', 'scheduled', 'creating'] as const

interface Situation {
  readonly queue: FemtoQueue
  readonly dataDir: string
  /** Held by the queue already. */
  readonly held: FemtoTask
  readonly problems: QueueProblem[]
  readonly clock: ManualClock
}

const OPERATIONS: Record<string, (situation: Situation) => unknown> = {
  push: ({ queue }) => queue.push('new'),
  schedule: ({ queue }) => queue.schedule('new', 5),
  pop: ({ queue }) => queue.pop(),
  done: ({ queue, held }) => queue.done(held),
  'fail with a reason': ({ queue, held }) => queue.fail(held, new Error('reason')),
  extend: ({ queue, held }) => queue.extend(held),
  release: ({ queue, held }) => queue.release(held),
  'release to the front': ({ queue, held }) => queue.release(held, { place: 'front' }),
}

function prepare(parent: string, syncAfterWrite: boolean): Situation {
  const dataDir = fs.mkdtempSync(`${parent}/q-`)
  const problems: QueueProblem[] = []
  const clock = new ManualClock()
  const options = {
    dataDir,
    nodeId: 'n',
    syncAfterWrite,
    clock,
    onProblem: (problem: QueueProblem) => void problems.push(problem),
  }
  const queue = openQueue(options)
  queue.push('held')
  queue.push('waiting')
  queue.schedule('due', clock.wallUs() + 6_000_000)
  const held = queue.pop()
  if (held === null) throw new Error('no task')
  // The next pop() lists, moves what is due and looks for abandoned tasks.
  clock.advanceMs(6000)
  return { queue, dataDir, held, problems, clock }
}

/** Every task that lies anywhere: payload -> where. Throws on half a task outside creating/. */
function inventory(dataDir: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const dir of DIRS) {
    for (const name of listDir(dataDir, dir)) {
      const decoded = decodeTask(fs.readFileSync(`${dataDir}/${dir}/${name}`))
      if (decoded.kind !== 'ok' && dir === 'creating') continue
      if (decoded.kind !== 'ok') throw new Error(`half a task: ${dir}/${name}`)
      const payload = text(decoded.payload)
      found.set(payload, [...(found.get(payload) ?? []), `${dir}/${parseTaskName(name)?.originalId ?? name}`])
    }
  }
  return found
}

describe.each([false, true])('with syncAfterWrite %s, whichever system call fails', (syncAfterWrite) => {
  it.each(Object.keys(OPERATIONS))(
    '%s leaves every task in the old or the new state, and says which',
    { timeout: 120_000 },
    (operation) => {
      const act = OPERATIONS[operation]
      if (act === undefined) throw new Error('no operation')
      const parent = makeMemoryDir()
      for (const code of CODES) {
        for (let failAt = 0; ; failAt++) {
          const situation = prepare(parent, syncAfterWrite)
          const { outcome, faults } = withFault(failAt, code, () => act(situation))
          if (faults.failed === null) break
          const where = `${operation}, ${code} in call ${failAt} (${faults.failed})`
          checkOutcome(situation, outcome, where)
          checkTheQueueGoesOn(situation, where)
          situation.queue.close()
          fs.rmSync(situation.dataDir, { recursive: true })
        }
      }
    },
  )
})

function checkOutcome({ dataDir, problems }: Situation, outcome: unknown, where: string): void {
  const found = inventory(dataDir)
  for (const payload of ['held', 'waiting', 'due'])
    expect(found.get(payload), `${payload}: ${where}`).toHaveLength(1)
  const added = found.get('new') ?? []
  expect(added.length, where).toBeLessThanOrEqual(1)
  if (!(outcome instanceof Error)) {
    expect(typeof outcome !== 'string' || added.length === 1 || problems.length > 0, where).toBe(true)
    return
  }
  expect(outcome, where).toBeInstanceOf(FemtoQueueError)
  if (!(outcome instanceof FemtoQueueError)) return
  expect(outcome.cause, where).toBeDefined()
  if (outcome.code === 'state-unknown') expect(outcome.taskId, where).toBeDefined()
  else if (outcome.state === 'absent') expect(added, where).toEqual([])
}

/** Once the disk is well again every task can be had and finished, once each. */
function checkTheQueueGoesOn({ dataDir, queue, clock }: Situation, where: string): void {
  queue.close()
  const again = openQueue({ dataDir, nodeId: 'n', clock })
  for (let task = again.pop(); task !== null; task = again.pop()) again.done(task)
  const found = inventory(dataDir)
  for (const payload of ['held', 'waiting', 'due']) {
    const [place = '', ...others] = found.get(payload) ?? []
    expect(others, where).toEqual([])
    // A task whose fail() went through stays failed; all others have been done.
    expect(place, `${payload}: ${where}`).toMatch(payload === 'held' ? /^(done|failed)\// : /^done\//)
  }
  again.close()
}
