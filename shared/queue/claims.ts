/** pop(): how a waiting task comes into the hands of this instance. */
import { errnoOrNull, isOneFilesFault } from './errors.ts'
import type { HeldTasks } from './held-tasks.ts'
import { Lease } from './lease.ts'
import type { QueueContext } from './queue-context.ts'
import { renameIfThere } from './rename.ts'
import { parseTaskName, toStampedName, type NamePlace, type ParsedTaskName } from './task-id.ts'
import { WaitingList } from './waiting-list.ts'

/** Tasks that one pop() passes over (taken by others, corrupt) before it gives up for now. */
const MAX_TRIES = 1000

export class Claims {
  readonly #context: QueueContext
  readonly #nodeDir: string
  readonly #held: HeldTasks
  readonly #waiting: WaitingList
  /** Left in our directory by an earlier holder of the node id, or by a read that failed: offered first; the next one last. */
  readonly #leftovers: string[]
  #moreToTry = false

  /** @param leftovers Names in the node's directory, in order. */
  constructor(context: QueueContext, nodeDir: string, leftovers: readonly string[], held: HeldTasks) {
    this.#context = context
    this.#nodeDir = nodeDir
    this.#leftovers = leftovers.toReversed()
    this.#held = held
    this.#waiting = new WaitingList(context)
    this.#waiting.list()
  }

  /** True when the last next() gave null without having looked at everything. */
  get moreToTry(): boolean {
    return this.#moreToTry
  }

  /** Makes the next call list: a task was put in front of those that were listed. */
  listAgain(): void {
    this.#waiting.listAgain()
  }

  /** Claims and reads the first task that can be had, or null. @throws the system's errors, FemtoQueueError. */
  next(monotonicUs: number): Lease | null {
    this.#moreToTry = false
    let hasListed = this.#waiting.refresh(monotonicUs)
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      // The stamp first: what lies between the look at a name and its claim is the time to lose it in.
      const leaseUs = this.#context.shared.nextLeaseUs()
      const isLeftover = this.#leftovers.length > 0
      const name = (isLeftover ? this.#leftovers.pop() : this.#waiting.nextOrNull()) ?? null
      if (name !== null) {
        const lease = this.#claim(name, isLeftover ? 'node' : 'waiting', leaseUs)
        if (lease !== null) return lease
      } else {
        if (hasListed) return null
        this.#waiting.list()
        hasListed = true
      }
    }
    this.#moreToTry = true
    return null
  }

  /** Renames a task into our directory and reads it. Null: somebody else has it, or it is none that can be worked on. */
  #claim(fileName: string, place: NamePlace, leaseUs: number): Lease | null {
    const parsed = parseTaskName(fileName, place)
    if (parsed === null) return null
    const from = `${place === 'node' ? this.#nodeDir : this.#context.pendingDir}/${fileName}`
    const name = toStampedName(leaseUs, parsed.originalId, parsed.attempts + 1, 'node')
    try {
      if (!renameIfThere(from, `${this.#nodeDir}/${name}`, this.#nodeDir, 'unique')) {
        this.#waiting.wasTaken()
        return null
      }
    } catch (error) {
      // EACCES is about a directory here: then no task can be claimed, and the caller must know.
      if (!isOneFilesFault(error) || errnoOrNull(error) === 'EACCES') throw error
      this.#reportUnreadable(from, parsed.originalId, error, 'It is left where it is.')
      return null
    }
    const { maxAttempts } = this.#context
    if (maxAttempts === 0 || parsed.attempts < maxAttempts) return this.#readClaimed(name, parsed)
    this.#held.giveUp(
      { kind: 'attempts-spent', taskId: parsed.originalId, attempts: parsed.attempts },
      name,
      parsed,
    )
    return null
  }

  #readClaimed(name: string, parsed: ParsedTaskName): Lease | null {
    const path = `${this.#nodeDir}/${name}`
    const taskId = parsed.originalId
    try {
      const read = this.#context.store.read(path, this.#context.maxPayloadBytes)
      if (read.kind === 'ok') {
        return new Lease({
          id: taskId,
          data: read.payload,
          attempt: parsed.attempts + 1,
          originalUs: parsed.originalUs,
          birthtimeMs: read.birthtimeMs,
          name,
          holder: this.#held,
        })
      }
      const isTooLarge = read.kind === 'too-large'
      this.#held.giveUp(
        isTooLarge
          ? { kind: 'oversized-task', taskId, bytes: read.bytes }
          : { kind: 'corrupt-task', taskId, fault: read.kind },
        name,
        parsed,
      )
      return null
    } catch (error) {
      if (errnoOrNull(error) === 'ENOENT') return null
      // One file's fault: it stays in our directory, and is offered again when this node starts or others take it over.
      if (isOneFilesFault(error)) {
        this.#reportUnreadable(path, taskId, error, 'It stays with this node until it is taken over.')
        return null
      }
      this.#leftovers.push(name)
      throw error
    }
  }

  #reportUnreadable(path: string, taskId: string, cause: unknown, consequence: string): void {
    this.#context.problems.reportOnce({ kind: 'unreadable-task', path, taskId, cause, consequence })
  }
}
