/**
 * `npm run bench:core [-- --tasks N --rounds N --memory DIR]`: the queue core beside its floor and its peers, a fresh process per case, the cases in
 * turn within each round, medians over the rounds. Writes its section of docs/benchmarks.md.
 */
import { fork, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { CaseResult } from './core-case.ts'
import type { ConsumerResult } from './core-consumer.ts'
import type { IdleResult } from './core-idle.ts'
import type { MillionResult } from './core-million.ts'
import { findPythonOrNull } from '../helpers/python.ts'
import { describeMachine, readFileSystemName, toTable, writeSection } from './report.ts'

const { values } = parseArgs({
  options: {
    tasks: { type: 'string' },
    rounds: { type: 'string' },
    million: { type: 'string' },
    memory: { type: 'string' },
  },
})
const TASKS = Number(values.tasks ?? '20000')
const ROUNDS = Number(values.rounds ?? '3')
const MILLION = Number(values.million ?? '1000000')
/** Cases whose cost per task is so high, or grows so with the queue, that fewer tasks must do. */
const FEWER: Readonly<Record<string, number>> = {
  'job-queue': 10,
  'femtoqueue-sync': 20,
  'floor-sync': 20,
  'sqlite-full': 20,
}

const python = findPythonOrNull()
const file = (name: string): string => path.join(import.meta.dirname, name)

function withDir<T>(parent: string, act: (dir: string) => T): T {
  const dir = fs.mkdtempSync(path.join(parent, 'femtoqueue-bench-'))
  try {
    return act(dir)
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

function runJson<T>(program: string, args: readonly string[]): T {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1e8 })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return JSON.parse(stdout) as T
}

function runCase(name: string, parent: string): CaseResult {
  const tasks = String(Math.ceil(TASKS / (FEWER[name] ?? 1)))
  return withDir(parent, (dir) =>
    name === 'python'
      ? runJson<CaseResult>(python ?? '', [file('core-python.py'), dir, tasks])
      : runJson<CaseResult>(process.execPath, ['--no-warnings', file('core-case.ts'), name, dir, tasks]),
  )
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

/** Case -> the results of its rounds. */
function runRounds(names: readonly string[], parent: string): Map<string, CaseResult[]> {
  const results = new Map<string, CaseResult[]>(names.map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      results.get(name)?.push(runCase(name, parent))
      console.error(`${readFileSystemName(parent)} round ${round + 1}: ${name}`)
    }
  }
  return results
}

/** Ratios are taken within a round, where both met the same noise, and their median is given. */
function toRows(results: Map<string, CaseResult[]>): string[][] {
  const number = (value: number): string => Math.round(value).toLocaleString('en')
  return [...results].map(([name, rounds]) => {
    const floor =
      results.get(name.endsWith('-sync') || name === 'sqlite-full' ? 'floor-sync' : 'floor') ?? rounds
    const ratio = (act: 'push' | 'pop', key: 'perS' | 'cpuUs'): string =>
      median(rounds.map((result, i) => result[act][key] / (floor[i]?.[act][key] ?? Number.NaN))).toFixed(2)
    return [
      name,
      number(Math.ceil(TASKS / (FEWER[name] ?? 1))),
      number(median(rounds.map((result) => result.push.perS))),
      ratio('push', 'perS'),
      ratio('push', 'cpuUs'),
      number(median(rounds.map((result) => result.pop.perS))),
      ratio('pop', 'perS'),
      ratio('pop', 'cpuUs'),
    ]
  })
}

interface FleetResult {
  readonly perS: number
  readonly lostShare: number
  readonly displacementP99: number
}

type Consumers = 'ours' | 'dealt' | 'plain'

async function runFleet(parent: string, processes: number, consumers: Consumers): Promise<FleetResult> {
  const dir = fs.mkdtempSync(path.join(parent, 'femtoqueue-bench-'))
  try {
    const { FemtoQueue } = await import('../../shared/queue/index.ts')
    using producer = new FemtoQueue({ dataDir: dir })
    for (let i = 0; i < TASKS; i++) producer.push(Buffer.alloc(100, 'payload '))
    const script = file(consumers === 'ours' ? 'core-consumer.ts' : 'core-bare-consumer.ts')
    const children = Array.from({ length: processes }, (_, i) =>
      fork(script, [dir, `n${i}`, consumers, String(processes)], { execArgv: ['--no-warnings'] }),
    )
    const next = async (child: (typeof children)[number]): Promise<unknown> =>
      await new Promise((resolve) => child.once('message', resolve))
    await Promise.all(children.map(next))
    const results = children.map(next)
    for (const child of children) child.send('go')
    return judgeFleet((await Promise.all(results)) as ConsumerResult[])
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

function judgeFleet(results: readonly ConsumerResult[]): FleetResult {
  const popped = results.flatMap((result) => result.popped).toSorted((a, b) => a[0] - b[0])
  if (popped.length !== TASKS) throw new Error(`popped ${popped.length} of ${TASKS}`)
  const rank = new Map(
    popped
      .map(([, id]) => id)
      .toSorted()
      .map((id, index) => [id, index]),
  )
  const displacements = popped
    .map(([, id], index) => Math.abs(index - (rank.get(id) ?? 0)))
    .toSorted((a, b) => a - b)
  const lost = results.reduce((sum, result) => sum + result.lostClaims, 0)
  const seconds =
    (Math.max(...results.map((each) => each.endUs)) - Math.min(...results.map((each) => each.startUs))) / 1e6
  return {
    perS: TASKS / seconds,
    lostShare: lost / (TASKS + lost),
    displacementP99: displacements[Math.floor(displacements.length * 0.99)] ?? 0,
  }
}

async function fleetRows(parent: string): Promise<string[][]> {
  const counts = [1, 2, 4, 8]
  const kinds = ['ours', 'dealt', 'plain'] as const
  const rounds: Record<Consumers, FleetResult>[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const results: Record<Consumers, FleetResult>[] = []
    for (const count of counts) {
      const [ours, dealt, plain] = [
        await runFleet(parent, count, 'ours'),
        await runFleet(parent, count, 'dealt'),
        await runFleet(parent, count, 'plain'),
      ]
      results.push({ ours, dealt, plain })
    }
    rounds.push(results)
    console.error(`fleet round ${round + 1}`)
  }
  return counts.map((count, i) => {
    const of = (kind: Consumers, key: keyof FleetResult): number =>
      median(rounds.map((round) => round[i]?.[kind][key] ?? 0))
    const ratios = kinds.map((kind) =>
      median(rounds.map((round) => (round[i]?.[kind].perS ?? 0) / (round[0]?.[kind].perS ?? 1))).toFixed(2),
    )
    const lost = (kind: Consumers): string => `${(of(kind, 'lostShare') * 100).toFixed(1)} %`
    return [
      String(count),
      Math.round(of('ours', 'perS')).toLocaleString('en'),
      ratios[0] ?? '',
      lost('ours'),
      String(of('ours', 'displacementP99')),
      ratios[1] ?? '',
      `${ratios[2]}, ${lost('plain')} lost`,
    ]
  })
}

function runScript<T>(name: string, args: readonly string[]): T {
  return runJson<T>(process.execPath, ['--no-warnings', file(name), ...args])
}

/** Each size in turn within a round, so that both meet the same noise. */
function runMillion(parent: string): { readonly table: string; readonly ratio: string } {
  const sizes = [1000, MILLION]
  const rounds: MillionResult[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(
      sizes.map((waiting) =>
        withDir(parent, (dir) => {
          spawnSync(process.execPath, [
            '--no-warnings',
            file('core-million.ts'),
            'seed',
            dir,
            String(waiting),
          ])
          return runScript<MillionResult>('core-million.ts', ['pop', dir, '1000'])
        }),
      ),
    )
    console.error(`many waiting round ${round + 1}`)
  }
  const rows = sizes.map((size, i) => {
    const of = (key: keyof MillionResult): number => median(rounds.map((round) => round[i]?.[key] ?? 0))
    return [
      size.toLocaleString('en'),
      of('popUs').toFixed(1),
      of('popCpuUs').toFixed(1),
      Math.round(of('openMs')).toLocaleString('en'),
      of('bareRssMb').toFixed(0),
      of('maxRssMb').toFixed(0),
    ]
  })
  const ratio = (key: 'popUs' | 'popCpuUs'): string =>
    median(rounds.map((round) => (round[1]?.[key] ?? 0) / (round[0]?.[key] ?? 1))).toFixed(2)
  const head = [
    'waiting',
    'pop+done µs',
    'its CPU µs',
    'opening with its listing, ms',
    'bare process MB',
    'peak memory MB',
  ]
  return { table: toTable(head, rows), ratio: `${ratio('popUs')} times (${ratio('popCpuUs')} by CPU)` }
}

function describeIdle(parent: string): string {
  const { cpuShare, pickUpMsP50, pickUpMsP99 } = withDir(parent, (dir) =>
    runScript<IdleResult>('core-idle.ts', [dir, '5', '200']),
  )
  return `A worker in \`work()\` that waits uses ${(cpuShare * 100).toFixed(2)} % of a core; a new task is taken ${pickUpMsP50.toFixed(1)} ms (p50), ${pickUpMsP99.toFixed(1)} ms (p99) after its push began in another process.`
}

const HEAD = ['case', 'tasks', 'push/s', 'to the floor', 'its CPU', 'pop+done/s', 'to the floor', 'its CPU']
const MEMORY = values.memory ?? (fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir())
const fast = ['floor', 'femtoqueue', ...(python === null ? [] : ['python']), 'job-queue', 'sqlite-off']
const memory = toTable(HEAD, toRows(runRounds(fast, MEMORY)))
const disk = toTable(
  HEAD,
  toRows(runRounds(['floor', 'femtoqueue', 'floor-sync', 'femtoqueue-sync', 'sqlite-full'], os.tmpdir())),
)
const fleet = toTable(
  [
    'processes',
    'pop+done/s',
    'to one process',
    'claims lost',
    'displacement p99',
    'bare calls, names dealt out',
    'bare calls, plain list',
  ],
  await fleetRows(MEMORY),
)
const million = runMillion(MEMORY)
const idle = describeIdle(os.tmpdir())

writeSection(
  'core',
  `## Queue core (\`npm run bench:core\`)

${describeMachine()}; payload 100 B, a fresh process per case, medians of ${ROUNDS} rounds, ratios within a round; "its CPU"
is CPU time per task to the floor's, which a busy machine disturbs less.
The floor is the bare system calls of the format in Node without any logic. @platformatic/job-queue lists its directory for each job, so it
runs on fewer; femtoqueue 0.4.1 is the Python library; sqlite is a table in node:sqlite (WAL). Load at the end: ${os
    .loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}.

On ${readFileSystemName(MEMORY)}:

${memory}

On ${readFileSystemName(os.tmpdir())}, without and with syncAfterWrite:

${disk}

Several processes popping from one queue (${readFileSystemName(MEMORY)}, ${TASKS.toLocaleString('en')} tasks):

${fleet}

With many tasks waiting; pop+done at ${MILLION.toLocaleString('en')} costs ${million.ratio} that at 1,000, listing aside:

${million.table}

${idle}
`,
)
console.log([memory, disk, fleet, million.table, idle].join('\n\n'))
