/**
 * FemtoQueue: a task is a file, its state is the directory it lies in, and every move is one rename.
 *
 *     push ───────────> pending ──pop──> <node> ──done──> done
 *     schedule ─> scheduled ─due─┘  ^      │ └───fail──> failed
 *                                   │      │ extend: renamed in place   │
 *                                   ├release, take-over                 │
 *                                   └───────────── requeue ─────────────┘
 *
 * The lease is the file name: `<node>/<time of claim>_<original id>`. To extend it is to rename it, and whoever lost it finds its
 * exact name gone.
 *
 * | a crash here                     | leaves                                | and the next start does                            |
 * | push, before its rename          | a file in creating/                   | nothing: it was never acknowledged; people see it  |
 * | push, after its rename           | the task in pending/                  | offers it (the caller may push it again)           |
 * | pop, after its rename            | the lease in the node's directory     | same node: offers it first; other nodes: at once   |
 * |                                  |                                       | when the process is proven dead, else after the    |
 * |                                  |                                       | timeout                                            |
 * | while the task is worked on      | the same                              | the same                                           |
 * | extend, release, take-over       | the old or the new name               | one rename: nothing in between                     |
 * | fail, after writing the reason   | the lease, and a reason in .meta/     | offers the task again; the reason is history       |
 * | done/fail, after the rename      | the task in done/ or failed/          | nothing                                            |
 * | a due task being moved           | it in scheduled/ or in pending/       | moves it, or offers it                             |
 */
import fs from 'node:fs'
import { SharedClock, systemClock, type Clock } from './clock.ts'
import { listTasks } from './dir-listing.ts'
import { DueTasks } from './due.ts'
import { errnoOrNull, FemtoQueueError, toQueueError } from './errors.ts'
import { appendFailedAttempt, toFailedAttempt } from './failure-reason.ts'
import { assertNodeId } from './node-id.ts'
import { holdNode } from './node-record.ts'
import type { QueueProblem } from './problems.ts'
import { randomHex } from './random-hex.ts'
import { makeDir, prepareStateDirs } from './state-dirs.ts'
import { freeName, isBornWithItsId, pendingName, renameIfThere, type QueuePlace } from './state-moves.ts'
import { Takeover } from './takeover.ts'
import { isOwnId, parseTaskName, toStamp, toStampedName, type ParsedTaskName } from './task-id.ts'
import { TaskStore } from './task-store.ts'

export interface FemtoQueueOptions {
  /** Directory of the queue. On a local disk for the full promise. */
  readonly dataDir: string
  /** Name of this worker, stable over restarts. Without it the instance only pushes and schedules, and makes no node directory. */
  readonly nodeId?: string
  /** Make missing directories. Default true; false refuses a directory that is no queue. */
  readonly create?: boolean
  /** ms without a sign of life after which a task in progress is taken over. 1 to 2^31-1, default 30,000. */
  readonly timeoutStaleMs?: number
  /** push, done and fail return only when their effect survives a power cut. Default false. */
  readonly syncAfterWrite?: boolean
  /** Claims after which a task is given to failed/ instead of offered again. Default 25, 0 = never. */
  readonly maxAttempts?: number
  /** Largest payload that is accepted and read, bytes. Default 64 MiB. */
  readonly maxPayloadBytes?: number
  readonly clock?: Clock
  /** Told what the core meets and cannot repair. Must not throw. */
  readonly onProblem?: (problem: QueueProblem) => void
}

/** A task in progress. It is the handle that done(), fail(), extend() and release() want. */
export interface FemtoTask {
  /** The original id, as push() returned it: the idempotency key. */
  readonly id: string
  readonly data: Uint8Array
  /** Which claim of this task this is, from 1. Claims by Python workers are not counted. */
  readonly attempt: number
  /** Fires when the lease is found to be lost. */
  readonly signal: AbortSignal
}

interface Lease {
  readonly task: FemtoTask
  name: string
  readonly originalUs: number
  readonly birthtimeMs: number
  readonly abort: AbortController
}

const DEFAULT_MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
const LATEST_US = 9e15

