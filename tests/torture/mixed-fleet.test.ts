import { describe, expect, it } from 'vitest'
import { findPythonOrNull } from '../helpers/python.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { describeVerdict, runTorture } from './torture.ts'

const SEED = Number(process.env['FEMTOQUEUE_SEED'] ?? Date.now() % 2 ** 31)
const SECONDS = Number(process.env['FEMTOQUEUE_TORTURE_SECONDS'] ?? 8)
const python = findPythonOrNull()

describe.skipIf(python === null)('beside real Python workers, under kills and pauses', () => {
  it(
    `no task is lost, none of our claims is stolen, no Python worker crashes (seed ${SEED})`,
    { timeout: (8 * SECONDS + 120) * 1000 },
    async () => {
      const dir = makeTempDir('femtoqueue-mixed')
      const fleet = { path: python ?? '', workers: 3 }
      const verdict = await runTorture({
        dir,
        seconds: SECONDS,
        seed: SEED,
        producers: 2,
        consumers: 3,
        python: fleet,
      })
      console.log(`mixed fleet, ${describeVerdict(verdict, SEED)}`)
      expect(verdict.violations).toEqual([])
      // However slow the machine: something was put to the proof.
      expect(verdict.acknowledged).toBeGreaterThan(0)
    },
  )
})
