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
import { SharedClock, type Clock } from './clock.ts'
import { listTasks } from './dir-listing.ts'
import { errnoOrNull, FemtoQueueError, toQueueError } from './errors.ts'
import { appendFailedAttempt, toFailedAttempt } from './failure-reason.ts'
import { Housekeeping } from './housekeeping.ts'
import { Lease, type FemtoTask } from './lease.ts'
import { holdNode, type HeldNode } from './node-record.ts'
import { checkOptions, checkPayload, checkWhen, type FemtoQueueOptions } from './options.ts'
import { describeVerdict, ProblemReporter, type TaskVerdict } from './problems.ts'
import { randomHex } from './random-hex.ts'
import { makeDir, prepareStateDirs } from './state-dirs.ts'
import { freeName, isBornWithItsId, pendingName, renameIfThere, type QueuePlace } from './state-moves.ts'
import { parseTaskName, toStamp, toStampedName, type ParsedTaskName } from './task-id.ts'
import { TaskStore } from './task-store.ts'
import { WaitingList } from './waiting-list.ts'
import { iterateTasks, runWorker, type TasksOptions, type WorkerHost, type WorkOptions } from './worker.ts'

/** Tasks that one pop() passes over (taken by others, corrupt) before it gives up for now. */
const MAX_TRIES_PER_POP = 1000
/** A listing is used for this many times as long as it took to make, and at least for MIN_LISTING_AGE_US. */
const LISTING_AGE_FACTOR = 50
const MIN_LISTING_AGE_US = 250_000

export class FemtoQueue {
  readonly dataDir: string
  readonly nodeId: string | null
  readonly #nodeDir: string
  readonly #pendingDir: string
  readonly #options: ReturnType<typeof checkOptions>
  readonly #clock: Clock
  readonly #shared: SharedClock
  readonly #store: TaskStore
  readonly #problems: ProblemReporter
  readonly #housekeeping: Housekeeping
  readonly #node: HeldNode | null
  readonly #held = new Set<Lease>()
  readonly #waiting: WaitingList
  #listAgainUs = Number.NEGATIVE_INFINITY
  #leftovers: string[] = []
  #moreToTry = false
  #closed = false

