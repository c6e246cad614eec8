/** pop() with many tasks waiting: `node core-million.ts DIR WAITING POPS`. Prints what the first listing and one pop+done cost, and memory. */
import fs from 'node:fs'
import { encodeTask, FemtoQueue } from '../../shared/queue/index.ts'

export interface MillionResult {
  readonly openMs: number
  readonly firstPopMs: number
  readonly popUs: number
  readonly maxRssMb: number
}

const [dataDir = '', waiting = '0', pops = '0'] = process.argv.slice(2)
new FemtoQueue({ dataDir }).close()
// Names of one file: a million files would fill the memory that tmpfs has here, and pop() cannot tell.
fs.writeFileSync(`${dataDir}/seed`, encodeTask(Buffer.alloc(100, 'payload ')))
const firstUs = Date.now() * 1000
for (let i = 0; i < Number(waiting); i++) {
  fs.linkSync(`${dataDir}/seed`, `${dataDir}/pending/${firstUs + i}_0123456789abcdef0123456789abcdef`)
}
const opened = performance.now()
const queue = new FemtoQueue({ dataDir, nodeId: 'n' })
const first = performance.now()
const task = queue.pop()
if (task === null) throw new Error('no task')
queue.done(task)
const rest = performance.now()
for (let i = 1; i < Number(pops); i++) {
  const next = queue.pop()
  if (next === null) throw new Error('no task')
  queue.done(next)
}
const popUs = ((performance.now() - rest) / (Number(pops) - 1)) * 1000
const result: MillionResult = {
  openMs: first - opened,
  firstPopMs: rest - first,
  popUs,
  maxRssMb: process.resourceUsage().maxRSS / 1024,
}
console.log(JSON.stringify(result))
