/** A worker at full speed: pushes and finishes tasks of 100 B, and prints tasks per second. `node worker.ts DIR TASKS` */
import { FemtoQueue } from '../../../shared/queue/index.ts'

const [dir = '', tasks = '0'] = process.argv.slice(2)
const payload = Buffer.alloc(100, 'x')
using queue = new FemtoQueue({ dataDir: dir, nodeId: 'bench' })
const startedAt = performance.now()
for (let at = 0; at < Number(tasks); at++) {
  queue.push(payload)
  const task = queue.pop()
  if (task === null) throw new Error('the task that was pushed is not there')
  queue.done(task)
}
console.log(JSON.stringify({ perSecond: (Number(tasks) / (performance.now() - startedAt)) * 1_000 }))
