/** `node race-worker.ts DIR NODE SEED`: takes tasks as they come, finishes most, fails or puts back the others, until it is killed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { FemtoQueue, FemtoQueueError } from '../../../shared/queue/index.ts'
import { makeRandom } from '../../helpers/random.ts'

const [dataDir = '', nodeId = '', seed = '1'] = process.argv.slice(2)
const random = makeRandom(Number(seed))
const queue = new FemtoQueue({ dataDir, nodeId, maxAttempts: 0 })
console.log('ready')
for (;;) {
  const task = queue.pop()
  if (task === null) {
    await sleep(1)
    continue
  }
  const chance = random()
  // Holds some for a while, so that acts meet tasks at nodes.
  if (chance > 0.9) await sleep(2)
  try {
    if (chance < 0.5) queue.fail(task)
    else if (chance < 0.6) queue.release(task)
    else queue.done(task)
  } catch (error) {
    if (!(error instanceof FemtoQueueError) || error.code !== 'lease-lost') throw error
  }
}
