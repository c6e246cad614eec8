/**
 * One case of `bench:index` in a process of its own: prints one line of JSON.
 *
 *     node case.ts floor DIR | open DIR | naive DIR | thread DIR TASKS_PER_S SECONDS
 *     node case.ts every-file DIR TASKS_PER_S SECONDS | every-second DIR TASKS_PER_S SECONDS
 */
import { watch } from 'chokidar'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { readQueueDir } from '../../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../../shared/inspector/queue-session.ts'
import { connectInspector } from '../../helpers/inspector-client.ts'

const [kind, dir = '', ratePerSecond = '0', seconds = '0'] = process.argv.slice(2)

function countInotifyWatches(): number {
  let watches = 0
  for (const fd of readdirSync('/proc/self/fdinfo')) {
    try {
      watches += readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify wd/gm)?.length ?? 0
    } catch {
      // The descriptor of the listing itself is closed by now.
    }
  }
  return watches
}

/** What a naive reader does: list, sort. */
function floor(): unknown {
  const startedAt = performance.now()
  const names = readdirSync(path.join(dir, 'pending')).toSorted()
  return { ms: performance.now() - startedAt, tasks: names.length }
}

async function open(): Promise<unknown> {
  globalThis.gc?.()
  const emptyBytes = process.memoryUsage().heapUsed
  const startedAt = performance.now()
  const session = new QueueSession(await readQueueDir(dir))
  const started = session.start()
  await session.window({ state: 'pending', node: null }, 'oldest', 0, 50)
  const firstRowsMs = performance.now() - startedAt
  await started
  const first = await session.window({ state: 'pending', node: null }, 'oldest', 0, 50)
  const ms = performance.now() - startedAt
  globalThis.gc?.()
  const bytesPerTask = (process.memoryUsage().heapUsed - emptyBytes) / first.total
  const watches = countInotifyWatches()
  await session.close()
  return {
    ms,
    firstRowsMs,
    tasks: first.total,
    rows: first.rows.length,
    bytesPerTask,
    watches,
    directories: readdirSync(dir).length,
  }
}

/** The host's side: how long its loop is blocked, what the whole costs, how late a change is told. */
async function thread(): Promise<unknown> {
  const inspector = await connectInspector()
  const { client } = inspector
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const startedAt = performance.now()
  const info = await client.host.openQueue({ kind: 'path', path: dir })
  if (info === null) throw new Error('not opened')
  const updates = await client.queue.changes({ queueId: info.queueId })
  const seen: { atMs: number; done: number }[] = []
  const following = (async () => {
    for await (const { counts } of updates)
      seen.push({ atMs: performance.timeOrigin + performance.now(), done: counts.done })
  })().catch(() => undefined)
  while (seen.length === 0) await delay(1)
  const openMs = performance.now() - startedAt
  const openLoop = { maxMs: loop.max / 1e6, p99Ms: loop.percentile(99) / 1e6 }
  await delay(1_000)
  // Its timer of 1 ms costs some percent of a core: at rest only the CPU is measured.
  if (Number(ratePerSecond) > 0) loop.reset()
  else loop.disable()
  const cpuBefore = process.cpuUsage()
  const runAt = performance.now()
  const { latencies, idleLoop } = await underLoad(seen)
  const cpu = process.cpuUsage(cpuBefore)
  const cpuShare = (cpu.user + cpu.system) / 1000 / (performance.now() - runAt)
  const runLoop = { maxMs: loop.max / 1e6, p99Ms: loop.percentile(99) / 1e6 }
  await inspector.close()
  await following
  return { openMs, openLoop, runLoop, idleLoop, cpuShare, latencies }
}

interface LoopDelay {
  maxMs: number
  p99Ms: number
}

/** Ends the process and gives what it printed. */
async function outputOf(child: ReturnType<typeof spawn>): Promise<string> {
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  await once(child, 'close')
  return output
}

/**
 * Lets tasks run for a while. Latencies in ms, p50 and p99: from the moment a worker's rename to done/ returned to the update
 * that counts it. Beside it, how long the loop of a process that does nothing was held up.
 */
