/** pop(): how a waiting task comes into the hands of this instance. */
import { errnoOrNull, isOneFilesFault } from './errors.ts'
import type { HeldTasks } from './held-tasks.ts'
import { Lease } from './lease.ts'
import type { TaskVerdict } from './problems.ts'
import type { QueueContext } from './queue-context.ts'
import { renameIfThere } from './rename.ts'
import { parseTaskName, toStampedName, type ParsedTaskName } from './task-id.ts'
import { WaitingList } from './waiting-list.ts'

/** Tasks that one pop() passes over (taken by others, corrupt) before it gives up for now. */
const MAX_TRIES = 1000

export class Claims {
  readonly #context: QueueContext
  readonly #nodeDir: string
  readonly #held: HeldTasks
  readonly #waiting: WaitingList
  /** Left in our directory by an earlier holder of the node id: offered first; the next one last. */
  readonly #leftovers: string[]
  /** Claimed by us, but the disk failed when they were to be read: tried again, which is no further claim. */
  readonly #unread: string[] = []
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
      if (this.#unread.length + this.#leftovers.length > 0) {
        const lease = this.#claimOwn(leaseUs)
        if (lease !== null) return lease
        continue
      }
      const name = this.#waiting.nextOrNull()
      if (name !== null) {
        const task = parseTaskName(name)
        const lease = task && this.#claim(task, this.#context.pendingDir, task.attempts + 1, leaseUs)
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

  /** The same for a task that lies in our directory already. */
  #claimOwn(leaseUs: number): Lease | null {
    const unread = this.#unread.pop()
    const task = parseTaskName(unread ?? this.#leftovers.pop() ?? '', 'node')
    const claims = unread === undefined ? 1 : 0
    return task && this.#claim(task, this.#nodeDir, task.attempts + claims, leaseUs)
  }

  /** Renames a task into our directory and reads it. Null: somebody else has it, or it is none that can be worked on. */
  #claim(task: ParsedTaskName, dir: string, attempt: number, leaseUs: number): Lease | null {
    const from = `${dir}/${task.name}`
    const name = toStampedName(leaseUs, task.originalId, attempt, 'node')
    try {
      if (!renameIfThere(from, `${this.#nodeDir}/${name}`, this.#nodeDir, 'unique')) {
        this.#waiting.wasTaken()
        return null
      }
    } catch (error) {
      // EACCES is about a directory here: then no task can be claimed, and the caller must know.
      if (!isOneFilesFault(error) || errnoOrNull(error) === 'EACCES') throw error
      this.#reportUnreadable(from, task.originalId, error, 'It is left where it is.')
      return null
    }
    const { maxAttempts } = this.#context
    if (maxAttempts === 0 || attempt <= maxAttempts) return this.#readClaimed(task, name, attempt)
    const spent = { kind: 'attempts-spent', taskId: task.originalId, attempts: attempt - 1 } as const
    this.#held.giveUp(spent, name, attempt)
    return null
  }

  #readClaimed({ originalId: id, originalUs }: ParsedTaskName, name: string, attempt: number): Lease | null {
    const path = `${this.#nodeDir}/${name}`
    try {
      const read = this.#context.store.read(path, this.#context.maxPayloadBytes)
      if (read.kind === 'ok') {
        const { payload: data, birthtimeMs } = read
        return new Lease({ id, data, attempt, originalUs, birthtimeMs, name, holder: this.#held })
      }
      const verdict: TaskVerdict =
        read.kind === 'too-large'
          ? { kind: 'oversized-task', taskId: id, bytes: read.bytes }
          : { kind: 'corrupt-task', taskId: id, fault: read.kind }
      this.#held.giveUp(verdict, name, attempt)
      return null
    } catch (error) {
      if (errnoOrNull(error) === 'ENOENT') return null
      // One file's fault: it stays in our directory, and is offered again when this node starts or others take it over.
      if (isOneFilesFault(error)) {
        this.#reportUnreadable(path, id, error, 'It stays with this node until it is taken over.')
        return null
      }
      this.#unread.push(name)
      throw error
    }
  }

  #reportUnreadable(path: string, taskId: string, cause: unknown, consequence: string): void {
    this.#context.problems.reportOnce({ kind: 'unreadable-task', path, taskId, cause, consequence })
  }
}
