/**
 * `npm run bench:index -- [--dir DIR] [--large DIR] [--sizes 1000,100000,1000000,3000000]`: what opening and following a queue costs, each case
 * in a fresh process, as a ratio to a bare listing of the same directory in the same run. Writes docs/benchmarks.md.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine, readFileSystemName, toTable, writeSection } from '../report.ts'
import { makeQueue } from './queues.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: path.join(tmpdir(), 'fq-bench-index') },
    /** For queues of more than 1,000,000: tmpfs has too few inodes for them. */
    large: { type: 'string', default: path.join(tmpdir(), 'fq-bench-index-large') },
    sizes: { type: 'string', default: '1000,100000,1000000,3000000' },
  },
})
const REPEATS = 3
const NAIVE_LIMIT = 20_000
/** Largest queues that are followed, and that the naive ways are tried on. */
const FOLLOWED = 1_000_000
const COMPARED = 100_000
const WORKER_TURNS = 9
const WORKER_TASKS = 20_000
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
  firstRowsMs: number
  bytesPerTask: number
  watches: number
}
interface LoopDelay {
  maxMs: number
  p99Ms: number
}
interface Followed {
  openMs: number
  openLoop: LoopDelay
  runLoop: LoopDelay
  idleLoop: LoopDelay | null
  cpuShare: number
  latencies: (number | null)[]
}
interface FollowedNaively {
  openMs: number
  watches: number
  cpuShare: number
  latencies: (number | null)[]
  wrong: number
}

/** Null: the change was never told. */
const inMs = (latencies: readonly (number | null)[]): string =>
  latencies.map((ms) => (ms === null ? 'never' : `${fixed(ms, 0)} ms`)).join(' / ')
const toLoop = (delay: LoopDelay | null): string =>
  delay === null ? '' : `${fixed(delay.maxMs, 1)} / ${fixed(delay.p99Ms, 1)} ms`

const sizes = values.sizes.split(',').map(Number)
const dirOf = (size: number): string => path.join(size > FOLLOWED ? values.large : values.dir, String(size))
mkdirSync(values.dir, { recursive: true })
const openRows: string[][] = []
for (const size of sizes) {
  const dir = makeQueue(dirOf(size), size)
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
    `${size.toLocaleString('en')} (${readFileSystemName(dir)})`,
    `${fixed(floorMs, 0)} ms`,
    `${fixed(median(opens.map(({ firstRowsMs }) => firstRowsMs)), 0)} ms`,
    `${fixed(openMs, 0)} ms`,
    fixed(openMs / floorMs),
    fixed(opens[0]?.bytesPerTask ?? NaN, 0),
    `${opens[0]?.watches} for ${directories} directories`,
    naive === null ? 'not run' : `${fixed(naive.ms / floorMs, 0)} times, ${naive.watches} watches`,
  ])
  console.log(openRows.at(-1)?.join('  '))
  if (size > FOLLOWED) rmSync(dir, { recursive: true })
}

const followed = Math.max(...sizes.filter((size) => size <= FOLLOWED))
const followRows: string[][] = []
for (const [what, rate, seconds] of [
  ['at rest', 0, 10],
  ['250 tasks/s (500 changes/s)', 250, 10],
  ['2,000 tasks/s', 2_000, 10],
  ['2,500 tasks/s (5,000 moves/s)', 2_500, 10],
] as const) {
  const result = runCase<Followed>('thread', dirOf(followed), String(rate), String(seconds))
  followRows.push([
    what,
    `${fixed(result.cpuShare * 100, 1)} %`,
    rate === 0 ? '' : inMs(result.latencies),
    toLoop(result.openLoop),
    rate === 0 ? '' : toLoop(result.runLoop),
    toLoop(result.idleLoop),
  ])
  console.log(followRows.at(-1)?.join('  '))
}