export class FemtoQueue {
  readonly dataDir: string
  readonly nodeId: string | null
  readonly #nodeDir: string
  readonly #pendingDir: string
  readonly #maxAttempts: number
  readonly #maxPayloadBytes: number
  readonly #syncAfterWrite: boolean
  readonly #clock: Clock
  readonly #shared: SharedClock
  readonly #store: TaskStore
  readonly #due: DueTasks
  readonly #takeover: Takeover
  readonly #onProblem: (problem: QueueProblem) => void
  readonly #leaveNode: () => void
  readonly #leases = new Map<FemtoTask, Lease>()
  readonly #reported = new Set<string>()
  #leftovers: string[] = []
  #waiting: string[] = []
  #nextWaiting = 0
  #closed = false

  /** Opens the queue, and makes it when asked to. Lists pending/ once. @throws TypeError, RangeError, FemtoQueueError. */
  constructor(options: FemtoQueueOptions) {
    const checked = checkOptions(options)
    this.nodeId = checked.nodeId
    this.#maxAttempts = checked.maxAttempts
    this.#maxPayloadBytes = checked.maxPayloadBytes
    this.#syncAfterWrite = checked.syncAfterWrite
    this.#clock = checked.clock
    this.#onProblem = checked.onProblem
    this.dataDir = prepareStateDirs(options.dataDir, checked.create)
    this.#pendingDir = `${this.dataDir}/pending`
    this.#nodeDir = `${this.dataDir}/${checked.nodeId ?? '.'}`
    this.#store = new TaskStore(this.dataDir, checked.syncAfterWrite)
    this.#due = new DueTasks(this.dataDir, checked.clock)
    this.#takeover = new Takeover(this.dataDir, checked.nodeId, checked.timeoutStaleMs, checked.clock)
    this.#leaveNode = checked.nodeId === null ? () => {} : this.#enterNode(checked.nodeId)
    try {
      this.#shared = new SharedClock(this.dataDir, checked.clock)
      this.#listPending()
      this.#waiting = []
    } catch (error) {
      this.#leaveNode()
      throw toQueueError(error, 'Opening the queue', { path: this.dataDir })
    }
  }

  /**
   * Stores a task behind all that waits and returns its id.
   * @param data The payload, up to `maxPayloadBytes`; a string is stored as UTF-8.
   * @throws TypeError, FemtoQueueError (nothing is stored, except for `state-unknown`).
   * A crash before it returns may leave the task stored or not. After it returned a process crash loses nothing; a power cut may lose
   * the task unless `syncAfterWrite` is on.
   */
  push(data: Uint8Array | string): string {
    this.#assertOpen()
    const payload = this.#checkPayload(data)
    const id = `${toStamp(this.#shared.nextUs())}_${randomHex()}`
    this.#store.publish('pending', id, payload)
    return id
  }

  /**
   * Stores a task that is not offered before `when`: a Date, or whole µs since 1970. A time in the past means now.
   * @throws as push(), and RangeError for a time that is negative, no whole number or beyond the year 2255.
   */
  schedule(data: Uint8Array | string, when: Date | number): string {
    this.#assertOpen()
    const payload = this.#checkPayload(data)
    const id = `${toStamp(checkWhen(when))}_${randomHex()}`
    this.#store.publish('scheduled', id, payload)
    this.#due.lookSoon()
    return id
  }

  /**
   * Claims the oldest waiting task, unfinished ones of this node first, and reads it. Null when nothing is ready.
   * @throws FemtoQueueError when the disk fails; a task just claimed is then offered again.
   * A crash after the claim leaves the task to this node's next start, or to other nodes.
   */
  pop(): FemtoTask | null {
    this.#assertOpen()
    this.#assertNode()
    try {
      this.#keepHouse()
      return this.#popLeftover() ?? this.#popWaiting()
    } catch (error) {
      throw toQueueError(error, 'Taking a task', { path: this.dataDir })
    }
  }

  /** Finishes a task. @throws FemtoQueueError `lease-lost` (somebody else has it now), `not-held`, or the disk's error. */
  done(task: FemtoTask): void {
    this.#finish(this.#leaseOf(task), 'done')
  }

  /**
   * Gives a task up and keeps why. `reason` may be an Error or anything that says why.
   * @throws as done(). When the reason cannot be written the task moves all the same, and the problem is reported.
   */
  fail(task: FemtoTask, reason?: unknown): void {
    const lease = this.#leaseOf(task)
    if (reason !== undefined) this.#keepReason(task.id, task.attempt, reason)
    this.#finish(lease, 'failed')
  }

