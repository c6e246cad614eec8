/**
 * The long proof of the queue core: `npm run torture -- --minutes 10 --seed N`.
 * Kills and pauses for that long, then the model test with 1,000 runs per minute, the stepped actors and the seeded faults. Prints seed,
 * counts and the bound on what was not seen.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeVerdict, runTorture } from '../tests/torture/torture.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, dir: { type: 'string' } },
})
const minutes = Number(values.minutes ?? '10')
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
if (!(minutes > 0) || !Number.isInteger(seed))
  throw new RangeError('Usage: npm run torture -- [--minutes N] [--seed N] [--dir DIR]')

const dir = fs.mkdtempSync(path.join(values.dir ?? os.tmpdir(), 'femtoqueue-torture-'))
console.log(`torture: ${minutes} minutes, seed ${seed}, in ${dir}`)
const verdict = await runTorture({ dir, seconds: minutes * 60, seed })
console.log(describeVerdict(verdict, seed))
for (const violation of verdict.violations.slice(0, 50)) console.log(`  ${violation}`)
if (verdict.violations.length === 0) fs.rmSync(dir, { recursive: true })
else console.log(`Kept for inspection: ${dir}`)

const env = {
  ...process.env,
  FEMTOQUEUE_SEED: String(seed),
  FEMTOQUEUE_MODEL_RUNS: String(Math.min(10_000, Math.ceil(minutes * 1000))),
  FEMTOQUEUE_SCHEDULES: minutes >= 10 ? '0' : '100',
  FEMTOQUEUE_SEEDED_FAULTS: minutes >= 10 ? '1000' : '10',
}
const vitest = path.join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
/** One after the other: a seeded fault that hangs is noticed by a time limit, which a busy machine must not reach. */
const isGreen = ['queue/model', 'queue/interleavings', 'torture/sensitivity'].map(
  (test) =>
    spawnSync(process.execPath, [vitest, 'run', `tests/${test}.test.ts`], { stdio: 'inherit', env })
      .status === 0,
)
process.exitCode = verdict.violations.length === 0 && isGreen.every(Boolean) ? 0 : 1