const compared = Math.max(...sizes.filter((size) => size <= COMPARED))
const compareRows: string[][] = []
for (const [what, kind] of [
  ['this inspector', 'thread'],
  ['listing every second', 'every-second'],
  ['chokidar on every file', 'every-file'],
] as const) {
  const result = runCase<FollowedNaively>(kind, dirOf(compared), '2000', '10')
  compareRows.push([
    what,
    `${fixed(result.openMs, 0)} ms`,
    `${fixed(result.cpuShare * 100, 0)} %`,
    inMs(result.latencies),
    kind === 'thread' ? '0 (see the storms test)' : String(result.wrong),
  ])
  console.log(compareRows.at(-1)?.join('  '))
}

interface Turn {
  wallMs: number
  cpuMs: number
}

/** A worker's speed in a watched queue to that in an unwatched one, turn by turn in one process. */
async function measureSlowdown(): Promise<{ wall: number; cpu: number; tasksPerSecond: number }> {
  const [watched, alone] = ['watched', 'alone'].map((name) => makeQueue(path.join(values.dir, name), 0))
  const follower = spawn(process.execPath, [FOLLOW, watched ?? ''], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(follower.stdout.resume(), 'data')
  const [inWatched = [], inAlone = []] = runScript<Turn[][]>(
    './worker.ts',
    watched ?? '',
    alone ?? '',
    String(WORKER_TURNS),
    String(WORKER_TASKS),
  )
  follower.stdin.end()
  await once(follower, 'close')
  const ratio = (of: (turn: Turn) => number): number =>
    median(inAlone.map((turn, at) => of(turn) / of(inWatched[at] ?? turn)))
  const aloneMs = median(inAlone.map(({ wallMs }) => wallMs))
  return {
    wall: ratio(({ wallMs }) => wallMs),
    cpu: ratio(({ cpuMs }) => cpuMs),
    tasksPerSecond: (WORKER_TASKS / aloneMs) * 1_000,
  }
}
const speed = await measureSlowdown()
const slowdown = `A worker at full speed (push, pop, done of 100 B; alone ${fixed(speed.tasksPerSecond, 0)} tasks/s) keeps ${fixed(speed.wall * 100, 1)} % of its speed by the clock and ${fixed(speed.cpu * 100, 1)} % by its own
CPU time while it is watched: medians of ${WORKER_TURNS} turns of ${WORKER_TASKS.toLocaleString('en')} tasks in a watched and an unwatched queue. The clock also shows the second core being busy.`
console.log(slowdown)

writeSection(
  'index',
  `## The index (\`npm run bench:index\`)

${describeMachine()}; ${readFileSystemName(values.dir)}; load at the end ${loadavg()
    .map((load) => load.toFixed(1))
    .join(
      ' ',
    )}. Medians of ${REPEATS}. The floor is \`readdir\` and a sort of the same directory in Node. Beyond 100,000 tasks, those after the first 50,000 are names of few files.

${toTable(['pending tasks', 'floor', 'first rows of a part', 'counts and final rows', 'ratio to the floor', 'heap bytes a task', 'inotify watches', 'chokidar on every file, to the floor'], openRows)}

Following ${followed.toLocaleString('en')} pending tasks while a worker takes tasks through all states; the inspector in its thread, CPU of the
whole process; latency p50 / p99 from the rename to done/ to the update at the client. Loops: max / p99; the last column is a
process that does nothing, on the same machine at the same time.

${toTable(['load', 'CPU of one core', 'latency', "host's loop while opening", "host's loop under load", 'an idle loop meanwhile'], followRows)}

The same work done in the naive ways, on ${compared.toLocaleString('en')} pending tasks at 2,000 tasks/s:

${toTable(['how', 'ready after', 'CPU of one core', 'latency p50 / p99', 'names wrong 2 s after the end'], compareRows)}

${slowdown}
`,
)
rmSync(values.dir, { recursive: true })
rmSync(values.large, { recursive: true, force: true })
