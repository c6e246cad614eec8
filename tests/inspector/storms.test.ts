import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareTaskNames } from '../../shared/queue/index.ts'
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../shared/inspector/queue-session.ts'
import { makeEmptyQueue, makeTempDir } from '../helpers/queue-dirs.ts'
import { makeRandom } from '../helpers/random.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** `STORMS=1000 STORM_EVENTS=200000 SEED=7 npx vitest run tests/inspector/storms.test.ts` is the long mode. */
const STORMS = Number(process.env['STORMS'] ?? 3)
const MAX_EVENTS = Number(process.env['STORM_EVENTS'] ?? 10_000)
const FIRST_SEED = Number(process.env['SEED'] ?? Date.now() % 100_000)
const LEAST_EVENTS = 100

const DIRS = ['pending', 'scheduled', 'failed', 'done', 'worker-a', 'worker-b']

/**
 * Pushes, moves (some under another name), deletes, and now and then removes a directory or makes it again.
 * @param breathEvery Gives the loop a turn after so many events; Infinity: never, so that the kernel's queue overflows.
 */
async function rage(queue: string, random: () => number, events: number, breathEvery: number): Promise<void> {
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const known = new Map<string, string[]>()
  for (const dir of DIRS)
    if (existsSync(path.join(queue, dir))) known.set(dir, readdirSync(path.join(queue, dir)))
  const namesOf = (dir: string): string[] => {
    let names = known.get(dir)
    if (names === undefined) {
      mkdirSync(path.join(queue, dir))
      names = []
      known.set(dir, names)
    }
    return names
  }
  for (let event = 0; event < events; event++) {
    if (event % breathEvery === breathEvery - 1) await new Promise(setImmediate)
    const dir = pick(DIRS) ?? 'pending'
    const names = namesOf(dir)
    const dice = random()
    if (dice < 0.4 || names.length === 0) {
      const name = `${1_700_000_000_000_000 + Math.floor(random() * 1e9)}_${event.toString(16)}`
      writeFileSync(path.join(queue, dir, name), '')
      names.push(name)
    } else if (dice < 0.9) {
      const to = pick(DIRS) ?? 'done'
      const name = names.splice(Math.floor(random() * names.length), 1)[0] ?? ''
      const newName = dice < 0.8 ? name : `${1_800_000_000_000_000 + event}_${name}`.slice(0, 200)
      namesOf(to).push(newName)
      renameSync(path.join(queue, dir, name), path.join(queue, to, newName))
    } else if (dice < 0.9995) unlinkSync(path.join(queue, dir, names.pop() ?? ''))
    else {
      rmSync(path.join(queue, dir), { recursive: true })
      known.delete(dir)
    }
  }
  for (const dir of ['pending', 'done', 'failed']) namesOf(dir)
}

function indexed(session: QueueSession): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const state of ['pending', 'scheduled', 'failed', 'done', 'in-progress'] as const) {
    for (let offset = 0; ; offset += 500) {
      const places = session.names({ state, node: null }, 'oldest', offset, 500)
      for (const { node, name } of places) (found[node ?? state] ??= []).push(name)
      if (places.length < 500) break
    }
  }
  return found
}

function listed(queue: string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const dir of readdirSync(queue)) {
    if (dir === 'creating') continue
    const names = readdirSync(path.join(queue, dir)).toSorted(compareTaskNames)
    if (names.length > 0) found[dir] = names
  }
  return found
}

/** In one line: the test framework takes minutes to tell how lists of thousands of names differ. */
function toFirstDifference(
  index: Readonly<Record<string, string[]>>,
  truth: Readonly<Record<string, string[]>>,
): string | null {
  for (const dir of new Set([...Object.keys(index), ...Object.keys(truth)])) {
    const [have, want] = [index[dir] ?? [], truth[dir] ?? []]
    const at = want.findIndex((name, place) => have[place] !== name)
    if (at >= 0 || have.length !== want.length)
      return `${dir}: ${have.length} instead of ${want.length}, at ${at} ${have[at]} instead of ${want[at]}`
  }
  return null
}

/** Sizes from a hundred events to the limit, each magnitude as often. */
function pickEvents(random: () => number): number {
  return Math.round(LEAST_EVENTS * (MAX_EVENTS / LEAST_EVENTS) ** random())
}

describe('the index after a storm', () => {
  it(
    `equals the directory listing, in ${STORMS} seeded storms`,
    { timeout: 20_000 + STORMS * 60_000 },
    async () => {
      const caughtUpMs: number[] = []
      for (let seed = FIRST_SEED; seed < FIRST_SEED + STORMS; seed++) {
        const random = makeRandom(seed)
        const queue = makeEmptyQueue(makeTempDir('storm'), ['worker-a'])
        const session = new QueueSession(await readQueueDir(queue))
        await session.start()
        for (let gust = 0; gust < 2; gust++) {
          await rage(queue, random, pickEvents(random), random() < 0.5 ? Infinity : 300)
          const endedAtMs = performance.now()
          const truth = listed(queue)
          await waitUntil(
            `the truth after storm ${seed}`,
            () => {
              expect(toFirstDifference(indexed(session), truth)).toBeNull()
              return true
            },
            60_000,
          )
          caughtUpMs.push(performance.now() - endedAtMs)
        }
        await session.close()
        rmSync(queue, { recursive: true })
      }
      const sorted = caughtUpMs.toSorted((a, b) => a - b)
      const part = (share: number): string =>
        `${((sorted[Math.floor((sorted.length - 1) * share)] ?? NaN) / 1_000).toFixed(1)} s`
      console.info(
        `storms: seeds ${FIRST_SEED} to ${FIRST_SEED + STORMS - 1}, two gusts each, 0 differences; right again after ${part(0.5)} (p50), ${part(0.99)} (p99), ${part(1)} (longest)`,
      )
    },
  )
})
