/**
 * `npm run bench:actions -- [--dirs DIR,DIR] [--tasks 100000] [--seeds 20] [--race-tasks 100000] [--acts 12]`: what bulk acts cost beside a
 * bare rename loop, and what they lose against workers. Each case has a runner of its own; writes docs/benchmarks.md.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine, writeSection } from '../report.ts'
import { benchRace } from './race-runner.ts'
import { benchRequeue } from './requeue-runner.ts'

const { values } = parseArgs({
  options: {
    dirs: { type: 'string', default: ['/dev/shm', tmpdir()].filter((dir) => existsSync(dir)).join(',') },
    tasks: { type: 'string', default: '100000' },
    seeds: { type: 'string', default: '20' },
    'race-tasks': { type: 'string', default: '100000' },
    acts: { type: 'string', default: '12' },
  },
})
const dirs = values.dirs.split(',').map((dir) => {
  mkdirSync(dir, { recursive: true })
  return mkdtempSync(path.join(dir, 'fq-bench-actions-'))
})
try {
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
} finally {
  for (const dir of dirs) rmSync(dir, { recursive: true })
}
