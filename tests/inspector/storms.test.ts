import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../shared/inspector/queue-session.ts'
import { makeEmptyQueue, makeTempDir } from '../helpers/queue-dirs.ts'
import { makeRandom } from '../helpers/random.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** `STORMS=1000 STORM_EVENTS=200000 SEED=7 npx vitest run tests/inspector/storms.test.ts` is the long mode. */
const STORMS = Number(process.env['STORMS'] ?? 3)
const MAX_EVENTS = Number(process.env['STORM_EVENTS'] ?? 10_000)
const FIRST_SEED = Number(process.env['SEED'] ?? Date.now() % 100_000)

const DIRS = ['pending', 'scheduled', 'failed', 'done', 'worker-a', 'worker-b']

/** Pushes, moves, deletes, and now and then removes a directory or makes it again, without ever giving the loop a turn. */
function rage(queue: string, random: () => number, events: number): void {
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const known = new Map<string, string[]>(
    DIRS.map((dir) => [dir, existsSync(path.join(queue, dir)) ? readdirSync(path.join(queue, dir)) : []]),
  )
  for (let event = 0; event < events; event++) {
    const dir = pick(DIRS) ?? 'pending'
    const names = known.get(dir) ?? []
    if (!existsSync(path.join(queue, dir))) {
      mkdirSync(path.join(queue, dir))
      known.set(dir, [])
    }
    const dice = random()
    if (dice < 0.4 || names.length === 0) {
      const name = `${1_700_000_000_000_000 + Math.floor(random() * 1e9)}_${event.toString(16)}`
      writeFileSync(path.join(queue, dir, name), '')
      known.get(dir)?.push(name)
    } else if (dice < 0.9) {
      const to = pick(DIRS) ?? 'done'
      const name = names.splice(Math.floor(random() * names.length), 1)[0] ?? ''
      if (!existsSync(path.join(queue, to))) mkdirSync(path.join(queue, to))
      renameSync(path.join(queue, dir, name), path.join(queue, to, name))
      known.get(to)?.push(name)
    } else if (dice < 0.9995) unlinkSync(path.join(queue, dir, names.pop() ?? ''))
    else {
      rmSync(path.join(queue, dir), { recursive: true })
      known.set(dir, [])
    }
  }
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
    const names = readdirSync(path.join(queue, dir)).toSorted()
    if (names.length > 0) found[dir] = names
  }
  return found
}

describe('the index after a storm', () => {
  it(
    `equals the directory listing, in ${STORMS} seeded storms`,
    { timeout: 20_000 + STORMS * 30_000 },
    async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + STORMS; seed++) {
        const random = makeRandom(seed)
        const queue = makeEmptyQueue(makeTempDir('storm'), ['worker-a'])
        const session = new QueueSession(await readQueueDir(queue))
        await session.start()
        for (let gust = 0; gust < 2; gust++) {
          rage(queue, random, Math.floor(random() * MAX_EVENTS))
          for (const dir of ['pending', 'done', 'failed'])
            mkdirSync(path.join(queue, dir), { recursive: true })
          await waitUntil(`the truth after storm ${seed}`, () => {
            expect(indexed(session)).toEqual(listed(queue))
            return true
          })
        }
        await session.close()
        rmSync(queue, { recursive: true })
      }
      console.info(`storms: seeds ${FIRST_SEED} to ${FIRST_SEED + STORMS - 1}, two gusts each, 0 differences`)
    },
  )
})
