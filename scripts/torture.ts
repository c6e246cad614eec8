/**
 * The long proof of the queue core: `npm run torture -- --minutes 10 --seed N`.
 * Kills and pauses for that long, then the model test with 1,000 runs per minute. Prints seed, counts and the bound on what was not seen.
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

const runs = String(Math.min(10_000, Math.ceil(minutes * 1000)))
const env = { ...process.env, FEMTOQUEUE_MODEL_RUNS: runs, FEMTOQUEUE_SEED: String(seed) }
const vitest = path.join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const model = spawnSync(process.execPath, [vitest, 'run', 'tests/queue/model.test.ts'], {
  stdio: 'inherit',
  env,
})
process.exitCode = verdict.violations.length === 0 && model.status === 0 ? 0 : 1
