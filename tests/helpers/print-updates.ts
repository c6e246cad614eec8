/** Opens a queue and prints each update as a line of JSON until its input ends. `node print-updates.ts DIR` */
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../shared/inspector/queue-session.ts'

const session = new QueueSession(await readQueueDir(process.argv[2] ?? ''))
const stop = new AbortController()
process.stdin.resume().once('end', () => {
  stop.abort()
})
await session.start()
for await (const update of session.updates(stop.signal)) console.log(JSON.stringify(update))
await session.close()
