/** A thread that looks at task files for searches. QueryPool starts it, watches it, and ends it where a file takes too long. */
import { parentPort } from 'node:worker_threads'
import { errnoOrNull } from '../../queue/errors.ts'
import { ForeignFileError } from '../open-regular.ts'
import { toFileTest } from './file-terms.ts'
import { TaskProbe } from './task-probe.ts'
import { toDecider, VERDICT } from './verdict.ts'
import type { Decision } from './verdict.ts'
import { CONTROL } from './worker-messages.ts'
import type { WorkerBatch, WorkerDone } from './worker-messages.ts'

if (parentPort === null) throw new Error('This module runs in a worker thread only')
const port = parentPort

interface Program {
  readonly probe: TaskProbe
  readonly decide: (probe: TaskProbe, nowMs: number) => Decision
}

const MAX_PROGRAMS = 16
const programs = new Map<number, Program>()

function toProgram(batch: WorkerBatch): Program {
  const known = programs.get(batch.program)
  if (known !== undefined) return known
  for (const oldest of programs.keys()) {
    if (programs.size < MAX_PROGRAMS) break
    programs.delete(oldest)
  }
  const program = { probe: new TaskProbe(batch), decide: toDecider(batch.terms, toFileTest) }
  programs.set(batch.program, program)
  return program
}

function decide({ probe, decide: decideOpened }: Program, name: string, nowMs: number): Decision {
  try {
    probe.begin(name)
    return decideOpened(probe, nowMs)
  } catch (cause) {
    const code = errnoOrNull(cause)
    if (code === null && !(cause instanceof ForeignFileError)) throw cause
    const isGone = code === 'ENOENT' || code === 'ENOTDIR'
    return { verdict: isGone ? VERDICT.gone : VERDICT.unreadable, turnsAtMs: Infinity }
  } finally {
    probe.end()
  }
}

port.on('message', (batch: WorkerBatch) => {
  const { verdicts, turnsAtMs, control } = batch.shared
  const program = toProgram(batch)
  const names = batch.names.split('/')
  const nowMs = Date.now()
  for (let at = batch.from; at < names.length; at++) {
    if (Atomics.load(control, CONTROL.cancelled) === 1) break
    Atomics.store(control, CONTROL.current, at + 1)
    const decision = decide(program, names[at] ?? '', nowMs)
    turnsAtMs[at] = decision.turnsAtMs
    Atomics.store(verdicts, at, decision.verdict)
  }
  port.postMessage({ batch: batch.batch } satisfies WorkerDone)
})
