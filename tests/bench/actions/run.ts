/**
 * `npm run bench:actions -- [--dirs DIR,DIR] [--tasks 100000] [--seeds 20] [--race-tasks 100000] [--acts 12]
 * [--only acts,search]`: what bulk acts cost beside a bare rename loop, and what they lose against workers; what searches cost beside
 * `grep -r`, and payloads of 1 GB. Each case has a runner of its own; writes docs/benchmarks.md.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine, writeSection } from '../report.ts'
import { benchRace } from './race-runner.ts'
import { benchRequeue } from './requeue-runner.ts'
import { runLargePayloadBench } from './large-payload.ts'
import { runSearchBench } from './search.ts'

const { values } = parseArgs({
  options: {
    dirs: { type: 'string', default: ['/dev/shm', tmpdir()].filter((dir) => existsSync(dir)).join(',') },
    tasks: { type: 'string', default: '100000' },
    seeds: { type: 'string', default: '20' },
    'race-tasks': { type: 'string', default: '100000' },
    acts: { type: 'string', default: '12' },
    only: { type: 'string', default: 'acts,search' },
  },
})
const dirs = values.dirs.split(',').map((dir) => {
  mkdirSync(dir, { recursive: true })
  return mkdtempSync(path.join(dir, 'fq-bench-actions-'))
})
async function benchActs(): Promise<void> {
  const requeue = benchRequeue(dirs, Number(values.tasks))
  const race = await benchRace(
    dirs[0] ?? '',
    Number(values['race-tasks']),
    Number(values.seeds),
    Number(values.acts),
  )
  writeSection(
    'actions',
    `## Acts (\`npm run bench:actions\`)\n\n${describeMachine()}.\n\n${requeue}\n\n### Against workers\n\n${race}\n`,
  )
}

async function benchSearch(): Promise<void> {
  const base = dirs.at(-1) ?? ''
  const search = await runSearchBench(base, Number(values.tasks))
  writeSection('search', `${search}\n\n${await runLargePayloadBench(base)}\n`)
}

const only = values.only.split(',')
try {
  if (only.includes('acts')) await benchActs()
  if (only.includes('search')) await benchSearch()
} finally {
  for (const dir of dirs) rmSync(dir, { recursive: true })
}
