/**
 * Payload search over 100,000 tasks of 1 KiB beside `grep -r` on the same files, both warm, in turns; the time to the first hit, and from
 * Cancel to its answer. In the inspector's own thread, over the contract, as the app does it.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { connectInspector } from '../../helpers/inspector-client.ts'
import type { InspectorClient } from '../../helpers/inspector-client.ts'
import { makeRandom } from '../../helpers/random.ts'
import { describeMachine, readFileSystemName, toTable } from '../report.ts'

const PAYLOAD_BYTES = 1024
const ROUNDS = 5
const NEEDLE = 'Needle-in-the-hay'
const LOWER = NEEDLE.toLowerCase()
const EVERY = 1_000

function fillQueue(dir: string, tasks: number): void {
  for (const name of ['creating', 'pending', 'scheduled', 'done', 'failed']) mkdirSync(path.join(dir, name))
  const random = makeRandom(1)
  for (let at = 0; at < tasks; at++) {
    const hay = Array.from({ length: 16 }, () => Math.floor(random() * 1e9).toString(36)).join(' ')
    const found = at % EVERY === EVERY - 1 ? NEEDLE : 'plain straw'
    const payload = JSON.stringify({ id: at, found, hay }).padEnd(PAYLOAD_BYTES, ' ')
    const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
    const md5 = createHash('md5').update(payload).digest()
    const name = `${1_795_416_245_000_000 + at}_${createHash('md5').update(String(at)).digest('hex')}`
    writeFileSync(path.join(dir, 'pending', name), Buffer.concat([header, md5, Buffer.from(payload)]))
  }
}

interface Taken {
  readonly wallMs: number
  readonly cpuMs: number
}

function runGrep(dir: string, args: readonly string[]): Taken {
  const startedAt = performance.now()
  const { status, stderr } = spawnSync(
    'bash',
    [
      '-c',
      'TIMEFORMAT="%U %S"; time grep "$@" > /dev/null',
      'bash',
      '-r',
      '-l',
      ...args,
      path.join(dir, 'pending'),
    ],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  )
  if (status !== 0) throw new Error(`grep ended with ${status}: ${stderr}`)
  const [user = 0, system = 0] = stderr.trim().split(/\s+/).map(Number)
  return { wallMs: performance.now() - startedAt, cpuMs: (user + system) * 1000 }
}

interface Search extends Taken {
  readonly firstHitMs: number
  readonly matches: number
}

async function runSearch(client: InspectorClient, queueId: string, expression: string): Promise<Search> {
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const { queryId } = await client.queries.open({
    queueId,
    list: { state: 'pending', node: null },
    expression,
  })
  let firstHitMs = NaN
  let matches = 0
  for await (const progress of await client.queries.follow({ queueId, queryId })) {
    if (Number.isNaN(firstHitMs) && progress.matches > 0) firstHitMs = performance.now() - startedAt
    matches = progress.matches
    if (progress.phase !== 'scanning') break
  }
  const wallMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  await client.queries.close({ queueId, queryId })
  return { wallMs, cpuMs: (user + system) / 1000, firstHitMs, matches }
}

async function runCancel(client: InspectorClient, queueId: string): Promise<number> {
  const { queryId } = await client.queries.open({
    queueId,
    list: { state: 'pending', node: null },
    expression: `text:${NEEDLE}`,
  })
  for await (const { matches } of await client.queries.follow({ queueId, queryId })) if (matches > 0) break
  const startedAt = performance.now()
  const { phase } = await client.queries.cancel({ queueId, queryId })
  const tookMs = performance.now() - startedAt
  if (phase !== 'cancelled') throw new Error(`Cancel came too late: the search is ${phase}`)
  await client.queries.close({ queueId, queryId })
  return tookMs
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >>> 1] ?? NaN
}

const CASES = [
  { title: 'text as written', expression: `text:${NEEDLE}`, grep: ['-F', NEEDLE] },
  { title: 'text in any case', expression: `text:${LOWER}`, grep: ['-i', '-F', LOWER] },
  { title: 'word (id, reason or text)', expression: LOWER, grep: ['-i', '-F', LOWER] },
  { title: 'regular expression', expression: '/Needle-[a-z]+-the/', grep: ['-E', 'Needle-[a-z]+-the'] },
  { title: 'JSON path', expression: `$.found = ${NEEDLE}`, grep: ['-F', NEEDLE] },
] as const

/** A section of the report; the queue is made below `base`. */
export async function runSearchBench(base: string, tasks: number): Promise<string> {
  const parent = mkdtempSync(path.join(base, 'fq-bench-search-'))
  const dir = path.join(parent, 'queue')
  mkdirSync(dir)
  const inspector = await connectInspector()
  const { client } = inspector
  try {
    fillQueue(dir, tasks)
    const info = await client.host.openQueue({ kind: 'path', path: dir })
    if (info === null) throw new Error('The queue was not opened')
    const { queueId } = info
    // A queue stays open while somebody follows it.
    const following = await client.queue.changes({ queueId })
    await client.tasks.window({
      queueId,
      list: { state: 'pending', node: null },
      order: 'oldest',
      offset: 0,
      limit: 1,
    })
    const rows: string[][] = []
    for (const { title, expression, grep } of CASES) {
      const greps: Taken[] = []
      const searches: Search[] = []
      for (let round = 0; round <= ROUNDS; round++) {
        const grepped = runGrep(dir, grep)
        const searched = await runSearch(client, queueId, expression)
        if (searched.matches !== Math.floor(tasks / EVERY))
          throw new Error(`${title}: ${searched.matches} found`)
        if (round === 0) continue // warms both
        greps.push(grepped)
        searches.push(searched)
      }
      const wall = medianOf(searches.map(({ wallMs }, at) => wallMs / (greps[at]?.wallMs ?? NaN)))
      const cpu = medianOf(searches.map(({ cpuMs }, at) => cpuMs / (greps[at]?.cpuMs ?? NaN)))
      rows.push([
        title,
        `grep -r ${grep.join(' ')}`,
        `${medianOf(greps.map(({ wallMs }) => wallMs)).toFixed(0)} ms`,
        `${medianOf(searches.map(({ wallMs }) => wallMs)).toFixed(0)} ms`,
        wall.toFixed(2),
        cpu.toFixed(2),
        `${medianOf(searches.map(({ firstHitMs }) => firstHitMs)).toFixed(0)} ms`,
      ])
      console.error(rows.at(-1)?.join(' | '))
    }
    const cancels: number[] = []
    for (let round = 0; round < ROUNDS; round++) cancels.push(await runCancel(client, queueId))
    await following.return()
    return `## Search (\`npm run bench:actions\`)

${tasks} tasks of ${PAYLOAD_BYTES} B on ${readFileSystemName(dir)}, one in ${EVERY} matches, warm; medians of ${ROUNDS} rounds in turns. ${describeMachine()}.

${toTable(['search', 'beside', 'grep', 'ours', 'ratio', 'ratio of CPU time', 'first hit'], rows)}

Cancel: ${medianOf(cancels).toFixed(1)} ms (largest ${Math.max(...cancels).toFixed(1)} ms).`
  } finally {
    await inspector.close()
    rmSync(parent, { recursive: true, force: true })
  }
}
