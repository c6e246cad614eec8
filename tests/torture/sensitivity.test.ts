import { describe, expect, it } from 'vitest'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { makeRandom } from '../helpers/random.ts'
import { SEEDED_FAULTS } from './seeded-faults.ts'
import { passesUnbroken, runSensitivity } from './sensitivity.ts'

const SEED = Number(process.env['FEMTOQUEUE_SEED'] ?? Date.now() % 2 ** 31)
/** All of them in `npm run torture`; here as many as the short mode has time for, others each time. */
const COUNT = Math.min(SEEDED_FAULTS.length, Number(process.env['FEMTOQUEUE_SEEDED_FAULTS'] ?? 6))

describe('the proof itself', () => {
  it(
    `notices faults that are put into the core (${COUNT} of ${SEEDED_FAULTS.length}, seed ${SEED})`,
    { timeout: 900_000 },
    async () => {
      const random = makeRandom(SEED)
      const chosen = SEEDED_FAULTS.map((fault) => ({ fault, key: random() })).toSorted(
        (a, b) => a.key - b.key,
      )
      const faults = chosen.slice(0, COUNT).map(({ fault }) => fault)
      const dir = makeTempDir('femtoqueue-faults')
      expect(await passesUnbroken(dir, faults[0]?.caughtBy ?? '')).toBe(true)
      const { tried, missed } = await runSensitivity(dir, faults)
      console.log(`sensitivity: seed ${SEED}, ${tried - missed.length} of ${tried} seeded faults noticed`)
      expect(missed).toEqual([])
    },
  )
})
