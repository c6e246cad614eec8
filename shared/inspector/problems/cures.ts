/**
 * Mends one problem by one rename of the file that the person saw, and undoes it. Both look again before they move: what a worker, or
 * somebody else, has touched meanwhile is left alone, and said so.
 */
import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import type { CureId, CureOutcome } from '../../contract/model.ts'
import { toVisibleLine } from '../../contract/visible-text.ts'
import { errnoOrNull, FemtoQueueError } from '../../queue/errors.ts'
import { appendFailedAttempt, toFailedAttempt } from '../../queue/failure-reason.ts'
import { HEADER_BYTES, parseHeader, parseTaskName, SharedClock } from '../../queue/index.ts'
import type { FileIdentity } from '../../queue/index.ts'
import { moveBack, moveToFailed, publishOrphan, restampWaiting, setAside } from '../../queue/repair-moves.ts'
import type { RepairResult, SeenFile } from '../../queue/repair-moves.ts'
import type { FileSpot } from '../../queue/state-moves.ts'
import { toStorageError } from '../actions/storage-error.ts'
import { InspectorError } from '../inspector-error.ts'
import type { SeenProblem } from './problem-ids.ts'

const READ_BYTES = 256 * 1024
/** Cures that can be undone: the latest ones of this run. */
const MAX_UNDOS = 500

interface DoneCure {
  readonly from: { readonly dir: string; readonly name: string }
  readonly to: { readonly dir: string; readonly name: string }
  readonly identity: FileIdentity
}

export class Cures {
  readonly #root: string
  readonly #onMoved: (from: FileSpot, to: FileSpot) => void
  readonly #done = new Map<string, DoneCure>()

  /** @param onMoved Called with each file that was moved, before anything can look. */
  constructor(root: string, onMoved: (from: FileSpot, to: FileSpot) => void) {
    this.#root = root
    this.#onMoved = onMoved
  }

  /** @throws {InspectorError} BAD_REQUEST for a cure that the problem does not offer, STORAGE_FAILED where nothing was moved. */
  async cure({ problem, identity }: SeenProblem, cureId: CureId): Promise<CureOutcome> {
    const isOffered = problem.cures.some((cure) => cure.cureId === cureId)
    if (!isOffered || identity === null)
      throw new InspectorError('BAD_REQUEST', 'This problem has no such cure. Look at the problems again.')
    const at = problem.path.lastIndexOf('/')
    const from = { dir: problem.path.slice(0, at), name: problem.path.slice(at + 1) }
    const file: SeenFile = { dataDir: this.#root, ...from, identity }
    if (cureId === 'publish' && !(await isWholeTask(path.join(this.#root, problem.path)))) {
      return toSkipped('Not published: the file is cut off, its checksum does not fit. Discard it instead.')
    }
    const result = this.#move(file, cureId, problem.message)
    if (!result.moved) return toSkipped(SKIPPED_WORDS[result.reason])
    const to = { dir: result.dir, name: result.name }
    this.#onMoved(from, to)
    const undoId = randomBytes(12).toString('hex')
    this.#done.set(undoId, { from, to, identity })
    const [oldest] = this.#done.keys()
    if (this.#done.size > MAX_UNDOS && oldest !== undefined) this.#done.delete(oldest)
    return { result: 'done', message: `Moved to ${toVisibleLine(`${to.dir}/${to.name}`)}.`, undoId }
  }

  /** @throws {InspectorError} UNKNOWN_HANDLE, STORAGE_FAILED where nothing was moved. */
  undo(undoId: string): CureOutcome {
    const cure = this.#done.get(undoId)
    if (cure === undefined)
      throw new InspectorError(
        'UNKNOWN_HANDLE',
        'This cannot be undone any more: the inspector has started anew since.',
      )
    const file: SeenFile = { dataDir: this.#root, ...cure.to, identity: cure.identity }
    const result = this.#store(() => moveBack(file, cure.from))
    if (!result.moved) return toSkipped(UNDO_SKIPPED_WORDS[result.reason])
    this.#done.delete(undoId)
    this.#onMoved(cure.to, { dir: result.dir, name: result.name })
    return { result: 'done', message: `Back in ${toVisibleLine(result.dir)}/.`, undoId: null }
  }

  #move(file: SeenFile, cureId: CureId, why: string): RepairResult {
    return this.#store(() => {
      if (cureId === 'set-aside') return setAside(file)
      const clock = new SharedClock(this.#root)
      try {
        switch (cureId) {
          case 'publish':
            return publishOrphan(file, clock, Date.now() * 1000)
          case 'restamp':
            return restampWaiting(file, clock)
          case 'to-failed':
            this.#keepReason(file, why)
            return moveToFailed(file, clock)
        }
      } finally {
        clock.close()
      }
    })
  }

  /** Written before the move, as the core does: a record without its task harms nothing. */
  #keepReason(file: SeenFile, why: string): void {
    const task = parseTaskName(file.name, 'node')
    if (task === null) return
    const reason = { name: 'Corrupt', message: `${why} Moved here by a person.` }
    const where = { failedAtUs: Date.now() * 1000, node: null, attempt: task.attempts }
    appendFailedAttempt(this.#root, task.originalId, toFailedAttempt(reason, where), false)
  }

  #store<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      if (!(cause instanceof FemtoQueueError) && errnoOrNull(cause) === null) throw cause
      throw toStorageError(cause, 'Nothing was moved.')
    }
  }
}

const SKIPPED_WORDS = {
  gone: 'Nothing to do: it has gone from there meanwhile.',
  changed: 'Left alone: another file lies under its name now.',
  taken: 'Left alone: another file has that name by now.',
  'no-task': 'Left alone: its name is no task’s.',
} as const

const UNDO_SKIPPED_WORDS = {
  ...SKIPPED_WORDS,
  gone: 'Not undone: it is no longer where it was put. A worker or somebody else has moved it on.',
  taken: 'Not undone: another file bears its old name by now. Nothing is overwritten.',
} as const

function toSkipped(message: string): CureOutcome {
  return { result: 'skipped', message, undoId: null }
}

/** Reads in pieces: an orphan may be of any size. */
async function isWholeTask(file: string): Promise<boolean> {
  try {
    const handle = await open(
      file,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    )
    try {
      if (!(await handle.stat()).isFile()) return false
      const buffer = Buffer.allocUnsafe(READ_BYTES)
      const { bytesRead } = await handle.read(buffer, 0, HEADER_BYTES, 0)
      const header = parseHeader(Buffer.from(buffer.subarray(0, bytesRead)))
      if (header.kind !== 'ok') return false
      const md5 = createHash('md5')
      for (let at = HEADER_BYTES; ;) {
        const { bytesRead: count } = await handle.read(buffer, 0, READ_BYTES, at)
        if (count === 0) return md5.digest().equals(header.md5)
        md5.update(buffer.subarray(0, count))
        at += count
      }
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return false
  }
}
