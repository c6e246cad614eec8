/** Follows a queue as the app does, the inspector in its thread, until its input ends. `node follow.ts DIR` */
import { connectInspector } from '../../helpers/inspector-client.ts'

const inspector = await connectInspector()
const { client } = inspector
const info = await client.host.openQueue({ kind: 'path', path: process.argv[2] ?? '' })
if (info === null) throw new Error('not opened')
process.stdin.resume().once('end', () => {
  void inspector.close().then(() => process.exit(0))
})
try {
  for await (const update of await client.queue.changes({ queueId: info.queueId }))
    console.log(update.revision)
} catch (cause) {
  // The end of the input closes the connection, and the stream with it.
  if (!(cause instanceof Error) || cause.name !== 'AbortError') throw cause
}
