import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { LIMITS } from '../../contract/limits.ts'
import { parsePushTemplate } from '../../contract/push-template.ts'
import { toQueueError } from '../../queue/errors.ts'
import type { NewTasks } from '../../queue/new-tasks.ts'
import { InspectorError } from '../inspector-error.ts'
import { openForWriting, startWork } from './act-context.ts'
import type { ActContext } from './act-context.ts'
import { confirmInJournal, planInJournal, StopWork } from './carry-out.ts'
import type { JobRecord } from './job-record.ts'
import type { Pause } from './job-list.ts'
import { toStorageWords } from './storage-error.ts'
import { NEW_TASKS } from './undo.ts'
import type { Confirmation, JournalWriter } from './undo-journal.ts'

const BATCH_TASKS = 128
/** A slow push looks this often whether it was cancelled. */
const MAX_WAIT_MS = 50

export interface PushManyInput {
  /** Base64. */
  readonly payloads: readonly string[]
  readonly isTemplate: boolean
  readonly copies: number
  readonly perSecond: number | null
  readonly dueAtMs: number | null
}

/** Makes the payload of the n-th task, from 1. */
type PayloadMaker = (n: number) => Uint8Array

/**
 * Pushes each payload so many times, one after the other in rounds, as a job.
 * @throws {InspectorError} BAD_REQUEST, PAYLOAD_TOO_LARGE, STORAGE_FAILED; then nothing was pushed.
 */
export function pushMany(
  context: ActContext,
  input: PushManyInput,
): { record: JobRecord; ended: Promise<void> } {
  const makers = input.payloads.map((payload, at) =>
    toMaker(Buffer.from(payload, 'base64'), input.isTemplate, at, context.pushLimitBytes),
  )
  const total = makers.length * input.copies
  if (total > LIMITS.pushCopies) {
    throw new InspectorError(
      'BAD_REQUEST',
      `${makers.length} payloads times ${input.copies} copies are ${total.toLocaleString('en')} tasks; at most ${LIMITS.pushCopies.toLocaleString('en')} can be pushed at once. Nothing was pushed.`,
    )
  }
  const tasks = openForWriting(context.session, 'Nothing was pushed.')
  return startWork(context, {
    kind: 'push',
    total,
    firstTaskId: null,
    close: () => tasks.close(),
    run: (record, journal, pause) => pushAll(context, { tasks, makers, input, record, journal, pause }),
  })
}

interface Pushing {
  readonly tasks: NewTasks
  readonly makers: readonly PayloadMaker[]
  readonly input: PushManyInput
  readonly record: JobRecord
  readonly journal: JournalWriter | null
  readonly pause: Pause
}

async function pushAll(context: ActContext, pushing: Pushing): Promise<void> {
  const { record, pause, input } = pushing
  const names: string[] = []
  record.beginRun(null, names)
  const startedAtMs = performance.now()
  while (names.length < record.total && !record.signal.aborted) {
    const due =
      input.perSecond === null
        ? BATCH_TASKS
        : 1 + Math.floor(((performance.now() - startedAtMs) * input.perSecond) / 1000) - names.length
    if (due > 0) pushBatch(context, pushing, names, Math.min(due, BATCH_TASKS, record.total - names.length))
    else {
      context.jobs.tellSoon()
      await delay(Math.min(MAX_WAIT_MS, 1000 / (input.perSecond ?? 1)))
    }
    const turn = pause()
    if (turn !== null) await turn
  }
}

/** Ids are written down before the tasks are stored. @throws StopWork */
function pushBatch(
  context: ActContext,
  { tasks, makers, input, record, journal }: Pushing,
  names: string[],
  count: number,
): void {
  const state = input.dueAtMs === null ? 'pending' : 'scheduled'
  const atUs = input.dueAtMs === null ? null : input.dueAtMs * 1000
  const first = names.length
  // Of tasks for one moment each gets a microsecond of its own, so that they come due in the order of their numbers.
  for (let at = 0; at < count; at++) names.push(tasks.nextId(atUs === null ? null : atUs + first + at))
  const outcomes: Confirmation[] = []
  const entries = names.slice(first).map((name) => ({ name, code: '=' }))
  planInJournal(journal, NEW_TASKS, state, entries)
  try {
    for (let index = first; index < names.length; index++) {
      const id = names[index] ?? ''
      const payload = makers[index % makers.length]?.(index + 1) ?? new Uint8Array()
      if (payload.length > context.pushLimitBytes) {
        outcomes.push(null)
        record.noteException(index, 'failed', toTooLarge(context.pushLimitBytes))
        continue
      }
      tasks.store(state, id, payload)
      outcomes.push('new')
      record.noteMoved(index, '=')
      if (index < LIMITS.windowRows) {
        record.notePushed(id)
        context.followed.notePushed(id)
      }
    }
  } catch (cause) {
    throw new StopWork(`${toStorageWords(toQueueError(cause, 'Storing a task'))} The rest was not pushed.`, {
      cause,
    })
  } finally {
    confirmInJournal(journal, outcomes)
  }
}

function toMaker(bytes: Buffer, isTemplate: boolean, at: number, limitBytes: number): PayloadMaker {
  if (bytes.length > limitBytes) {
    throw new InspectorError(
      'PAYLOAD_TOO_LARGE',
      `Payload ${at + 1} has ${bytes.length} bytes; at most ${limitBytes} are taken here. Nothing was pushed.`,
    )
  }
  if (!isTemplate) return () => bytes
  const parsed = parsePushTemplate(decodeText(bytes, at))
  if ('fault' in parsed) {
    throw new InspectorError(
      'BAD_REQUEST',
      `Payload ${at + 1}: ${parsed.fault.message} Nothing was pushed.`,
      `at character ${parsed.fault.at}`,
    )
  }
  const { template } = parsed
  if (template.variables.length === 0) {
    const text = template.expand({ n: 0, nowMs: 0, uuid: () => '', random: () => 0 })
    const same = Buffer.from(text)
    return () => same
  }
  return (n) =>
    Buffer.from(template.expand({ n, nowMs: Date.now(), uuid: () => randomUUID(), random: Math.random }))
}

function decodeText(bytes: Buffer, at: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new InspectorError(
      'BAD_REQUEST',
      `Payload ${at + 1} is no UTF-8 text, so it cannot be a template. Push it without variables. Nothing was pushed.`,
      cause,
    )
  }
}

function toTooLarge(limitBytes: number): string {
  return `With its variables filled in the payload is over ${limitBytes} bytes; it was not pushed.`
}
