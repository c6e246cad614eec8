/** A producer for order tests: pushes one task per message and answers with its id. */
import { FemtoQueue } from '../../shared/queue/index.ts'

const queue = new FemtoQueue({ dataDir: process.argv[2] ?? '' })
process.on('message', () => process.send?.(queue.push('x')))
