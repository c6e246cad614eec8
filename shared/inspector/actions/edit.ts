import { lstatSync } from 'node:fs'
import type { TaskRef } from '../../contract/model.ts'
import { isActionAllowed } from '../../contract/task-actions.ts'
import type { Placement } from '../../contract/work.ts'
import { errnoOrNull, FemtoQueueError } from '../../queue/errors.ts'
import { linkEditedTask } from '../../queue/failure-reason.ts'
import { TRASH_DIR } from '../../queue/act-names.ts'
import { originalIdOf } from '../../queue/index.ts'
import type { NewTasks, NewTaskState } from '../../queue/new-tasks.ts'
import { isMeant } from '../../queue/state-moves.ts'
import { InspectorError } from '../inspector-error.ts'
import { makeParkedDirs, openForWriting, startWork, toMoveContext } from './act-context.ts'
import type { ActContext } from './act-context.ts'
import { carryOut, confirmInJournal, planInJournal } from './carry-out.ts'
import type { Holders } from './holders.ts'
import type { JobRecord } from './job-record.ts'
import type { TaskRun } from './move-unit.ts'
import { planRun } from './planned-run.ts'
import { toStorageError } from './storage-error.ts'
import { toRuns } from './targets.ts'
import { NEW_TASKS } from './undo.ts'
import type { JournalWriter } from './undo-journal.ts'

const NOTHING = 'Nothing was pushed, and the original is where it was.'

export interface EditInput {
  readonly task: TaskRef
  /** Base64. */
  readonly payload: string
  readonly original: 'keep' | 'trash'
  readonly placement: Placement
}

/**
 * Pushes a changed payload as a new task, and only then moves the original to the trash where that was asked for. Each names the other
 * in its record.
 * @throws {InspectorError} TASK_GONE, NOT_ALLOWED_IN_STATE, PAYLOAD_TOO_LARGE, STORAGE_FAILED; then nothing was pushed.
 */
export async function editTask(
  context: ActContext,
  holders: Holders,
  input: EditInput,
): Promise<{ taskId: string; work: { record: JobRecord; ended: Promise<void> } }> {
  const payload = Buffer.from(input.payload, 'base64')
  const [run] = toRuns([input.task])
  if (run === undefined) throw new TypeError('Expected a task')
  await assertMayEdit(context, holders, run, input, payload.length)
  const tasks = openForWriting(context.session, NOTHING)
  const { id, state, name } = toNewTask(tasks, input.placement, context)
  const originalId = originalIdOf(input.task.name)
  try {
    if (input.original === 'trash') makeParkedDirs(context.session, [toTrashDir(run)])
  } catch (cause) {
    tasks.close()
    throw cause
  }
  let storing: { failure: InspectorError } | null = null
  const work = startWork(context, {
    kind: 'edit',
    total: input.original === 'trash' ? 2 : 1,
    firstTaskId: originalId,
    close: () => tasks.close(),
    run: async (record, journal, pause) => {
      try {
        storeNew(context, { tasks, record, journal }, { state, name, id }, payload)
      } catch (cause) {
        if (!(cause instanceof FemtoQueueError)) throw cause
        storing = { failure: toStorageError(cause, NOTHING) }
        throw storing.failure
      }
      link(context.session.path, originalId, id)
      if (input.original === 'keep') return
      const stamps = tasks.toStamps()
      const planned = planRun(run, 'delete', { kind: 'back' }, stamps, null)
      await carryOut(toMoveContext(context, { record, journal, stamps, pause }), [planned])
    },
  })
  await work.ended
  const failed = storing as { failure: InspectorError } | null
  if (failed !== null) throw failed.failure
  return { taskId: id, work }
}

async function assertMayEdit(
  context: ActContext,
  holders: Holders,
  run: TaskRun,
  { task, original }: EditInput,
  payloadBytes: number,
): Promise<void> {
  const { pushLimitBytes, session } = context
  if (payloadBytes > pushLimitBytes) {
    throw new InspectorError(
      'PAYLOAD_TOO_LARGE',
      `The payload has ${payloadBytes} bytes; at most ${pushLimitBytes} are taken here. ${NOTHING}`,
    )
  }
  if (original === 'trash' && !isActionAllowed('delete', task.state)) {
    throw new InspectorError(
      'NOT_ALLOWED_IN_STATE',
      'The original lies in the trash already. Keep it there, and push the changed payload.',
    )
  }
  const refusal = original === 'trash' && task.node !== null ? await holders.refusalOf(task.node) : null
  if (refusal !== null) throw new InspectorError('NOT_ALLOWED_IN_STATE', `${refusal} ${NOTHING}`)
  const found = lstatSync(`${session.path}/${run.dir}/${task.name}`, { bigint: true, throwIfNoEntry: false })
  if (found === undefined || !isMeant(found, run.checkOf(0))) {
    const where =
      found === undefined
        ? context.whereabouts.find(task.name, run.dir)
        : 'Another file lies under its name now.'
    throw new InspectorError('TASK_GONE', `The task that was edited has moved on. ${where} ${NOTHING}`)
  }
}

function toNewTask(
  tasks: NewTasks,
  placement: Placement,
  { session }: ActContext,
): { id: string; state: NewTaskState; name: string } {
  if (placement.kind === 'at') {
    const id = tasks.nextId(placement.atMs * 1000)
    return { id, state: 'scheduled', name: id }
  }
  const id = tasks.nextId()
  const name = placement.kind === 'front' ? tasks.frontName(id, session.firstPending()) : id
  return { id, state: 'pending', name }
}

function toTrashDir({ state }: TaskRun): string {
  return `${TRASH_DIR}/${state === 'in-progress' ? 'pending' : state}`
}

function storeNew(
  context: ActContext,
  { tasks, record, journal }: { tasks: NewTasks; record: JobRecord; journal: JournalWriter | null },
  { state, name, id }: { state: NewTaskState; name: string; id: string },
  payload: Uint8Array,
): void {
  planInJournal(journal, NEW_TASKS, state, [{ name, code: '=' }])
  let isStored = false
  try {
    tasks.store(state, name, payload)
    isStored = true
  } finally {
    confirmInJournal(journal, [isStored ? 'new' : null])
  }
  record.beginRun(null, [name])
  record.noteMoved(0, '=')
  record.notePushed(id)
  context.followed.notePushed(id)
}

/** The link is a courtesy: where it cannot be written, the edit stands. */
function link(root: string, originalId: string, id: string): void {
  try {
    linkEditedTask(root, originalId, id)
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    console.error('The link between an edited task and its original was not written:', cause)
  }
}
