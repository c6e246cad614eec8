/**
 * A queue to try things out on: a temporary directory with tasks in every state, a producer and two workers in
 * processes of their own, so that everything moves as it does in real life.
 */
import { mkdtempSync, readdirSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FemtoQueue } from '../../queue/index.ts'
import { bootId } from '../../queue/machine.ts'
import { makeFailure, makePayload, PAYLOAD_KINDS } from './payloads.ts'

/** What an actor's process is told, as its one argument. */
export interface ActorSpec {
  readonly role: 'producer' | 'worker'
  readonly dir: string
  /** Null for the producer. */
  readonly nodeId: string | null
}

export interface Actor {
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>
}

/** How a host starts a process: `child_process.fork` in Node, `utilityProcess` in Electron. */
export type StartActor = (spec: ActorSpec) => Actor

export interface Demo {
  /** Absolute path of the queue. */
  readonly dir: string
  /** Ends the actors and removes the directory. */
  close(): Promise<void>
}

const WORKERS = ['worker-oslo', 'worker-lima'] as const
/** Died with tasks in hand: something to return. */
const DEAD_WORKER = 'worker-kyiv'
/** Longer than the stale timeout that workers have unless told otherwise: a node that moved something since may be alive. */
const DEAD_FOR_S = 60
/** No task, and it lies where workers look: a problem to mend. Our workers pass over it. */
const FOREIGN_FILE = 'pending/notes.txt'
const SEED = { waiting: 24, done: 40, failed: 7, abandoned: 2 } as const
const SECOND_US = 1_000_000
const SCHEDULED_AFTER_S = [15, 40, 90, 600, 3_600, 86_400] as const

/** @throws FemtoQueueError where the temporary directory cannot hold a queue; nothing is left behind then. */
export async function startDemo(startActor: StartActor): Promise<Demo> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'femtoqueue-demo-')))
  const actors: Actor[] = []
  const close = async (): Promise<void> => {
    await Promise.all(actors.map((actor) => actor.stop()))
    removeDemoDir(dir)
  }
  try {
    seed(dir)
    for (const nodeId of WORKERS) actors.push(startActor({ role: 'worker', dir, nodeId }))
    actors.push(startActor({ role: 'producer', dir, nodeId: null }))
  } catch (cause) {
    await close()
    throw cause
  }
  return { dir, close }
}

/** Files may still appear while the last actor ends: tried again until the directory is empty. */
export function removeDemoDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

/** A history to begin with: nothing is waited for, all is one move after the other. */
function seed(dir: string): void {
  using worker = new FemtoQueue({ dataDir: dir, nodeId: WORKERS[0] })
  for (let i = 0; i < SEED.done + SEED.failed; i++) worker.push(makePayload())
  for (let i = 0; i < SEED.done + SEED.failed; i++) {
    const task = worker.pop()
    if (task === null) break
    if (i % 6 === 5 && i / 6 < SEED.failed) worker.fail(task, makeFailure(task.data))
    else worker.done(task)
  }
  for (let i = 0; i < SEED.abandoned; i++) worker.push(makePayload())
  leaveDeadWorker(dir)
  for (const kind of PAYLOAD_KINDS) worker.push(makePayload(kind))
  for (let i = PAYLOAD_KINDS.length; i < SEED.waiting; i++) worker.push(makePayload())
  const nowUs = Date.now() * 1_000
  for (const seconds of SCHEDULED_AFTER_S) worker.schedule(makePayload(), nowUs + seconds * SECOND_US)
  writeFileSync(join(dir, FOREIGN_FILE), 'Orders of last week were pushed by hand.\n')
}

/**
 * A worker that claimed what is pending and died when its machine was restarted: its record names another boot. One that died in
 * this boot would be relieved by the workers beside it at once.
 */
function leaveDeadWorker(dir: string): void {
  const claim = (): string[] => {
    using worker = new FemtoQueue({ dataDir: dir, nodeId: DEAD_WORKER })
    for (let i = 0; i < SEED.abandoned; i++) worker.pop()
    return readdirSync(dir).filter((name) => name.startsWith(`.fq-node-${DEAD_WORKER}.`))
  }
  for (const record of claim()) writeFileSync(join(dir, record.replace(bootId(), 'earlier-boot')), '')
  const diedS = Date.now() / 1_000 - DEAD_FOR_S
  utimesSync(join(dir, DEAD_WORKER), diedS, diedS)
}
