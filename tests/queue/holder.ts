/** A worker for take-over tests: claims one task, says so, and holds it for ever. */
import { FemtoQueue } from '../../shared/queue/index.ts'

const [dataDir = '', nodeId = ''] = process.argv.slice(2)
const queue = new FemtoQueue({ dataDir, nodeId })
const task = queue.pop()
process.stdout.write(`${task?.id ?? 'none'}\n`)
setInterval(() => {}, 1 << 30)
