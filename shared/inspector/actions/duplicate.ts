import { FemtoQueueError } from '../../queue/errors.ts'
import type { CopyResult, NewTasks } from '../../queue/new-tasks.ts'
import { originalIdOf } from '../../queue/index.ts'
import { INTEGRITY_WORDS } from '../task-reader.ts'
import { openForWriting, startWork } from './act-context.ts'
import type { ActContext } from './act-context.ts'
import { confirmInJournal, planInJournal, StopWork } from './carry-out.ts'
import type { JobRecord } from './job-record.ts'
import type { Pause } from './job-list.ts'
import { countTasks } from './move-unit.ts'
import type { TaskRun } from './move-unit.ts'
import { toText } from './move-code.ts'
import { toStorageWords } from './storage-error.ts'
import { NEW_TASKS } from './undo.ts'
import type { Confirmation, JournalWriter } from './undo-journal.ts'

/**
 * Pushes the payload of each task once more, as new tasks with ids of their own: header, checksum and bytes as they are. Corrupt tasks
 * are skipped.
 * @throws {InspectorError} STORAGE_FAILED; then nothing was pushed.
 */
export function duplicate(
  context: ActContext,
  runs: readonly TaskRun[],
): { record: JobRecord; ended: Promise<void> } {
  const tasks = openForWriting(context.session, 'Nothing was pushed.')
  const first = runs[0]?.names[0] ?? null
  return startWork(context, {
    kind: 'duplicate',
    total: countTasks(runs),
    firstTaskId: first === null ? null : originalIdOf(first),
    close: () => tasks.close(),
    run: async (record, journal, pause) => {
      for (const run of runs) {
        record.beginRun(run.node, run.names)
        for (let index = 0; index < run.names.length && !record.signal.aborted; index++)
          await duplicateOne(context, { tasks, record, journal, pause, run, index })
      }
    },
  })
}

class CopyCancelled extends Error {}

interface Duplicating {
  readonly tasks: NewTasks
  readonly record: JobRecord
  readonly journal: JournalWriter | null
  readonly pause: Pause
  readonly run: TaskRun
  readonly index: number
}

async function duplicateOne(
  context: ActContext,
  { tasks, record, journal, pause, run, index }: Duplicating,
): Promise<void> {
  const name = run.names[index] ?? ''
  const id = tasks.nextId()
  let outcome: Confirmation = null
  planInJournal(journal, NEW_TASKS, 'pending', [{ name: id, code: '=' }])
  try {
    const source = `${context.session.path}/${run.dir}/${name}`
    const result = await tasks.copy(source, run.checkOf(index), 'pending', id, () => {
      if (record.signal.aborted) throw new CopyCancelled()
      return pause()
    })
    if (result.copied) {
      outcome = 'new'
      record.noteMoved(index, toText(id))
      record.notePushed(id)
      context.followed.notePushed(id)
    } else record.noteException(index, 'skipped', toReason(result, context, name, run.dir))
  } catch (cause) {
    // Half a copy was removed again; the job's end tells the rest.
    if (cause instanceof CopyCancelled) return
    if (!(cause instanceof FemtoQueueError)) throw cause
    throw new StopWork(`${toStorageWords(cause)} The rest was not duplicated.`, { cause })
  } finally {
    confirmInJournal(journal, [outcome])
  }
  const turn = pause()
  if (turn !== null) await turn
}

function toReason(
  result: CopyResult & { copied: false },
  context: ActContext,
  name: string,
  dir: string,
): string {
  switch (result.reason) {
    case 'gone':
      return context.whereabouts.find(name, dir)
    case 'changed':
      return 'Another file lies under its name now; it was not duplicated.'
    default:
      return `It is corrupt or cannot be read (${INTEGRITY_WORDS[result.reason]}), so it was not duplicated.`
  }
}
