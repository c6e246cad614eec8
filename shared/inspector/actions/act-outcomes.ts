import { parseFilter } from '../../contract/filter-expression.ts'
import { TRASH_ORIGINS } from '../../contract/model.ts'
import type { TaskState } from '../../contract/model.ts'
import { LIMITS } from '../../contract/limits.ts'
import type { ActOutcome } from '../../contract/work.ts'
import { HELD_DIR, TRASH_DIR } from '../../queue/act-names.ts'
import { originalIdOf } from '../../queue/index.ts'
import { InspectorError } from '../inspector-error.ts'
import type { ActTasks } from '../query/query.ts'
import type { QueueSession } from '../queue-session.ts'
import { tasksElsewhere } from './elsewhere.ts'
import { decodeNewName } from './move-code.ts'
import type { Operations } from './operations.ts'
import { TimeSlice } from './time-slice.ts'

/** Acts whose tasks are remembered, and their tasks in all; the longest unused go first. */
const MAX_ACTS = 40
const MAX_TASKS = 400_000

const PLACES: readonly (readonly [dir: string, state: TaskState])[] = [
  ['done', 'done'],
  ['failed', 'failed'],
  ['pending', 'pending'],
  ['scheduled', 'scheduled'],
  [HELD_DIR, 'held'],
  ...TRASH_ORIGINS.map((from) => [`${TRASH_DIR}/${from}`, 'trash'] as const),
]

const NONE: Readonly<Record<TaskState, number>> = {
  pending: 0,
  'in-progress': 0,
  scheduled: 0,
  failed: 0,
  done: 0,
  held: 0,
  trash: 0,
}

/** The tasks of an act by their original ids, and the names that it gave them. */
interface Followed {
  readonly moved: number
  /** All came from failed. */
  readonly hadFailed: boolean
  readonly names: ReadonlyMap<string, string>
  /** By number of the task: where it was found last, as an index into PLACES. Most stay there. */
  readonly last: Uint8Array
}

/**
 * What became of the tasks that an act handed to the workers: where they are by now, as the index knows them. The journal tells which
 * tasks, so this lasts as long as the act can be undone, across restarts.
 */
export class ActOutcomes {
  readonly #session: QueueSession
  readonly #operations: Operations
  readonly #isRunning: (operationId: string) => boolean
  readonly #acts = new Map<string, Followed>()

  /** @param isRunning Whether an act is still under way: then its journal still grows. */
  constructor(session: QueueSession, operations: Operations, isRunning: (operationId: string) => boolean) {
    this.#session = session
    this.#isRunning = isRunning
    this.#operations = operations
  }

  /** Null where the journal is not kept, or the act left nothing to workers. */
  async of(operationId: string): Promise<ActOutcome | null> {
    const tasks = await this.#tasksOf(operationId)
    if (tasks === null || tasks.names.size === 0) return null
    await this.#session.start()
    const states = { ...NONE }
    let notFound = 0
    let elsewhere: ReadonlyMap<string, TaskState> | undefined
    /** Listed when the first is looked for. */
    const findElsewhere = (id: string): TaskState | null => {
      elsewhere ??= new Map(tasksElsewhere(this.#session).map(([other, { state }]) => [other, state]))
      return elsewhere.get(id) ?? null
    }
    const slice = new TimeSlice()
    let at = 0
    for (const [id, name] of tasks.names) {
      const state = this.#placeOrNull(tasks.last, at++, id, name) ?? findElsewhere(id)
      if (state === null) notFound++
      else states[state]++
      if (slice.isOver) await slice.next()
    }
    const { moved, hadFailed, names } = tasks
    return { operationId, moved, looked: names.size, states, hadFailed, notFound }
  }

  /**
   * The original ids of the tasks of each act that an expression names, the first LIMITS.followedTasks.
   * @throws {InspectorError} BAD_REQUEST where the journal of one is not kept.
   */
  async tasksNamedIn(expression: string): Promise<ActTasks> {
    const parsed = parseFilter(expression, Date.now())
    const named = new Map<string, ReadonlySet<string>>()
    for (const term of parsed.kind === 'ok' ? parsed.terms : []) {
      if (term.kind !== 'act') continue
      const tasks = await this.#tasksOf(term.operationId)
      if (tasks === null)
        throw new InspectorError(
          'BAD_REQUEST',
          `The tasks of the act ${term.operationId} are not known (any more).`,
        )
      named.set(term.operationId, new Set(tasks.names.keys()))
    }
    return named
  }

  #placeOrNull(last: Uint8Array, at: number, id: string, name: string): TaskState | null {
    const first = last[at] ?? 0
    for (let step = 0; step < PLACES.length; step++) {
      const index = (first + step) % PLACES.length
      const [dir, state] = PLACES[index] ?? ['', 'pending']
      if (!this.#session.has(dir, id) && (name === id || !this.#session.has(dir, name))) continue
      last[at] = index
      return state
    }
    return null
  }

  async #tasksOf(operationId: string): Promise<Followed | null> {
    if (this.#isRunning(operationId)) return this.#read(operationId)
    const known = this.#acts.get(operationId) ?? (await this.#read(operationId))
    if (known === null) return null
    this.#acts.delete(operationId)
    this.#acts.set(operationId, known)
    let tasks = [...this.#acts.values()].reduce((sum, { names }) => sum + names.size, 0)
    for (const [oldest, { names }] of this.#acts) {
      if (oldest === operationId || (this.#acts.size <= MAX_ACTS && tasks <= MAX_TASKS)) break
      this.#acts.delete(oldest)
      tasks -= names.size
    }
    return known
  }

  async #read(operationId: string): Promise<Followed | null> {
    const batches = this.#operations.batchesOf(operationId)
    if (batches === null) return null
    const names = new Map<string, string>()
    let moved = 0
    let hadFailed = true
    for await (const { fromDir, toDir, entries } of batches) {
      if (toDir !== 'pending' && toDir !== 'scheduled') continue
      moved += entries.length
      hadFailed &&= fromDir === 'failed'
      for (const { name, code } of entries) {
        if (names.size >= LIMITS.followedTasks) break
        const newName = decodeNewName(name, code)
        names.set(originalIdOf(newName), newName)
      }
    }
    return { moved, hadFailed, names, last: new Uint8Array(names.size) }
  }
}
