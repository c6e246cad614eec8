/**
 * The process of one actor of the demo. It ends with its parent, however that ends: the producer then also removes the
 * directory, since nobody else is left to do it.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { FemtoQueue, FemtoQueueError } from '../../queue/index.ts'
import type { FemtoTask } from '../../queue/index.ts'
import { removeDemoDir } from './demo.ts'
import type { ActorSpec } from './demo.ts'
import { below, makeFailure, makePayload } from './payloads.ts'

/** Long, so that what the absent worker left can be released by a person. */
const STALE_MS = 10 * 60_000
const IDLE_MS = 150
const FAILURES_PERCENT = 6
const SLOW_PERCENT = 5
const BURST_PERCENT = 3
const SCHEDULED_PERCENT = 8
/** Faster and slower in turns. */
const TIDE_MS = 45_000
/** More than this is cleared away, oldest first, so that a forgotten demo does not fill the disk. */
const MAX_DONE = 5_000

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The host that started us gives exactly this.
const spec = JSON.parse(process.argv.at(-1) ?? '') as ActorSpec

// Ctrl-C reaches the whole group of processes: our parent ends us, in its order.
process.on('SIGINT', () => {})
process.once('disconnect', () => {
  if (spec.role === 'producer') removeDemoDir(spec.dir)
  process.exit(0)
})

async function produce(): Promise<never> {
  const queue = new FemtoQueue({ dataDir: spec.dir, create: false })
  for (let pushed = 0; ; pushed++) {
    if (below(100) < SCHEDULED_PERCENT)
      queue.schedule(makePayload(), (Date.now() + 5_000 + below(120_000)) * 1_000)
    else queue.push(makePayload())
    if (below(100) < BURST_PERCENT) for (let i = 0; i < 12; i++) queue.push(makePayload())
    if (pushed % 200 === 0) clearOldDone()
    const tide = 1 + 0.6 * Math.sin((2 * Math.PI * Date.now()) / TIDE_MS)
    await delay((250 + below(400)) / tide)
  }
}

async function work(nodeId: string): Promise<never> {
  const queue = new FemtoQueue({ dataDir: spec.dir, nodeId, create: false, timeoutStaleMs: STALE_MS })
  for (;;) {
    const task = queue.pop()
    if (task === null) await delay(IDLE_MS)
    else await finish(queue, task)
  }
}

async function finish(queue: FemtoQueue, task: FemtoTask): Promise<void> {
  try {
    await delay(150 + below(700))
    if (below(100) < SLOW_PERCENT) {
      queue.extend(task)
      await delay(2_000 + below(3_000))
    }
    if (below(100) < FAILURES_PERCENT) queue.fail(task, makeFailure(task.data))
    else queue.done(task)
  } catch (cause) {
    // Somebody released it in the inspector: it is another worker's now.
    if (!(cause instanceof FemtoQueueError && cause.code === 'lease-lost')) throw cause
  }
}

function clearOldDone(): void {
  const dir = join(spec.dir, 'done')
  const names = readdirSync(dir).toSorted()
  for (const name of names.slice(0, Math.max(0, names.length - MAX_DONE)))
    rmSync(join(dir, name), { force: true })
}

try {
  await (spec.role === 'producer' ? produce() : work(spec.nodeId ?? 'worker'))
} catch (cause) {
  // The directory was taken away: the demo is over.
  if (existsSync(spec.dir)) throw cause
  process.exit(0)
}
