/** What the stepped actors do: each role prepares unhindered, and then does one thing, a file-system call at a time. */
import fs from 'node:fs'
import {
  FemtoQueue,
  FemtoQueueError,
  releaseTask,
  requeueTask,
  SharedClock,
  type FemtoTask,
  type MoveResult,
} from '../../shared/queue/index.ts'
import { listDir, ManualClock } from './queue-dir.ts'

/** `got` and the original id, or what became of the call. */
export type Outcome = string

interface PreparedRole {
  readonly act: () => Outcome
  readonly end: () => void
}

const STALE_MS = 30_000
/** Observers live this much later than holders: long enough to take over. */
const LATER_MS = 40_000

export function openAt(dataDir: string, nodeId: string, laterMs: number): FemtoQueue {
  const clock = new ManualClock()
  clock.advanceMs(laterMs)
  return new FemtoQueue({ dataDir, nodeId, clock, timeoutStaleMs: STALE_MS, maxAttempts: 0 })
}

function popper(laterMs: number) {
  return (dataDir: string, actor: string): PreparedRole => {
    const queue = openAt(dataDir, actor, laterMs)
    return {
      act: () => {
        const task = queue.pop()
        return task === null ? 'none' : `got ${task.id}`
      },
      end: () => queue.close(),
    }
  }
}

/** Holds a task before the first step, and then ends or extends it. */
function holder(verb: (queue: FemtoQueue, task: FemtoTask) => void) {
  return (dataDir: string, actor: string): PreparedRole => {
    const queue = openAt(dataDir, actor, 0)
    const task = queue.pop()
    if (task === null) throw new Error('nothing to hold')
    return {
      act: () => {
        try {
          verb(queue, task)
          return `ended ${task.id}`
        } catch (error) {
          if (error instanceof FemtoQueueError && error.code === 'lease-lost') return 'refused'
          throw error
        }
      },
      end: () => queue.close(),
    }
  }
}

/** Moves the first task of a directory as the inspector does. */
function mover(dir: string, move: (look: Look) => MoveResult) {
  return (dataDir: string): PreparedRole => {
    const [name = ''] = listDir(dataDir, dir)
    const { dev, ino } = fs.lstatSync(`${dataDir}/${dir}/${name}`, { bigint: true })
    const clock = new SharedClock(dataDir, new ManualClock())
    return {
      act: () => {
        const result = move({ dataDir, name, identity: { dev, ino }, clock })
        return result.moved ? 'moved' : result.reason
      },
      end: () => clock.close(),
    }
  }
}

interface Look {
  readonly dataDir: string
  readonly name: string
  readonly identity: { readonly dev: bigint; readonly ino: bigint }
  readonly clock: SharedClock
}

export const STEPPED_ROLES = {
  nothing: (): PreparedRole => ({ act: () => 'none', end: () => {} }),
  pop: popper(0),
  'pop later': popper(LATER_MS),
  done: holder((queue, task) => queue.done(task)),
  fail: holder((queue, task) => queue.fail(task, new Error('reason'))),
  release: holder((queue, task) => queue.release(task)),
  extend: holder((queue, task) => queue.extend(task)),
  'release by hand': mover('holder', (look) => releaseTask({ ...look, node: 'holder' })),
  'requeue failed': mover('failed', (look) => requeueTask({ ...look, from: 'failed' })),
  'requeue done to the front': mover('done', (look) =>
    requeueTask({ ...look, from: 'done', place: 'front' }),
  ),
  push: (dataDir: string, actor: string): PreparedRole => {
    const queue = openAt(dataDir, actor, 0)
    return { act: () => `pushed ${queue.push('pushed')}`, end: () => queue.close() }
  },
} as const satisfies Record<string, (dataDir: string, actor: string) => PreparedRole>

export type RoleName = keyof typeof STEPPED_ROLES