  /** A sign of life: the lease counts from now. @throws as done(). */
  extend(task: FemtoTask): void {
    const lease = this.#leaseOf(task)
    const name = toStampedName(this.#shared.nextLeaseUs(), task.id, task.attempt, 'node')
    this.#moveLease(lease, `${this.#nodeDir}/${name}`, this.#nodeDir)
    lease.name = name
  }

  /** Puts a task back unfinished, behind all that waits unless `place` is 'front'. @throws as done(). */
  release(task: FemtoTask, options: { readonly place?: QueuePlace } = {}): void {
    const lease = this.#leaseOf(task)
    const parsed = parseTaskName(lease.name, 'node')
    if (parsed === null) throw new TypeError(`Not a task name: ${lease.name}`)
    const name = pendingName(this.dataDir, parsed, task.attempt, options.place ?? 'back', this.#shared)
    this.#moveLease(lease, `${this.#pendingDir}/${name}`, this.#pendingDir)
    this.#leases.delete(task)
  }

  /** Ends the use of this instance. Tasks still held stay where they are: the node's next start gets them first. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#shared.close()
    this.#leaveNode()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #enterNode(nodeId: string): () => void {
    const leave = holdNode(this.dataDir, nodeId)
    try {
      makeDir(this.#nodeDir)
      this.#leftovers = listTasks(this.#nodeDir).names
      return leave
    } catch (error) {
      leave()
      throw toQueueError(error, 'Opening the node', { path: this.#nodeDir })
    }
  }

  /** Moves what is due or abandoned into pending/. */
  #keepHouse(): void {
    for (const task of this.#due.findDue()) {
      // Our ids are nobody else's; a foreign one could be there already.
      const name = isOwnId(task.name)
        ? task.name
        : freeName(this.#pendingDir, task.name, () => this.#shared.nextUs())
      if (
        renameIfThere(
          `${this.dataDir}/scheduled/${task.name}`,
          `${this.#pendingDir}/${name}`,
          this.#pendingDir,
        )
      )
        this.#forgetListing()
    }
    for (const { node, task } of this.#takeover.findAbandoned(this.#shared)) {
      const name = pendingName(this.dataDir, task, task.attempts, 'back', this.#shared)
      renameIfThere(`${this.dataDir}/${node}/${task.name}`, `${this.#pendingDir}/${name}`, this.#pendingDir)
    }
  }

  #popLeftover(): FemtoTask | null {
    for (let name = this.#leftovers.shift(); name !== undefined; name = this.#leftovers.shift()) {
      const parsed = parseTaskName(name, 'node')
      const task = parsed && this.#claim(`${this.#nodeDir}/${name}`, parsed)
      if (task) return task
    }
    return null
  }

  #popWaiting(): FemtoTask | null {
    for (let listings = 0; ;) {
      for (
        let name = this.#waiting[this.#nextWaiting++];
        name !== undefined;
        name = this.#waiting[this.#nextWaiting++]
      ) {
        const parsed = parseTaskName(name)
        const task = parsed && this.#claim(`${this.#pendingDir}/${name}`, parsed)
        if (task) return task
      }
      if (listings++ === 2) return null
      this.#listPending()
      if (this.#waiting.length === 0) return null
    }
  }

  #forgetListing(): void {
    this.#waiting = []
    this.#nextWaiting = 0
  }

  #listPending(): void {
    const { names, foreign } = listTasks(this.#pendingDir)
    for (const name of foreign) {
      this.#reportOnce({
        kind: 'foreign-file',
        path: `${this.#pendingDir}/${name}`,
        consequence: 'It is left alone.',
      })
    }
    this.#waiting = names
    this.#nextWaiting = 0
    this.#followWaiting(names)
  }

