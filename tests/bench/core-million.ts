/**
 * Many tasks waiting, in a process of its own: `node core-million.ts seed DIR WAITING` makes them, `node core-million.ts pop DIR POPS`
 * opens the queue and takes some. Prints what the listing and one pop+done cost, and memory.
 */
import fs from 'node:fs'
import { encodeTask, FemtoQueue } from '../../shared/queue/index.ts'

export interface MillionResult {
  /** The process before it opened the queue: Node itself and the types stripped from our sources. */
  readonly bareRssMb: number
  readonly openMs: number
  readonly popUs: number
  readonly popCpuUs: number
  readonly maxRssMb: number
}

const [act = '', dataDir = '', count = '0'] = process.argv.slice(2)
if (act === 'seed') seed(Number(count))
else console.log(JSON.stringify(pop(Number(count))))

/** Names of one file: a million files would fill the memory that tmpfs has here, and pop() cannot tell. */
function seed(waiting: number): void {
  new FemtoQueue({ dataDir }).close()
  fs.writeFileSync(`${dataDir}/seed`, encodeTask(Buffer.alloc(100, 'payload ')))
  const firstUs = Date.now() * 1000 - waiting
  for (let i = 0; i < waiting; i++)
    fs.linkSync(`${dataDir}/seed`, `${dataDir}/pending/${firstUs + i}_0123456789abcdef0123456789abcdef`)
}

function pop(pops: number): MillionResult {
  const bareRssMb = process.resourceUsage().maxRSS / 1024
  const opened = performance.now()
  const queue = new FemtoQueue({ dataDir, nodeId: 'n' })
  const openMs = performance.now() - opened
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  for (let i = 0; i < pops; i++) {
    const task = queue.pop()
    if (task === null) throw new Error('no task')
    queue.done(task)
  }
  const popUs = ((performance.now() - start) / pops) * 1000
  const { user, system } = process.cpuUsage(cpu)
  const maxRssMb = process.resourceUsage().maxRSS / 1024
  return { bareRssMb, openMs, popUs, popCpuUs: (user + system) / pops, maxRssMb }
}
