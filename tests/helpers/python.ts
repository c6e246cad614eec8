import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The interpreter that has the Python library: `FEMTOQUEUE_PYTHON`, else the one that `.ci/run` sets up. */
const CANDIDATES = [
  process.env['FEMTOQUEUE_PYTHON'],
  fileURLToPath(new URL('../../.venv/bin/python', import.meta.url)),
]

/** The path of a Python with femtoqueue, or null; then it is said loudly, once per test file. */
export function findPythonOrNull(): string | null {
  for (const python of CANDIDATES) {
    if (python === undefined || !existsSync(python)) continue
    if (spawnSync(python, ['-c', 'import femtoqueue']).status === 0) return python
  }
  console.warn(
    '\n!!! SKIPPED: no Python with femtoqueue==0.4.1 here; the tests with real Python workers do not run.\n' +
      '!!! Make one: python3 -m venv .venv && .venv/bin/pip install femtoqueue==0.4.1\n',
  )
  return null
}

/**
 * Runs a few lines of Python with `queue_dir` and `FemtoQueue` in reach, and gives what they print, parsed as JSON.
 * @throws with Python's own words where they fail.
 */
export function runPython(python: string, queueDir: string, lines: string): unknown {
  const program = `import json, sys\nfrom femtoqueue import FemtoQueue\nqueue_dir = sys.argv[1]\n${lines}`
  const { status, stdout, stderr } = spawnSync(python, ['-c', program, queueDir], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  if (status !== 0) throw new Error(`Python ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}
