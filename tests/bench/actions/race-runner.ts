/** The case "bulk acts racing 8 workers on one queue", seed after seed. */
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { findPythonOrNull } from '../../helpers/python.ts'
import { toTable } from '../report.ts'
import { runRace } from './race.ts'

const STATES = ['creating', 'pending', 'scheduled', 'failed', 'done'] as const

/** @throws when anything was lost, overwritten, moved unasked or left untold: with the seed. */
export async function benchRace(dir: string, tasks: number, seeds: number, acts: number): Promise<string> {
  const python = findPythonOrNull()
  const sums = { pushed: 0, moved: 0, skipped: 0, undone: 0 }
  for (let seed = 1; seed <= seeds; seed++) {
    const queue = path.join(dir, `race-${seed}`)
    for (const state of STATES) mkdirSync(path.join(queue, state), { recursive: true })
    const stateDir = path.join(dir, `race-${seed}-state`)
    const result = await runRace({ dir: queue, stateDir, seed, tasks, workers: 8, acts, python })
    const { lost, doubled, outside, untold } = result
    if (lost.length + doubled.length + outside.length + untold.length > 0)
      throw new Error(`Seed ${seed}: ${JSON.stringify({ lost, doubled, outside, untold }).slice(0, 2_000)}`)
    for (const key of ['pushed', 'moved', 'skipped', 'undone'] as const) sums[key] += result[key]
    console.log(
      `seed ${seed}: ${result.pushed} pushed, ${result.moved} moved, ${result.skipped} skipped, ${result.undone} undone`,
    )
    for (const made of [queue, stateDir]) rmSync(made, { recursive: true })
  }
  const count = (value: number): string => value.toLocaleString('en')
  const workers =
    python === null ? '8 workers of our core' : '4 workers of our core and 4 of the Python library'
  return `${count(tasks)} tasks at the start and a producer beside, ${workers}, ${acts} bulk acts (hold, let go, requeue, delete, restore, fail, mark done,
release, undo) a seed, seeds 1 to ${seeds}.

${toTable(
  [
    'pushed',
    'moved by acts',
    'of these undone',
    'skipped, each told',
    'lost',
    'overwritten',
    'moved outside the set',
  ],
  [[count(sums.pushed), count(sums.moved), count(sums.undone), count(sums.skipped), '0', '0', '0']],
)}`
}
