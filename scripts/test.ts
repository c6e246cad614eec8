/**
 * `npm test`: builds what is outdated, then everything: vitest (unit, integration), then Playwright (end to end).
 * Ends with one line that adds both up; fails on any failure, and when nothing ran.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findPythonOrNull } from '../tests/helpers/python.ts'
import { ensureBuilt, REPO_DIR } from './built-app.ts'
import { findChromiumOrNull, installChromiumOrNull } from './chromium.ts'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

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
function readUnitCounts(): Counts {
  const results = readJsonOrNull<{ numPassedTests: number; numFailedTests: number; numPendingTests: number }>(
    UNIT_RESULTS,
  )
  if (results === null) return { passed: 0, failed: 1, skipped: 0 }
  return { passed: results.numPassedTests, failed: results.numFailedTests, skipped: results.numPendingTests }
}

function readE2eCounts(): Counts {
  const results = readJsonOrNull<{
    stats: { expected: number; flaky: number; unexpected: number; skipped: number }
  }>(E2E_RESULTS)
  if (results === null) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, flaky, unexpected, skipped } = results.stats
  return { passed: expected + flaky, failed: unexpected, skipped }
}

/** The tools' own reports: their shape is theirs to keep. */
function readJsonOrNull<T>(path: string): T | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null
}