  /** New ids lie above what waits, but for ids that are absurdly far ahead. */
  #followWaiting(names: readonly string[]): void {
    for (let i = names.length - 1; i >= 0; i--) {
      const name = names[i] ?? ''
      const stampUs = Number(name.slice(0, name.indexOf('_')))
      if (this.#shared.raiseAbove(stampUs)) return
      this.#reportOnce({
        kind: 'clock-ahead',
        path: `${this.#pendingDir}/${name}`,
        aheadUs: stampUs - this.#clock.wallUs(),
        consequence: 'It is offered in its order; new tasks go before it.',
      })
    }
  }

  /** Renames a task into our directory and reads it. Null: somebody else has it, or it is no task that can be worked on. */
  #claim(from: string, parsed: ParsedTaskName): FemtoTask | null {
    const inNode = from.startsWith(`${this.#nodeDir}/`)
    const attempt = parsed.attempts + 1
    const name = toStampedName(this.#shared.nextLeaseUs(), parsed.originalId, attempt, 'node')
    const path = `${this.#nodeDir}/${name}`
    try {
      if (!renameIfThere(from, path, this.#nodeDir)) return null
    } catch (error) {
      if (!isOneFilesFault(error)) throw error
      this.#report({
        kind: 'unreadable-task',
        path: from,
        taskId: parsed.originalId,
        cause: error,
        consequence: 'It is left where it is.',
      })
      return null
    }
    const claimsBefore = inNode ? attempt - 1 : parsed.attempts
    if (this.#maxAttempts > 0 && claimsBefore >= this.#maxAttempts) {
      this.#giveUp(
        {
          kind: 'attempts-spent',
          path,
          taskId: parsed.originalId,
          attempts: claimsBefore,
          consequence: MOVED_TO_FAILED,
        },
        name,
        parsed,
        attempt,
      )
      return null
    }
    return this.#readClaimed(path, name, parsed, attempt)
  }

  #readClaimed(path: string, name: string, parsed: ParsedTaskName, attempt: number): FemtoTask | null {
    let read
    try {
      read = this.#store.read(path, this.#maxPayloadBytes)
    } catch (error) {
      const code = errnoOrNull(error)
      if (code === 'ENOENT') return null
      if (code === 'ELOOP' || code === 'ENXIO') read = { kind: 'not-regular' as const }
      else {
        this.#leftovers.push(name)
        throw error
      }
    }
    if (read.kind === 'ok') {
      const abort = new AbortController()
      const task: FemtoTask = { id: parsed.originalId, data: read.payload, attempt, signal: abort.signal }
      this.#leases.set(task, {
        task,
        name,
        originalUs: parsed.originalUs,
        birthtimeMs: read.birthtimeMs,
        abort,
      })
      return task
    }
    const about = { path, taskId: parsed.originalId, consequence: MOVED_TO_FAILED }
    this.#giveUp(
      read.kind === 'too-large'
        ? { kind: 'oversized-task', bytes: read.bytes, ...about }
        : { kind: 'corrupt-task', fault: read.kind, ...about },
      name,
      parsed,
      attempt,
    )
    return null
  }

  /** The core's own verdict: reason, failed/, report. */
  #giveUp(problem: QueueProblem, name: string, parsed: ParsedTaskName, attempt: number): void {
    this.#keepReason(parsed.originalId, attempt, new VerdictError(problem))
    const target = freeName(`${this.dataDir}/failed`, parsed.originalId, () => this.#shared.nextUs())
    renameIfThere(`${this.#nodeDir}/${name}`, `${this.dataDir}/failed/${target}`, `${this.dataDir}/failed`)
    this.#report(problem)
  }

  #finish(lease: Lease, state: 'done' | 'failed'): void {
    const dir = `${this.dataDir}/${state}`
    const { id } = lease.task
    const isFree = isBornWithItsId(id, lease.originalUs, lease.birthtimeMs)
    const name = isFree ? id : freeName(dir, id, () => this.#shared.nextUs())
    this.#moveLease(lease, `${dir}/${name}`, dir)
    this.#leases.delete(lease.task)
    if (this.#syncAfterWrite) this.#store.syncState(state, id)
  }

  #moveLease(lease: Lease, to: string, targetDir: string): void {
    const path = `${this.#nodeDir}/${lease.name}`
    const { id } = lease.task
    try {
      if (renameIfThere(path, to, targetDir)) return
    } catch (error) {
      throw toQueueError(error, 'Moving the task', { path, taskId: id, state: 'old' })
    }
    this.#leases.delete(lease.task)
    const lost = new FemtoQueueError(
      'lease-lost',
      `The lease of task ${id} is lost: it was taken over, released or finished elsewhere. Nothing was changed`,
      { path, taskId: id },
    )
    lease.abort.abort(lost)
    throw lost
  }

  #leaseOf(task: FemtoTask): Lease {
    this.#assertOpen()
    const lease = this.#leases.get(task)
    if (lease !== undefined) return lease
    if (typeof task !== 'object' || task === null || typeof task.id !== 'string') {
      throw new TypeError(`Expected a task that pop() returned, got ${task === null ? 'null' : typeof task}`)
    }
    throw new FemtoQueueError(
      'not-held',
      `This queue instance does not hold task ${task.id}: it was finished or released, or belongs to another instance`,
      { taskId: task.id },
    )
  }

  #keepReason(taskId: string, attempt: number, reason: unknown): void {
    const where = { failedAtUs: this.#clock.wallUs(), node: this.nodeId, attempt }
    try {
      appendFailedAttempt(this.dataDir, taskId, toFailedAttempt(reason, where), this.#syncAfterWrite)
    } catch (error) {
      this.#report({
        kind: 'io-error',
        path: `${this.dataDir}/failed/.meta`,
        cause: error,
        consequence: 'The reason of the failure is not kept.',
      })
    }
  }

  #report(problem: QueueProblem): void {
    this.#onProblem(problem)
  }

  #reportOnce(problem: QueueProblem): void {
    if (this.#reported.has(problem.path)) return
    this.#reported.add(problem.path)
    this.#report(problem)
  }

  #checkPayload(data: Uint8Array | string): Uint8Array {
    const payload = typeof data === 'string' ? Buffer.from(data) : data
    if (!(payload instanceof Uint8Array))
      throw new TypeError(
        `data must be a Uint8Array or a string, got ${data === null ? 'null' : typeof data}`,
      )
    if (payload.length > this.#maxPayloadBytes) {
      throw new FemtoQueueError(
        'too-large',
        `The payload has ${payload.length} bytes; at most ${this.#maxPayloadBytes} are allowed`,
      )
    }
    return payload
  }

  #assertOpen(): void {
    if (this.#closed) throw new FemtoQueueError('closed', 'This queue was closed', { path: this.dataDir })
  }

  #assertNode(): void {
    if (this.nodeId === null) throw new TypeError('pop() needs a nodeId: this queue was opened to push only')
  }
}

