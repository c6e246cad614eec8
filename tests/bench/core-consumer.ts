/**
 * One of several consumers of one queue: `node core-consumer.ts DIR NODE`, started by IPC 'go'. Tells how many tasks it ended, how many
 * claims it lost, and when it got which task.
 */
import fs from 'node:fs'
import { FemtoQueue } from '../../shared/queue/index.ts'

export interface ConsumerResult {
  readonly lostClaims: number
  /** [monotonic µs, original id] of each task it got. */
  readonly popped: ReadonlyArray<readonly [number, string]>
  readonly startUs: number
  readonly endUs: number
}

const [dataDir = '', nodeId = ''] = process.argv.slice(2)
let lostClaims = 0
/** Taken right at the claim: a process may be put to sleep before it comes to write it down. */
let lastClaimUs = 0
const nowUs = (): number => Number(process.hrtime.bigint() / 1000n)
const { renameSync } = fs
fs.renameSync = (from, to) => {
  try {
    renameSync(from, to)
    lastClaimUs = lastClaimUs === 0 ? nowUs() : lastClaimUs
  } catch (error) {
    lostClaims++
    throw error
  }
}

const queue = new FemtoQueue({ dataDir, nodeId })
process.once('message', () => {
  const startUs = nowUs()
  const popped: Array<[number, string]> = []
  for (let task = queue.pop(); task !== null; task = queue.pop()) {
    popped.push([lastClaimUs, task.id])
    queue.done(task)
    lastClaimUs = 0
  }
  const result: ConsumerResult = { lostClaims, popped, startUs, endUs: nowUs() }
  process.send?.(result, () => process.exit(0))
})
process.send?.('ready')
