/**
 * A worker at full speed: pushes and finishes tasks of 100 B in two queues, by turns, one of which somebody may watch.
 * Prints what a turn took in each, wall clock and CPU. `node worker.ts DIR_A DIR_B TURNS TASKS_PER_TURN`
 */
import { setTimeout as delay } from 'node:timers/promises'
import { FemtoQueue } from '../../../shared/queue/index.ts'

const [dirA = '', dirB = '', turns = '0', tasks = '0'] = process.argv.slice(2)
const payload = Buffer.alloc(100, 'x')
const queues = [dirA, dirB].map((dataDir) => new FemtoQueue({ dataDir, nodeId: 'bench' }))
const took = queues.map((): { wallMs: number; cpuMs: number }[] => [])

function work(queue: FemtoQueue): void {
  queue.push(payload)
  const task = queue.pop()
  if (task === null) throw new Error('the task that was pushed is not there')
  queue.done(task)
}

for (let turn = 0; turn < Number(turns); turn++) {
  // A B, B A, A B …: what drifts, drifts for both.
  for (const at of turn % 2 === 0 ? [0, 1] : [1, 0]) {
    const queue = queues[at]
    if (queue === undefined) continue
    const cpuBefore = process.cpuUsage()
    const startedAt = performance.now()
    for (let task = 0; task < Number(tasks); task++) work(queue)
    const { user, system } = process.cpuUsage(cpuBefore)
    took[at]?.push({ wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1_000 })
    // Whoever watches has caught up when the other queue's turn begins.
    await delay(300)
  }
}
for (const queue of queues) queue.close()
console.log(JSON.stringify(took))
