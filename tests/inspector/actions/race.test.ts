import { describe, expect, it } from 'vitest'
import { runRace } from '../../bench/actions/race.ts'
import { makeEmptyQueue, makeTempDir } from '../../helpers/queue-dirs.ts'
import { findPythonOrNull } from '../../helpers/python.ts'

describe('bulk acts against workers on one queue', () => {
  it.each([1, 2])('lose, overwrite and hide nothing (seed %i)', { timeout: 120_000 }, async (seed) => {
    const dir = makeEmptyQueue(makeTempDir())
    const result = await runRace({
      dir,
      stateDir: makeTempDir('state'),
      seed,
      tasks: 1_000,
      workers: 4,
      acts: 12,
      python: findPythonOrNull(),
    })
    expect(result).toMatchObject({ lost: [], doubled: [], outside: [], untold: [] })
    expect(result.moved).toBeGreaterThan(0)
  })
})