const MOVED_TO_FAILED = 'It was moved to failed/ with the reason.'

class VerdictError extends Error {
  override readonly name = 'FemtoQueue'
  constructor(problem: QueueProblem) {
    super(describeVerdict(problem))
    delete this.stack
  }
}

function describeVerdict(problem: QueueProblem): string {
  if (problem.kind === 'corrupt-task') return `The task is corrupt: ${problem.fault}`
  if (problem.kind === 'oversized-task') return `The task is too large: ${problem.bytes} bytes`
  if (problem.kind === 'attempts-spent')
    return `The task was claimed ${problem.attempts} times without an end`
  return problem.kind
}

/** Errors that are about one file, not about the disk or the directories. */
function isOneFilesFault(error: unknown): boolean {
  const code = errnoOrNull(error)
  return (
    code === 'ENAMETOOLONG' ||
    code === 'EPERM' ||
    code === 'EACCES' ||
    code === 'EISDIR' ||
    code === 'ENOTDIR'
  )
}

function checkOptions(options: FemtoQueueOptions) {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`Expected options, got ${String(options)}`)
  const {
    dataDir,
    nodeId,
    clock = systemClock,
    onProblem = () => {},
    create = true,
    syncAfterWrite = false,
  } = options
  if (typeof dataDir !== 'string' || dataDir === '' || dataDir.includes('\0'))
    throw new TypeError(`dataDir must be a path, got ${JSON.stringify(dataDir) ?? String(dataDir)}`)
  if (nodeId !== undefined) assertNodeId(nodeId)
  return {
    nodeId: nodeId ?? null,
    clock,
    onProblem,
    create: checkBoolean('create', create),
    syncAfterWrite: checkBoolean('syncAfterWrite', syncAfterWrite),
    timeoutStaleMs: checkWhole('timeoutStaleMs', options.timeoutStaleMs ?? 30_000, 1, 2 ** 31 - 1),
    maxAttempts: checkWhole('maxAttempts', options.maxAttempts ?? 25, 0, 999_999_999),
    maxPayloadBytes: checkWhole(
      'maxPayloadBytes',
      options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES,
      0,
      2 ** 31 - 1,
    ),
  }
}

function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, got ${String(value)}`)
  return value
}

function checkWhole(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, got ${typeof value}`)
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}, got ${value}`)
  return value
}

function checkWhen(when: unknown): number {
  if (when instanceof Date) return checkWhole('when (in µs)', when.getTime() * 1000, 0, LATEST_US)
  return checkWhole('when (in µs)', when, 0, LATEST_US)
}
