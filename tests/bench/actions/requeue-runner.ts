/** The case "requeue 100,000 failed tasks, and undo it", against a bare rename loop over as many files in the same run. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { readFileSystemName, toTable } from '../report.ts'
import type { Measured } from './measure.ts'
import { makeFailedQueue } from './queues.ts'

const ROUNDS = 3

interface Ways {
  readonly there: Measured
  readonly back: Measured
}
interface Floor {
  readonly bare: Ways
  /** With the looks that the law asks for. */
  readonly lawful: Ways
}
interface Acted extends Ways {
  readonly firstProgressMs: number
  readonly cancelMs: number | null
  readonly moved: number
  readonly cameBack: number
}

/** @param dirs Directories on the file systems to measure on. */
export function benchRequeue(dirs: readonly string[], tasks: number): string {
  const rows: string[][] = []
  for (const dir of dirs) {
    const queue = makeFailedQueue(path.join(dir, 'requeue'), tasks)
    const rounds = Array.from({ length: ROUNDS }, () => ({
      floor: runCase<Floor>('./floor.ts', queue),
      acted: runCase<Acted>('./requeue.ts', queue, path.join(dir, 'requeue-state')),
    }))
    for (const { acted } of rounds)
      if (acted.moved !== tasks || acted.cameBack !== tasks)
        throw new Error(`Moved ${acted.moved} and ${acted.cameBack} back of ${tasks}`)
    for (const way of ['there', 'back'] as const) {
      const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
      rows.push([
        `${way === 'there' ? 'requeue' : 'its undo'}, ${readFileSystemName(dir)}`,
        `${of(({ floor }) => floor.bare[way].wallMs).toFixed(0)} ms`,
        `${of(({ floor }) => floor.lawful[way].wallMs).toFixed(0)} ms`,
        `${of(({ acted }) => acted[way].wallMs).toFixed(0)} ms`,
        ...(['bare', 'lawful'] as const).flatMap((peer) => [
          of(({ floor, acted }) => acted[way].wallMs / floor[peer][way].wallMs).toFixed(2),
          of(({ floor, acted }) => acted[way].cpuMs / floor[peer][way].cpuMs).toFixed(2),
        ]),
        way === 'there' ? `${of(({ acted }) => acted.firstProgressMs).toFixed(0)} ms` : '',
        way === 'there' ? `${of(({ acted }) => acted.cancelMs ?? NaN).toFixed(0)} ms` : '',
      ])
      console.log(rows.at(-1)?.join('  '))
    }
    rmSync(path.join(dir, 'requeue'), { recursive: true })
    rmSync(path.join(dir, 'requeue-state'), { recursive: true })
  }
  const head = [
    'what',
    'bare rename loop',
    'loop with the looks',
    'inspector',
    'to the bare loop',
    'its CPU',
    'to the loop with looks',
    'its CPU',
    'first progress',
    'Cancel to end',
  ]
  return `${tasks.toLocaleString('en')} failed tasks of 1 KiB; medians of ${ROUNDS}, ratios within a round. The inspector runs in its thread, is asked over a
MessagePort, watches the queue, checks each file, writes its journal, and lists the directories again at the end; CPU is that of the whole process with its client. The loop with the looks does exactly what
the law asks for: one lstat of each file before its rename, and in undo one of its target, whose name is not ours alone.

${toTable(head, rows)}`
}

function runCase<T>(script: string, ...args: string[]): T {
  const file = new URL(script, import.meta.url).pathname
  const { stdout, status } = spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`${script} ended with ${status}`)
  return JSON.parse(stdout) as T
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
