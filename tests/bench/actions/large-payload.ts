/** Opening a payload of 1 GB over the contract: time to the first view, a range at its end, and how much memory that takes; and its checksum. */
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { connectInspector } from '../../helpers/inspector-client.ts'
import { describeMachine, readFileSystemName, toTable } from '../report.ts'

const GIGABYTE = 1024 ** 3
const MIB = 1024 ** 2

function makeQueue(base: string): { parent: string; dir: string } {
  const parent = mkdtempSync(path.join(base, 'fq-bench-large-'))
  const dir = path.join(parent, 'queue')
  for (const name of ['creating', 'pending', 'scheduled', 'done', 'failed'])
    mkdirSync(path.join(dir, name), { recursive: true })
  const fd = openSync(path.join(dir, 'pending', '1795416245206308_large'), 'w')
  writeSync(fd, Buffer.concat([Buffer.from([1]), Buffer.alloc(23), Buffer.from('{"rows":[')]))
  ftruncateSync(fd, 24 + GIGABYTE)
  closeSync(fd)
  return { parent, dir }
}

/** Runs the work, and gives its time and the most memory that the process grew by meanwhile. */
async function measure(work: () => Promise<unknown>): Promise<{ ms: number; grownMib: number }> {
  const before = process.memoryUsage().rss
  let most = before
  const sample = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 5)
  const startedAt = performance.now()
  await work()
  const ms = performance.now() - startedAt
  clearInterval(sample)
  return { ms, grownMib: (Math.max(most, process.memoryUsage().rss) - before) / MIB }
}

/** A section of the report; the queue is made below `base`. */
export async function runLargePayloadBench(base: string): Promise<string> {
  const { parent, dir } = makeQueue(base)
  const inspector = await connectInspector()
  const { client } = inspector
  try {
    const info = await client.host.openQueue({ kind: 'path', path: dir })
    if (info === null) throw new Error('The queue was not opened')
    const { queueId } = info
    const list = { state: 'pending', node: null } as const
    const { rows } = await client.tasks.window({ queueId, list, order: 'oldest', offset: 0, limit: 1 })
    const task = rows[0]?.ref
    if (!task) throw new Error('The task was not found')
    const offset = GIGABYTE - 64 * 1024
    const cases = [
      ['first view (detail)', await measure(() => client.tasks.detail({ queueId, task }))],
      ['last 64 KiB', await measure(() => client.tasks.payload({ queueId, task, offset, limit: 64 * 1024 }))],
      ['checksum, asked for', await measure(() => client.tasks.verify({ queueId, task }))],
    ] as const
    return `### A payload of 1 GB

On ${readFileSystemName(dir)} (a sparse file). ${describeMachine()}.

${toTable(
  ['what', 'time', 'memory grew by'],
  cases.map(([title, { ms, grownMib }]) => [title, `${ms.toFixed(0)} ms`, `${grownMib.toFixed(1)} MiB`]),
)}`
  } finally {
    await inspector.close()
    rmSync(parent, { recursive: true, force: true })
  }
}
