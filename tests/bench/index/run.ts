/**
 * `npm run bench:index -- [--dir DIR] [--sizes 1000,100000,1000000]`: what opening and following a queue costs, each case
 * in a fresh process, as a ratio to a bare listing of the same directory in the same run. Writes docs/benchmarks.md.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine, readFileSystemName, toTable, writeSection } from '../report.ts'
import { makeQueue } from './queues.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: path.join(tmpdir(), 'fq-bench-index') },
    sizes: { type: 'string', default: '1000,100000,1000000' },
  },
})
const REPEATS = 3
const NAIVE_LIMIT = 20_000
const FOLLOW = new URL('./follow.ts', import.meta.url).pathname

function runScript<T>(script: string, ...args: string[]): T {
  const file = new URL(script, import.meta.url).pathname
  const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', file, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${status}`)
  return JSON.parse(stdout) as T
}

function runCase<T>(kind: string, ...args: string[]): T {
  return runScript<T>('./case.ts', kind, ...args)
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
const fixed = (value: number, digits = 2): string => value.toFixed(digits)

interface Opened {
  ms: number
  bytesPerTask: number
  watches: number
}
interface Followed {
  openMs: number
  openLoop: { maxMs: number; p99Ms: number }
  runLoop: { maxMs: number; p99Ms: number }
  cpuShare: number
  latencies: number[]
}

mkdirSync(values.dir, { recursive: true })
const openRows: string[][] = []
for (const size of values.sizes.split(',').map(Number)) {
  const dir = makeQueue(path.join(values.dir, String(size)), size)
  const floors: number[] = []
  const opens: Opened[] = []
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    floors.push(runCase<{ ms: number }>('floor', dir).ms)
    opens.push(runCase<Opened>('open', dir))
  }
  const naive = size <= NAIVE_LIMIT ? runCase<{ ms: number; watches: number }>('naive', dir) : null
  const floorMs = median(floors)
  const openMs = median(opens.map(({ ms }) => ms))
  const directories = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length
  openRows.push([
    size.toLocaleString('en'),
    `${fixed(floorMs, 0)} ms`,
    `${fixed(openMs, 0)} ms`,
    fixed(openMs / floorMs),
    fixed(opens[0]?.bytesPerTask ?? NaN, 0),
    `${opens[0]?.watches} for ${directories} directories`,
    naive === null ? 'not run' : `${fixed(naive.ms / floorMs, 0)} times, ${naive.watches} watches`,
  ])
  console.log(openRows.at(-1)?.join('  '))
}

const largest = path.join(values.dir, String(Math.max(...values.sizes.split(',').map(Number))))
const followRows: string[][] = []
for (const [what, rate, seconds] of [
  ['at rest', 0, 10],
  ['500 tasks/s', 500, 10],
  ['2,000 tasks/s', 2_000, 10],
] as const) {
  const result = runCase<Followed>('thread', largest, String(rate), String(seconds))
  followRows.push([
    what,
    `${fixed(result.cpuShare * 100, 1)} %`,
    rate === 0 ? '' : result.latencies.map((ms) => `${fixed(ms, 0)} ms`).join(' / '),
    `${fixed(result.openLoop.maxMs, 1)} / ${fixed(result.openLoop.p99Ms, 1)} ms`,
    `${fixed(result.runLoop.maxMs, 1)} / ${fixed(result.runLoop.p99Ms, 1)} ms`,
  ])
  console.log(followRows.at(-1)?.join('  '))
}

/** How much slower a worker at full speed is while its queue is watched: medians of alternating runs. */
async function measureSlowdown(): Promise<{ alone: number; watched: number }> {
  const speeds: Record<'alone' | 'watched', number[]> = { alone: [], watched: [] }
  for (let repeat = 0; repeat < REPEATS * 2; repeat++) {
    const kind = repeat % 2 === 0 ? 'alone' : 'watched'
    const dir = makeQueue(path.join(values.dir, `worker-${repeat}`), 0)
    const watcher =
      kind === 'alone' ? null : spawn(process.execPath, [FOLLOW, dir], { stdio: ['pipe', 'pipe', 'inherit'] })
    if (watcher !== null) await once(watcher.stdout.resume(), 'data')
    speeds[kind].push(runScript<{ perSecond: number }>('./worker.ts', dir, '20000').perSecond)
    watcher?.stdin.end()
    if (watcher !== null) await once(watcher, 'close')
  }
  return { alone: median(speeds.alone), watched: median(speeds.watched) }
}
const { alone, watched } = await measureSlowdown()
console.log(`worker alone ${fixed(alone, 0)}/s, watched ${fixed(watched, 0)}/s`)

writeSection(
  'index',
  `## The index (\`npm run bench:index\`)

${describeMachine()}; ${readFileSystemName(values.dir)}. Medians of ${REPEATS}. The floor is \`readdir\` and a sort of the same directory in Node.

${toTable(['pending tasks', 'floor', 'open until counts and first rows', 'ratio', 'heap bytes a task', 'inotify watches', 'chokidar on every file, to the floor'], openRows)}

Following ${path.basename(largest)} pending tasks while a worker takes tasks through all states; the inspector in its thread, CPU of the
whole process; latency p50 / p99 from the rename to done/ to the update at the client.

${toTable(['load', 'CPU of one core', 'latency', "host's loop while opening, max / p99", "host's loop under load, max / p99"], followRows)}

A worker at full speed (push, pop, done of 100 B) does ${fixed((watched / alone) * 100, 0)} % of its tasks per second while it is watched.
`,
)
rmSync(values.dir, { recursive: true })
