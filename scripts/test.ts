/**
 * `npm test`: builds what is outdated, then everything: vitest (unit, integration), then Playwright (end to end).
 * Ends with one line that adds both up; fails on any failure, and when nothing ran.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { findPythonOrNull } from '../tests/helpers/python.ts'
import { ensureBuilt, REPO_DIR } from './built-app.ts'
import { findChromiumOrNull, installChromiumOrNull } from './chromium.ts'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** What we read of the reports of vitest and Playwright. */
const unitResults = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
})
const e2eResults = z.object({
  stats: z.object({ expected: z.number(), flaky: z.number(), unexpected: z.number(), skipped: z.number() }),
})

const RESULTS_DIR = join(REPO_DIR, 'test-results')
const UNIT_RESULTS = join(RESULTS_DIR, 'unit.json')
const E2E_RESULTS = join(RESULTS_DIR, 'e2e.json')

ensureBuilt()
rmSync(RESULTS_DIR, { recursive: true, force: true })
mkdirSync(RESULTS_DIR, { recursive: true })
// Says loudly where it is absent.
findPythonOrNull()

const unitStatus = run('vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${UNIT_RESULTS}`,
])
const unit = readUnitCounts()
const browser = findChromiumOrNull() ?? installChromiumOrNull()
if (browser === null) {
  console.error('!!! No browser to test with: install Chromium or Chrome, or set FQ_CHROMIUM to its path.')
}
const e2eStatus = browser === null ? 1 : run('@playwright/test/cli.js', ['test'], { FQ_CHROMIUM: browser })
const e2e = readE2eCounts()

const total: Counts = {
  passed: unit.passed + e2e.passed,
  failed: unit.failed + e2e.failed,
  skipped: unit.skipped + e2e.skipped,
}
const hasRun = unit.passed > 0 && e2e.passed > 0
process.exitCode = unitStatus === 0 && e2eStatus === 0 && total.failed === 0 && hasRun ? 0 : 1
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)

function run(tool: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const { status } = spawnSync(process.execPath, [join(REPO_DIR, 'node_modules', tool), ...args], {
    cwd: REPO_DIR,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  return status ?? 1
}

/** A run that left no results failed before its first test: that is one failure too. */
const NO_RESULTS: Counts = { passed: 0, failed: 1, skipped: 0 }

function readUnitCounts(): Counts {
  if (!existsSync(UNIT_RESULTS)) return NO_RESULTS
  const results = unitResults.parse(JSON.parse(readFileSync(UNIT_RESULTS, 'utf8')))
  const skipped = results.numPendingTests + results.numTodoTests
  return { passed: results.numPassedTests, failed: results.numFailedTests, skipped }
}

function readE2eCounts(): Counts {
  if (!existsSync(E2E_RESULTS)) return NO_RESULTS
  const { stats } = e2eResults.parse(JSON.parse(readFileSync(E2E_RESULTS, 'utf8')))
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
}
