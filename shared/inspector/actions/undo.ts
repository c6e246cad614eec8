import { lstatSync } from 'node:fs'
import { LIST_STATES } from '../../contract/model.ts'
import type { TaskState } from '../../contract/model.ts'
import { toVisibleLine } from '../../contract/visible-text.ts'
import { HELD_DIR, toActTarget, TRASH_DIR } from '../../queue/act-names.ts'
import type { Stamps } from '../../queue/act-names.ts'
import { isTaskName, originalIdOf, parseTaskName } from '../../queue/index.ts'
import { isReservedDir } from '../../queue/states.ts'
import type { FileCheck } from '../../queue/state-moves.ts'
import type { QueueSession } from '../queue-session.ts'
import { makeParkedDirs } from './act-context.ts'
import { decodeNewName, encodeNewName } from './move-code.ts'
import type { PlannedRun } from './planned-run.ts'
import type { JournalBatch, JournalEntry } from './undo-journal.ts'

const UNSURE =
  'The inspector was ended while it moved this task, and it cannot be told whether it did. Look where it is, and move it by hand.'
/** What new tasks come from, in a journal: to undo their making is to delete them. */
export const NEW_TASKS = 'creating'

/**
 * The way back of an operation: each task from where it was put, if it is still that very file, to its exact former place and name; to
 * a stamped name where the former is in use. New tasks go to the trash.
 */
export async function* planUndo(
  batches: AsyncIterable<JournalBatch>,
  session: QueueSession,
  stamps: Stamps,
): AsyncGenerator<PlannedRun> {
  for await (const batch of batches) if (batch.entries.length > 0) yield planBack(batch, session, stamps)
}

function planBack(
  { fromDir, toDir, entries }: JournalBatch,
  session: QueueSession,
  stamps: Stamps,
): PlannedRun {
  const backTo = fromDir === NEW_TASKS ? `${TRASH_DIR}/${toDir}` : fromDir
  const names = entries.map(({ name, code }) => decodeNewName(name, code))
  const missing = toMissingOrNull(session, backTo)
  const dev = lstatSync(`${session.path}/${toDir}`, { bigint: true, throwIfNoEntry: false })?.dev ?? 0n
  return {
    ...toPlace(toDir),
    dir: toDir,
    names,
    toDir: backTo,
    checkOf: (index) => toCheck(entries[index], dev),
    refusalOf: (index) => missing ?? (fromDir === NEW_TASKS || isSure(entries[index], toDir) ? null : UNSURE),
    planOf(index, tries) {
      const name = names[index] ?? ''
      const before = parseTaskName(entries[index]?.name ?? '')
      if (before === null || !isTaskName(name)) throw new TypeError('Expected names of tasks in the journal')
      const now = { name, originalId: originalIdOf(name) }
      const target = toActTarget({ kind: 'as-is', dir: backTo }, before, stamps, tries)
      return { target, code: encodeNewName(now, target.name) }
    },
  }
}

function toCheck(entry: JournalEntry | undefined, dev: bigint): FileCheck {
  if (entry === undefined || entry.ino === null) return { kind: 'since', dev, notAfterMs: Infinity }
  return { kind: 'file', identity: { dev, ino: entry.ino } }
}

/**
 * Of a move whose end was not written down, only a name that nobody else makes tells that it took place: a stamp of ours, or a place
 * that only inspectors fill. A bare id in done/ may as well be a worker's.
 */
function isSure(entry: JournalEntry | undefined, toDir: string): boolean {
  if (entry === undefined) return false
  return entry.isConfirmed || entry.code.startsWith('^') || toDir.includes('/')
}

/** Why nothing can be put back there; null: it can. Makes what only inspectors make. */
function toMissingOrNull(session: QueueSession, dir: string): string | null {
  if (dir.includes('/')) {
    makeParkedDirs(session, [dir])
    return null
  }
  const found = lstatSync(`${session.path}/${dir}`, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) return null
  return `The directory ${toVisibleLine(dir)} that it came from is gone; it was left where it is.`
}

/** State and node of a directory inside the queue's. */
function toPlace(dir: string): { state: TaskState; node: string | null } {
  if (dir === HELD_DIR) return { state: 'held', node: null }
  if (dir.startsWith(`${TRASH_DIR}/`)) return { state: 'trash', node: dir.slice(TRASH_DIR.length + 1) }
  if (!isReservedDir(dir)) return { state: 'in-progress', node: dir }
  return { state: LIST_STATES.find((state) => state === dir) ?? 'pending', node: null }
}
