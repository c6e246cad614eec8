import { describe, expect, it } from 'vitest'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { describeVerdict, runTorture } from './torture.ts'

const SEED = Number(process.env['FEMTOQUEUE_SEED'] ?? Date.now() % 2 ** 31)
const SECONDS = Number(process.env['FEMTOQUEUE_TORTURE_SECONDS'] ?? 8)

describe('under kills and pauses', () => {
  it(
    `no task is lost, none is finished twice, none is run again without a reason (seed ${SEED})`,
    { timeout: (8 * SECONDS + 120) * 1000 },
    async () => {
      const verdict = await runTorture({
        dir: makeTempDir('femtoqueue-torture'),
        seconds: SECONDS,
        seed: SEED,
      })
      console.log(describeVerdict(verdict, SEED))
      expect(verdict.violations).toEqual([])
      expect(verdict.kills).toBeGreaterThanOrEqual(20)
      expect(verdict.acknowledged).toBeGreaterThan(0)
    },
  )
})
