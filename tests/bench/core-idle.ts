/**
 * A worker that waits: `node core-idle.ts DIR SECONDS TASKS`. Prints what waiting costs, and how soon a new task is taken: the producer
 * is a process of its own, and both read the same clock.
 */
import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { FemtoQueue } from '../../shared/queue/index.ts'

export interface IdleResult {
  /** CPU time of the waiting process per time that went by. */
  readonly cpuShare: number
  readonly pickUpMsP50: number
  readonly pickUpMsP99: number
}

const [dataDir = '', seconds = '0', tasks = '0', role = 'worker'] = process.argv.slice(2)
const nowMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000

async function work(): Promise<IdleResult> {
  const queue = new FemtoQueue({ dataDir, nodeId: 'n' })
  const stop = new AbortController()
  const pickUps: number[] = []
  const working = queue.work(
    (task) => {
      pickUps.push(nowMs() - Number(Buffer.from(task.data).toString()))
      if (pickUps.length === Number(tasks)) stop.abort()
    },
    { signal: stop.signal },
  )
  await sleep(500)
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  await sleep(Number(seconds) * 1000)
  const { user, system } = process.cpuUsage(cpu)
  const cpuShare = (user + system) / 1000 / (performance.now() - start)
  fork(process.argv[1] ?? '', [dataDir, seconds, tasks, 'producer'], { execArgv: ['--no-warnings'] })
  await working
  const sorted = pickUps.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { cpuShare, pickUpMsP50: at(0.5), pickUpMsP99: at(0.99) }
}

async function produce(): Promise<void> {
  using queue = new FemtoQueue({ dataDir })
  for (let i = 0; i < Number(tasks); i++) {
    await sleep(20)
    queue.push(String(nowMs()))
  }
}

if (role === 'producer') await produce()
else console.log(JSON.stringify(await work()))
