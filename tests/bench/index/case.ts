/**
 * One case of `bench:index` in a process of its own: prints one line of JSON.
 *
 *     node case.ts floor DIR | open DIR | thread DIR LOAD_PER_S SECONDS | naive DIR
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
  await session.start()
  const first = await session.window({ state: 'pending', node: null }, 'oldest', 0, 50)
  const ms = performance.now() - startedAt
  globalThis.gc?.()
  const bytesPerTask = (process.memoryUsage().heapUsed - emptyBytes) / first.total
  const watches = countInotifyWatches()
  await session.close()
  return {
    ms,
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
  const latencies =
    Number(ratePerSecond) > 0 ? await underLoad(seen) : await delay(Number(seconds) * 1_000, [])
  const cpu = process.cpuUsage(cpuBefore)
  const cpuShare = (cpu.user + cpu.system) / 1000 / (performance.now() - runAt)
  const runLoop = { maxMs: loop.max / 1e6, p99Ms: loop.percentile(99) / 1e6 }
  await inspector.close()
  await following
  return { openMs, openLoop, runLoop, cpuShare, latencies }
}

/** Latencies in ms, p50 and p99: from the moment a worker's rename to done/ returned to the update that counts it. */
async function underLoad(seen: readonly { atMs: number; done: number }[]): Promise<number[]> {
  const before = seen.at(-1)?.done ?? 0
  const load = spawn(
    process.execPath,
    [new URL('./load.ts', import.meta.url).pathname, dir, ratePerSecond, seconds],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let output = ''
  load.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  await once(load, 'close')
  await delay(1_000)
  const finished = JSON.parse(output) as number[]
  const latencies = finished
    .map((atMs, at) => (seen.find((update) => update.done >= before + at + 1)?.atMs ?? Infinity) - atMs)
    .toSorted((a, b) => a - b)
  return [0.5, 0.99].map((share) => latencies[Math.floor((latencies.length - 1) * share)] ?? NaN)
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

const cases: Readonly<Record<string, () => unknown>> = { floor, open, thread, naive }
const run = cases[kind ?? '']
if (run === undefined) throw new Error(`Expected floor, open, thread or naive, got ${kind}`)
console.log(JSON.stringify(await run()))
process.exit(0)