  /** Opens the queue, and makes it when asked to. Lists pending/ once. @throws TypeError, RangeError, FemtoQueueError. */
  constructor(options: FemtoQueueOptions) {
    const checked = checkOptions(options)
    this.#options = checked
    this.nodeId = checked.nodeId
    this.#clock = checked.clock
    this.#problems = new ProblemReporter(checked.onProblem)
    this.dataDir = prepareStateDirs(checked.dataDir, checked)
    this.#pendingDir = `${this.dataDir}/pending`
    this.#nodeDir = `${this.dataDir}/${checked.nodeId ?? '.'}`
    this.#store = new TaskStore(this.dataDir, checked.syncAfterWrite)
    this.#waiting = new WaitingList(this.#pendingDir)
    this.#node = checked.nodeId === null ? null : this.#enterNode(checked.nodeId)
    let shared: SharedClock | null = null
    try {
      shared = new SharedClock(this.dataDir, checked.clock)
      this.#shared = shared
      this.#followWaiting(listTasks(this.#pendingDir).names)
    } catch (error) {
      shared?.close()
      this.#node?.leave()
      throw toQueueError(error, 'Opening the queue', { path: this.dataDir })
    }
    const { clock, timeoutStaleMs } = checked
    this.#housekeeping = new Housekeeping({
      dataDir: this.dataDir,
      ownNode: checked.nodeId,
      timeoutStaleMs,
      clock,
      shared,
      problems: this.#problems,
      touchNode: () => this.#node?.touch(),
    })
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
    const payload = this.#checkSize(checkPayload(data))
    try {
      const id = `${toStamp(this.#shared.nextUs())}_${randomHex()}`
      this.#store.publish('pending', id, payload)
      return id
    } catch (error) {
      throw toQueueError(error, 'Storing the task', { path: this.#pendingDir, state: 'absent' })
    }
  }

  /**
   * Stores a task that is not offered before `when`: a Date, or whole µs since 1970. A time in the past means now.
   * @throws as push(), and RangeError for a time that is negative, no whole number or beyond the year 2255.
   */
  schedule(data: Uint8Array | string, when: Date | number): string {
    this.#assertOpen()
    const payload = this.#checkSize(checkPayload(data))
    const id = `${toStamp(checkWhen(when))}_${randomHex()}`
    this.#store.publish('scheduled', id, payload)
    this.#housekeeping.lookAtScheduledSoon()
    return id
  }

  /**
   * Claims the oldest waiting task, unfinished ones of this node first, and reads it. Null when nothing is ready, or when it met
   * too much that it could not hand out: then `moreToTry` is true.
   * @throws FemtoQueueError when the disk fails; a task just claimed is then offered again by the next pop().
   * A crash after the claim leaves the task to this node's next start, or to other nodes.
   */
  pop(): FemtoTask | null {
    this.#assertOpen()
    if (this.nodeId === null) throw new TypeError('pop() needs a nodeId: this queue was opened to push only')
    this.#moreToTry = false
    try {
      if (this.#housekeeping.run()) this.#listAgainUs = Number.NEGATIVE_INFINITY
      return this.#popNext()
    } catch (error) {
      throw toQueueError(error, 'Taking a task', { path: this.dataDir })
    }
  }

  /** True when the last pop() gave null without having looked at everything: call it again. */
  get moreToTry(): boolean {
    return this.#moreToTry
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
    if (reason !== undefined && this.#isStillOurs(lease)) this.#keepReason(task.id, task.attempt, reason)
    this.#finish(lease, 'failed')
  }

  /** A sign of life: the lease counts from now. @throws as done(). */
  extend(task: FemtoTask): void {
    const lease = this.#leaseOf(task)
    this.#moveLease(lease, this.#nodeDir, () =>
      toStampedName(this.#shared.nextLeaseUs(), task.id, task.attempt, 'node'),
    )
    this.#housekeeping.touchNode()
  }

  /** Puts a task back unfinished, behind all that waits unless `place` is 'front'. @throws as done(). */
  release(task: FemtoTask, options: { readonly place?: QueuePlace } = {}): void {
    const lease = this.#leaseOf(task)
    const { place = 'back' } = options
    const identity = { originalId: task.id, originalUs: lease.originalUs }
    this.#moveLease(lease, this.#pendingDir, () =>
      pendingName(this.dataDir, identity, task.attempt, place, this.#shared),
    )
    this.#held.delete(lease)
    if (place === 'front') this.#listAgainUs = Number.NEGATIVE_INFINITY
  }

  /**
   * Hands tasks to `handler` until `signal` aborts: done() when it returns, fail() with what it throws. Sends signs of life for what is
   * being worked on, waits for new tasks by watching the directory. Resolves when everything that was started has ended.
   * @throws (rejects) TypeError, RangeError; FemtoQueueError `closed` or `not-a-queue`. Other errors of the disk are reported and waited out.
   * A handler that blocks the event loop for longer than the timeout loses its task to others.
   */
  async work(handler: (task: FemtoTask) => unknown, options: WorkOptions = {}): Promise<void> {
    await runWorker(this.#workerHost(), handler, options)
  }

  /** The tasks as they come, until `signal` aborts. Sends signs of life until done(), fail() or release() ends each. */
  tasks(options: TasksOptions = {}): AsyncGenerator<FemtoTask, void, void> {
    return iterateTasks(this.#workerHost(), options)
  }

  /** Ends the use of this instance. Tasks still held stay where they are: the node's next start gets them first. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#shared.close()
    this.#node?.leave()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #enterNode(nodeId: string): HeldNode {
    let held: HeldNode
    try {
      held = holdNode(this.dataDir, nodeId, this.#options.timeoutStaleMs)
    } catch (error) {
      if (error instanceof FemtoQueueError && error.code === 'node-in-use') {
        this.#problems.report({
          kind: 'node-in-use',
          node: nodeId,
          path: this.#nodeDir,
          consequence: 'Opening was refused.',
        })
      }
      throw toQueueError(error, 'Opening the node', { path: this.#nodeDir })
    }
    try {
      makeDir(this.#nodeDir)
      const { names, foreign } = listTasks(this.#nodeDir)
      this.#problems.reportForeign(this.#nodeDir, foreign)
      this.#leftovers = names
      return held
    } catch (error) {
      held.leave()
      throw toQueueError(error, 'Opening the node', { path: this.#nodeDir })
    }
  }

  #popNext(): FemtoTask | null {
    let listings = 0
    for (let tries = 0; tries < MAX_TRIES_PER_POP; tries++) {
      const leftover = this.#leftovers.shift()
      if (leftover !== undefined) {
        const task = this.#claim(leftover, 'node', this.#shared.nextLeaseUs())
        if (task !== null) return task
        continue
      }
      if (this.#clock.monotonicUs() >= this.#listAgainUs) this.#listPending()
      // The stamp first: what lies between the look at a name and its claim is the time to lose it in.
      const leaseUs = this.#shared.nextLeaseUs()
      const name = this.#waiting.nextOrNull()
      if (name !== null) {
        const task = this.#claim(name, 'waiting', leaseUs)
        if (task !== null) return task
      } else {
        if (listings++ > 0) return null
        this.#listPending()
      }
    }
    this.#moreToTry = true
    return null
  }

  #listPending(): void {
    const startUs = this.#clock.monotonicUs()
    // Two listings at once would be twice the memory: a million names are 100 MB.
    this.#waiting.load([])
    const { names, foreign } = listTasks(this.#pendingDir)
    this.#problems.reportForeign(this.#pendingDir, foreign)
    this.#waiting.load(names)
    this.#followWaiting(names)
    const endUs = this.#clock.monotonicUs()
    this.#listAgainUs = endUs + Math.max(MIN_LISTING_AGE_US, LISTING_AGE_FACTOR * (endUs - startUs))
  }

  /** New ids lie above what waits, but for ids that are absurdly far ahead. */
  #followWaiting(names: readonly string[]): void {
    for (let i = names.length - 1; i >= 0; i--) {
      const name = names[i] ?? ''
      const stampUs = Number(name.slice(0, name.indexOf('_')))
      if (this.#shared.raiseAbove(stampUs)) return
      this.#problems.reportOnce({
        kind: 'clock-ahead',
        path: `${this.#pendingDir}/${name}`,
        aheadUs: stampUs - this.#clock.wallUs(),
        consequence: 'It is offered in its order; new tasks go before it.',
      })
    }
  }

  /** Renames a task into our directory and reads it. Null: somebody else has it, or it is none that can be worked on. */
  #claim(fileName: string, place: 'waiting' | 'node', leaseUs: number): FemtoTask | null {
    const parsed = parseTaskName(fileName, place)
    if (parsed === null) return null
    const from = `${place === 'node' ? this.#nodeDir : this.#pendingDir}/${fileName}`
    const name = toStampedName(leaseUs, parsed.originalId, parsed.attempts + 1, 'node')
    try {
      if (!renameIfThere(from, `${this.#nodeDir}/${name}`, this.#nodeDir)) {
        this.#waiting.wasTaken()
        return null
      }
    } catch (error) {
      // EACCES is about a directory here: then no task can be claimed, and the caller must know.
      if (!isOneFilesFault(error) || errnoOrNull(error) === 'EACCES') throw error
      this.#reportUnreadable(from, parsed.originalId, error, 'It is left where it is.')
      return null
    }
    const { maxAttempts } = this.#options
    if (maxAttempts === 0 || parsed.attempts < maxAttempts) return this.#readClaimed(name, parsed)
    this.#giveUp(
      { kind: 'attempts-spent', taskId: parsed.originalId, attempts: parsed.attempts },
      name,
      parsed,
    )
    return null
  }

  #readClaimed(name: string, parsed: ParsedTaskName): FemtoTask | null {
    const path = `${this.#nodeDir}/${name}`
    const taskId = parsed.originalId
    try {
      const read = this.#store.read(path, this.#options.maxPayloadBytes)
      if (read.kind === 'ok') {
        const { payload: data, birthtimeMs } = read
        const lease = new Lease({
          id: taskId,
          data,
          attempt: parsed.attempts + 1,
          originalUs: parsed.originalUs,
          birthtimeMs,
          name,
        })
        this.#held.add(lease)
        return lease
      }
      const isTooLarge = read.kind === 'too-large'
      this.#giveUp(
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
      this.#leftovers.unshift(name)
      throw error
    }
  }

  #reportUnreadable(path: string, taskId: string, cause: unknown, consequence: string): void {
    this.#problems.reportOnce({ kind: 'unreadable-task', path, taskId, cause, consequence })
  }

  /** The core's own verdict: reason, failed/, report. */
  #giveUp(verdict: TaskVerdict, name: string, parsed: ParsedTaskName): void {
    this.#keepReason(parsed.originalId, parsed.attempts + 1, {
      name: 'FemtoQueue',
      message: describeVerdict(verdict),
    })
    const failedDir = `${this.dataDir}/failed`
    const target = freeName(failedDir, parsed.originalId, () => this.#shared.nextUs())
    renameIfThere(`${this.#nodeDir}/${name}`, `${failedDir}/${target}`, failedDir)
    this.#problems.report({
      ...verdict,
      path: `${failedDir}/${target}`,
      consequence: 'It was moved to failed/ with the reason.',
    })
  }

  #finish(lease: Lease, state: 'done' | 'failed'): void {
    const dir = `${this.dataDir}/${state}`
    const isFree = isBornWithItsId(lease.id, lease.originalUs, lease.birthtimeMs)
    this.#moveLease(lease, dir, () =>
      isFree ? lease.id : freeName(dir, lease.id, () => this.#shared.nextUs()),
    )
    this.#held.delete(lease)
    if (this.#options.syncAfterWrite) this.#store.syncState(state, lease.id)
  }

  #moveLease(lease: Lease, targetDir: string, toName: () => string): void {
    const path = `${this.#nodeDir}/${lease.name}`
    let isThere: boolean
    try {
      const name = toName()
      isThere = renameIfThere(path, `${targetDir}/${name}`, targetDir)
      if (isThere) lease.name = name
    } catch (error) {
      throw toQueueError(error, 'Moving the task', { path, taskId: lease.id, state: 'old' })
    }
    if (!isThere) throw this.#loseLease(lease)
  }

  /** Asked before a reason is written: what somebody else now works on must not get a failure of ours. */
  #isStillOurs(lease: Lease): boolean {
    return fs.existsSync(`${this.#nodeDir}/${lease.name}`)
  }

  #loseLease(lease: Lease): FemtoQueueError {
    this.#held.delete(lease)
    const what = `The lease of task ${lease.id} is lost: it was taken over, released or finished elsewhere. Nothing was changed`
    const lost = new FemtoQueueError('lease-lost', what, {
      path: `${this.#nodeDir}/${lease.name}`,
      taskId: lease.id,
    })
    lease.lose(lost)
    return lost
  }

  #leaseOf(task: FemtoTask): Lease {
    this.#assertOpen()
    if (!(task instanceof Lease))
      throw new TypeError(`Expected a task that pop() returned, got ${task === null ? 'null' : typeof task}`)
    if (this.#held.has(task)) return task
    const what = `This queue instance does not hold task ${task.id}: it was finished, released or lost, or belongs to another instance`
    throw new FemtoQueueError('not-held', what, { taskId: task.id })
  }

  #keepReason(taskId: string, attempt: number, reason: unknown): void {
    const where = { failedAtUs: this.#clock.wallUs(), node: this.nodeId, attempt }
    try {
      appendFailedAttempt(this.dataDir, taskId, toFailedAttempt(reason, where), this.#options.syncAfterWrite)
    } catch (cause) {
      this.#problems.report({
        kind: 'io-error',
        path: `${this.dataDir}/failed/.meta`,
        cause,
        consequence: 'The reason of a failure is not kept.',
      })
    }
  }

  #workerHost(): WorkerHost {
    if (this.nodeId === null)
      throw new TypeError('work() and tasks() need a nodeId: this queue was opened to push only')
    return {
      queue: this,
      problems: this.#problems,
      watchDirs: [this.#pendingDir, `${this.dataDir}/scheduled`],
      heartbeatMs: this.#options.timeoutStaleMs / 4,
      dueInMs: () => this.#housekeeping.dueInMs,
      lookAgain: () => this.#housekeeping.lookAtScheduledSoon(),
      isHeld: (task) => task instanceof Lease && this.#held.has(task),
      isClosed: () => this.#closed,
    }
  }

  #checkSize(payload: Uint8Array): Uint8Array {
    const { maxPayloadBytes } = this.#options
    if (payload.length <= maxPayloadBytes) return payload
    throw new FemtoQueueError(
      'too-large',
      `The payload has ${payload.length} bytes; at most ${maxPayloadBytes} are allowed`,
    )
  }

  #assertOpen(): void {
    if (this.#closed) throw new FemtoQueueError('closed', 'This queue was closed', { path: this.dataDir })
  }
}

/** Errors that are about one file, not about the disk or the directories. */
function isOneFilesFault(error: unknown): boolean {
  return ['ENAMETOOLONG', 'EPERM', 'EACCES', 'EISDIR', 'ENOTDIR'].includes(errnoOrNull(error) ?? '')
}