async function underLoad(
  seen: readonly { atMs: number; done: number }[],
): Promise<{ latencies: number[]; idleLoop: LoopDelay | null }> {
  if (Number(ratePerSecond) === 0) {
    await delay(Number(seconds) * 1_000)
    return { latencies: [], idleLoop: null }
  }
  const before = seen.at(-1)?.done ?? 0
  const scriptOf = (name: string): string => new URL(name, import.meta.url).pathname
  const idle = spawn(process.execPath, [scriptOf('./idle.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(idle.stdout, 'data')
  const load = spawn(process.execPath, [scriptOf('./load.ts'), dir, ratePerSecond, seconds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const finished = JSON.parse(await outputOf(load)) as number[]
  await delay(1_000)
  idle.stdin.end()
  const latencies = finished
    .map((atMs, at) => (seen.find((update) => update.done >= before + at + 1)?.atMs ?? Infinity) - atMs)
    .toSorted((a, b) => a - b)
  return {
    latencies: [0.5, 0.99].map((share) => latencies[Math.floor((latencies.length - 1) * share)] ?? NaN),
    idleLoop: JSON.parse(await outputOf(idle)) as LoopDelay,
  }
}

const DIRS = ['pending', 'worker', 'done', 'scheduled', 'failed']

/** Names that a naive follower holds and the directories do not, and the other way round. */
function countWrong(known: ReadonlyMap<string, ReadonlySet<string>>): number {
  let wrong = 0
  for (const at of DIRS) {
    const listed = readdirSync(path.join(dir, at))
    const names = known.get(at) ?? new Set()
    const missing = listed.filter((name) => !names.has(name)).length
    wrong += missing + names.size - (listed.length - missing)
  }
  return wrong
}

/** Follows in the naive way; `start` keeps `known` and calls `told` after each change of it. */
async function followNaively(
  start: (known: Map<string, Set<string>>, told: () => void) => Promise<() => unknown>,
): Promise<unknown> {
  const known = new Map(DIRS.map((at) => [at, new Set<string>()]))
  const seen: { atMs: number; done: number }[] = []
  const startedAt = performance.now()
  const stop = await start(known, () => {
    const done = known.get('done')?.size ?? 0
    if (done !== seen.at(-1)?.done) seen.push({ atMs: performance.timeOrigin + performance.now(), done })
  })
  const openMs = performance.now() - startedAt
  const watches = countInotifyWatches()
  await delay(1_000)
  const cpuBefore = process.cpuUsage()
  const runAt = performance.now()
  const { latencies } = await underLoad(seen)
  const cpu = process.cpuUsage(cpuBefore)
  const cpuShare = (cpu.user + cpu.system) / 1000 / (performance.now() - runAt)
  await delay(2_000)
  const wrong = countWrong(known)
  await stop()
  return { openMs, watches, cpuShare, latencies, wrong }
}

function everySecond(): Promise<unknown> {
  return followNaively(async (known, told) => {
    const list = (): void => {
      for (const at of DIRS) known.set(at, new Set(readdirSync(path.join(dir, at)).toSorted()))
      told()
    }
    list()
    const timer = setInterval(list, 1_000)
    return () => clearInterval(timer)
  })
}

function everyFile(): Promise<unknown> {
  return followNaively(async (known, told) => {
    const watcher = watch(dir)
    watcher.on('add', (file) => {
      known.get(path.basename(path.dirname(file)))?.add(path.basename(file))
      told()
    })
    watcher.on('unlink', (file) => {
      known.get(path.basename(path.dirname(file)))?.delete(path.basename(file))
      told()
    })
    await once(watcher, 'ready')
    return () => watcher.close()
  })
}

/** What everybody writes first: chokidar on every file. */
async function naive(): Promise<unknown> {
  const startedAt = performance.now()
  let tasks = 0
  const watcher = watch(dir).on('add', () => {
    tasks++
  })
  const outcome = await Promise.race([
    once(watcher, 'ready').then(() => 'ready'),
    once(watcher, 'error').then(([error]) => String(error)),
  ])
  const ms = performance.now() - startedAt
  const watches = countInotifyWatches()
  await watcher.close()
  return { ms, tasks, watches, outcome }
}

const cases: Readonly<Record<string, () => unknown>> = {
  floor,
  open,
  thread,
  naive,
  'every-file': everyFile,
  'every-second': everySecond,
}
const run = cases[kind ?? '']
if (run === undefined) throw new Error(`Expected a case, got ${kind}`)
console.log(JSON.stringify(await run()))
process.exit(0)
