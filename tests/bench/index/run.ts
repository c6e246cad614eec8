/**
 * `npm run bench:index -- [--dir DIR] [--sizes 1000,100000,1000000]`: what opening and following a queue costs, each case
 * in a fresh process, as a ratio to a bare listing of the same directory in the same run. Writes docs/benchmarks.md.
 */
import { spawnSync } from 'node:child_process'
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

function runCase<T>(kind: string, ...args: string[]): T {
  const script = new URL('./case.ts', import.meta.url).pathname
  const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', script, kind, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`bench case ${kind} ended with ${status}`)
  return JSON.parse(stdout) as T
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

writeSection(
  'index',
  `## The index (\`npm run bench:index\`)

${describeMachine()}; ${readFileSystemName(values.dir)}. Medians of ${REPEATS}. The floor is \`readdir\` and a sort of the same directory in Node.

${toTable(['pending tasks', 'floor', 'open until counts and first rows', 'ratio', 'heap bytes a task', 'inotify watches', 'chokidar on every file, to the floor'], openRows)}

Following ${path.basename(largest)} pending tasks while a worker takes tasks through all states; the inspector in its thread, CPU of the
whole process; latency p50 / p99 from the rename to done/ to the update at the client.

${toTable(['load', 'CPU of one core', 'latency', "host's loop while opening, max / p99", "host's loop under load, max / p99"], followRows)}
`,
)
rmSync(values.dir, { recursive: true })
