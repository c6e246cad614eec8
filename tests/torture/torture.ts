/** Real producers and consumers on one queue, killed and stopped at random, and then the count. */
import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeRandom } from '../helpers/random.ts'
import { judge, type Disturbance, type Verdict } from './judge.ts'
import { nowUs, readLedgers } from './ledger.ts'

export interface TortureOptions {
  /** An empty directory; queue and ledgers are made in it. */
  readonly dir: string
  readonly seconds: number
  readonly seed: number
  readonly producers?: number
  readonly consumers?: number
  /** Workers of the Python library beside ours, by this interpreter. Then nothing is scheduled: Python loses what falls due together. */
  readonly python?: { readonly path: string; readonly workers: number }
}

const ACTOR = fileURLToPath(new URL('actor.ts', import.meta.url))
const PYTHON_WORKER = fileURLToPath(new URL('worker.py', import.meta.url))
const TIMEOUT_STALE_MS = 2000
/** On a busy machine it goes on until there was something to judge. */
const MIN_KILLS = 20
const MAX_LENGTHENING = 8
const DRAIN_DEADLINE_MS = 60_000

class Actor {
  readonly name: string
  readonly #ledgerDir: string
  readonly #start: () => ChildProcess
  #child: ChildProcess
  pause: Disturbance | null = null
  unexpectedExits = 0

  constructor(name: string, ledgerDir: string, start: () => ChildProcess) {
    this.name = name
    this.#ledgerDir = ledgerDir
    this.#start = start
    this.#child = start()
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** It has opened its ledger: killing processes that only load would prove nothing. */
  get isAtWork(): boolean {
    return fs.existsSync(`${this.#ledgerDir}/${this.name}.${this.#child.pid}`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Starts it again if it has ended; an end that we did not bring about counts. */
  revive(): void {
    if (this.isRunning) return
    if (this.#child.exitCode !== null) this.unexpectedExits++
    this.#child = this.#start()
  }
}

export async function runTorture(options: TortureOptions): Promise<Verdict> {
  const { dir, seed, seconds, producers = 4, consumers = 8, python } = options
  const random = makeRandom(seed)
  const [dataDir, ledgerDir] = [`${dir}/queue`, `${dir}/ledger`]
  fs.mkdirSync(dataDir)
  fs.mkdirSync(ledgerDir)
  const start =
    (role: string, name: string, program: readonly string[] = [process.execPath, ACTOR]) =>
    (): ChildProcess =>
      spawn(
        program[0] ?? '',
        [
          ...program.slice(1),
          role,
          name,
          dataDir,
          ledgerDir,
          String(Math.floor(random() * 2 ** 31)),
          String(TIMEOUT_STALE_MS),
        ],
        {
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      )
  const makeActors = (count: number, toRole: (i: number) => string, prefix: string): Actor[] =>
    Array.from(
      { length: count },
      (_, i) => new Actor(`${prefix}${i}`, ledgerDir, start(toRole(i), `${prefix}${i}`)),
    )
  const producing = makeActors(producers, () => (python ? 'producer-of-now' : 'producer'), 'producer')
  const consuming = makeActors(consumers, (i) => (i % 2 === 0 ? 'consumer' : 'consumer-of-many'), 'consumer')
  const pythons = Array.from(
    { length: python?.workers ?? 0 },
    (_, i) =>
      new Actor(
        `python${i}`,
        ledgerDir,
        start('consumer', `python${i}`, [python?.path ?? '', PYTHON_WORKER]),
      ),
  )
  const everybody = [...producing, ...consuming, ...pythons]
  const disturbances: Disturbance[] = []
  try {
    await disturb(everybody, disturbances, random, seconds)
    for (const each of producing) each.signal('SIGKILL')
    await drain(dataDir, [...consuming, ...pythons])
  } finally {
    for (const each of everybody) each.signal('SIGKILL')
  }
  await waitForEnd(everybody)
  fs.writeFileSync(`${dir}/disturbances.json`, JSON.stringify(disturbances))
  const verdict = judge(dataDir, readLedgers(ledgerDir), disturbances)
  const unexpected = everybody.filter((each) => each.unexpectedExits > 0)
  const crashes = unexpected.map((each) => `${each.name} ended by itself ${each.unexpectedExits} times`)
  return { ...verdict, violations: [...verdict.violations, ...crashes] }
}

/** Every 10 to 60 ms a kill or a stop of somebody; a stopped one goes on after up to two timeouts. */
async function disturb(
  actors: Actor[],
  disturbances: Disturbance[],
  random: () => number,
  seconds: number,
): Promise<void> {
  const [endUs, latestEndUs] = [nowUs() + seconds * 1e6, nowUs() + MAX_LENGTHENING * seconds * 1e6]
  const isEnough = (): boolean => disturbances.filter((each) => each.kind === 'kill').length >= MIN_KILLS
  while (nowUs() < endUs || (!isEnough() && nowUs() < latestEndUs)) {
    await sleep(10 + random() * 50)
    for (const actor of actors) {
      if (actor.pause === null || actor.pause.toUs > nowUs()) continue
      actor.pause.toUs = nowUs()
      actor.signal('SIGCONT')
      actor.pause = null
    }
    const victim = actors[Math.floor(random() * actors.length)]
    if (victim === undefined || victim.pause !== null || !victim.isAtWork) continue
    if (random() < 0.7) {
      disturbances.push({ actor: victim.name, kind: 'kill', fromUs: nowUs(), toUs: nowUs() + 200_000 })
      victim.signal('SIGKILL')
    } else {
      victim.pause = {
        actor: victim.name,
        kind: 'stop',
        fromUs: nowUs(),
        toUs: nowUs() + random() * 2 * TIMEOUT_STALE_MS * 1000,
      }
      disturbances.push(victim.pause)
      victim.signal('SIGSTOP')
    }
    for (const actor of actors) actor.revive()
  }
  for (const actor of actors) {
    actor.signal('SIGCONT')
    if (actor.pause !== null) actor.pause.toUs = nowUs()
  }
}

async function drain(dataDir: string, consuming: Actor[]): Promise<void> {
  const deadlineUs = nowUs() + DRAIN_DEADLINE_MS * 1000
  while (nowUs() < deadlineUs && !isDrained(dataDir)) {
    for (const each of consuming) each.revive()
    await sleep(50)
  }
}

function isDrained(dataDir: string): boolean {
  return fs
    .readdirSync(dataDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['creating', 'done', 'failed'].includes(entry.name))
    .every((entry) => fs.readdirSync(`${dataDir}/${entry.name}`).length === 0)
}

async function waitForEnd(actors: Actor[]): Promise<void> {
  while (actors.some((actor) => actor.isRunning)) await sleep(10)
}

/** One line for people: what was done and what may be concluded. */
export function describeVerdict(verdict: Verdict, seed: number): string {
  const { violations, ...counts } = verdict
  const figures = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
  const bound = violations.length === 0 ? `, failures < 3/${verdict.acknowledged}` : ''
  return `torture: seed ${seed}, ${figures.join(', ')}, violations ${violations.length}${bound}`
}
