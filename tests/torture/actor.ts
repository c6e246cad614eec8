/**
 * A producer, producer-of-now (schedules nothing), consumer or consumer-of-many, to be killed and stopped at will:
 * `node actor.ts ROLE NAME QUEUE_DIR LEDGER_DIR SEED TIMEOUT_MS [sync]`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { FemtoQueue, FemtoQueueError, type FemtoTask } from '../../shared/queue/index.ts'
import { makeRandom } from '../helpers/random.ts'
import { checksum, Ledger, nowUs } from './ledger.ts'

const [role = '', name = '', dataDir = '', ledgerDir = '', seed = '0', timeoutMs = '1000', mode = 'no-sync'] =
  process.argv.slice(2)
const random = makeRandom(Number(seed))
const ledger = new Ledger(`${ledgerDir}/${name}.${process.pid}`)
const between = (min: number, max: number): number => min + Math.floor(random() * (max - min + 1))

function onProblem(problem: { readonly kind: string; readonly path: string }): void {
  ledger.write('problem', problem.path, problem.kind)
}

function makePayload(): Buffer {
  const size = random() < 0.02 ? between(0, 5_000_000) : random() < 0.1 ? 0 : between(1, 2000)
  return Buffer.alloc(size, `${random()}`)
}

async function produce(): Promise<void> {
  const queue = new FemtoQueue({ dataDir, syncAfterWrite: mode === 'sync' })
  for (;;) {
    const payload = makePayload()
    const isScheduled = role === 'producer' && random() < 0.2
    const id = isScheduled
      ? queue.schedule(payload, new Date(Date.now() + between(0, 1000)))
      : queue.push(payload)
    ledger.write('pushed', id, checksum(payload))
    await sleep(between(0, 12))
  }
}

/** One in twenty each: failed, released; some take long and give signs of life. */
async function handle(queue: FemtoQueue, task: FemtoTask): Promise<void> {
  ledger.write('started', task.id, checksum(task.data))
  try {
    const chance = random()
    if (chance < 0.5) await sleep(between(0, 40))
    if (chance < 0.2) queue.extend(task)
    if (chance > 0.95) {
      queue.fail(task, new Error('as the dice fell'))
      ledger.write('failed', task.id, '')
    } else if (chance > 0.9 && task.attempt < 10) {
      queue.release(task)
      ledger.write('released', task.id, '')
    } else {
      queue.done(task)
      ledger.write('done', task.id, '')
    }
  } catch (error) {
    if (!(error instanceof FemtoQueueError) || error.code !== 'lease-lost') throw error
    ledger.write('refused', task.id, error.code)
  }
}

async function openNode(): Promise<FemtoQueue> {
  for (;;) {
    try {
      return new FemtoQueue({
        dataDir,
        nodeId: name,
        timeoutStaleMs: Number(timeoutMs),
        maxAttempts: 0,
        syncAfterWrite: mode === 'sync',
        onProblem,
      })
    } catch (error) {
      // The one before us under this name was killed a moment ago and is still dying.
      if (!(error instanceof FemtoQueueError) || error.code !== 'node-in-use') throw error
      await sleep(5)
    }
  }
}

async function consume(): Promise<void> {
  const queue = await openNode()
  const hands = role === 'consumer-of-many' ? 3 : 1
  if (hands > 1) {
    await queue.work((task) => handle(queue, task), { concurrency: hands, pollMs: 100 })
    return
  }
  for (;;) {
    const task = queue.pop()
    if (task === null) await sleep(5)
    else await handle(queue, task)
  }
}

/**
 * A busy machine, or a disk that lets a call wait, may stop us as a signal would: for longer than half a timeout no sign of life was
 * given. Written down, so that the judge need not guess.
 */
function logStalls(): void {
  const everyMs = Number(timeoutMs) / 20
  let lastUs = nowUs()
  setInterval(() => {
    const stalledUs = nowUs() - lastUs
    lastUs += stalledUs
    if (stalledUs > Number(timeoutMs) * 500) ledger.write('stalled', '', String(stalledUs))
  }, everyMs)
}

logStalls()
await (role.startsWith('producer') ? produce() : consume())
