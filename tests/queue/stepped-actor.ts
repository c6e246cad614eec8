/** An actor in a thread of its own that stops before every file-system call until it is given its turn. */
import fs from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { STEPPED_ROLES, type Outcome, type RoleName } from './stepped-roles.ts'

/** State of an actor, in the memory that it shares with its director. */
export const STATE = { running: 0, waiting: 1, ended: 2 } as const

export interface ActorOrder {
  readonly prepare: RoleName | null
  readonly dataDir: string
  readonly actor: string
}

const CALLS = [
  'openSync',
  'writeSync',
  'closeSync',
  'renameSync',
  'readSync',
  'fstatSync',
  'lstatSync',
  'statSync',
  'existsSync',
  'opendirSync',
  'readdirSync',
  'mkdirSync',
  'unlinkSync',
  'rmSync',
  'writeFileSync',
  'utimesSync',
] as const

const state: Int32Array = workerData
let isStepped = false

function waitForTurn(): void {
  Atomics.store(state, 0, STATE.waiting)
  Atomics.notify(state, 0)
  Atomics.wait(state, 0, STATE.waiting)
}

const table = fs as unknown as Record<string, (...args: unknown[]) => unknown>
for (const call of CALLS) {
  const original = table[call]
  if (original === undefined) throw new Error(`No such call: ${call}`)
  table[call] = (...args) => {
    if (isStepped) waitForTurn()
    return original(...args)
  }
}

let act: () => Outcome = () => 'none'
let end: () => void = () => {}

/** First an order to prepare, then one to act; what the act gave is the answer, and what the first one opened is closed. */
parentPort?.on('message', ({ prepare, dataDir, actor }: ActorOrder) => {
  if (prepare !== null) {
    end()
    ;({ act, end } = STEPPED_ROLES[prepare](dataDir, actor))
    parentPort?.postMessage('prepared')
    return
  }
  isStepped = true
  let outcome: Outcome
  try {
    waitForTurn()
    outcome = act()
  } catch (error) {
    outcome = `error ${String(error)}`
  }
  isStepped = false
  Atomics.store(state, 0, STATE.ended)
  Atomics.notify(state, 0)
  parentPort?.postMessage(outcome)
})
