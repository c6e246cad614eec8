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
import { SharedClock } from './clock.ts'
import { Claims } from './claims.ts'
import { listTasks } from './dir-listing.ts'
import { FemtoQueueError, toQueueError } from './errors.ts'
import { HeldTasks } from './held-tasks.ts'
import { Housekeeping } from './housekeeping.ts'
import type { FemtoTask } from './lease.ts'
import { holdNode, type HeldNode } from './node-record.ts'
import { checkOptions, checkPayload, checkWhen, type FemtoQueueOptions } from './options.ts'
import { ProblemReporter } from './problems.ts'
import type { QueueContext } from './queue-context.ts'
import { randomHex } from './random-hex.ts'
import { prepareNodeDir, prepareStateDirs } from './state-dirs.ts'
import { checkPlace, type QueuePlace } from './state-moves.ts'
import { toStamp } from './task-id.ts'
import { TaskStore } from './task-store.ts'
import { followWaiting } from './waiting-list.ts'
import { iterateTasks, runWorker, type TasksOptions, type WorkerHost, type WorkOptions } from './worker.ts'

/** What only an instance with a node id has. */
interface NodeParts {
  readonly record: HeldNode
  readonly held: HeldTasks
  readonly claims: Claims
  readonly housekeeping: Housekeeping
}

export class FemtoQueue {
  readonly #context: QueueContext
  /** Null for an instance that only pushes. */
  readonly #node: NodeParts | null
  #closed = false

  /**
   * Opens the queue, and makes it when asked to. Lists pending/ once, so that new ids lie above what waits.
   * @throws TypeError, RangeError, FemtoQueueError.
   */
  constructor(options: FemtoQueueOptions) {
    const { nodeId, ...checked } = checkOptions(options)
    const problems = new ProblemReporter(checked.onProblem)
    const dataDir = prepareStateDirs(checked.dataDir, checked)
    const record = nodeId === null ? null : enterNode(dataDir, nodeId, checked.timeoutStaleMs, problems)
    let shared: SharedClock | null = null
    try {
      shared = new SharedClock(dataDir, checked.clock)
      const store = new TaskStore(dataDir, checked.syncAfterWrite)
      const pendingDir = `${dataDir}/pending`
      this.#context = { ...checked, dataDir, pendingDir, nodeId, shared, store, problems }
      this.#node = record === null ? null : makeNodeParts(this.#context, record)
      if (record === null) followWaiting(this.#context)
    } catch (error) {
      shared?.close()
      record?.leave()
      throw toQueueError(error, 'Opening the queue', { path: dataDir })
    }
  }

  /** Absolute path. */
  get dataDir(): string {
    return this.#context.dataDir
  }

  /** Null for an instance that only pushes. */
  get nodeId(): string | null {
    return this.#context.nodeId
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
    const { shared, store, pendingDir } = this.#context
    try {
      const id = `${toStamp(shared.nextUs())}_${randomHex()}`
      store.publish('pending', id, payload)
      return id
    } catch (error) {
      throw toQueueError(error, 'Storing the task', { path: pendingDir, state: 'absent' })
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
    this.#context.store.publish('scheduled', id, payload)
    this.#node?.housekeeping.lookAtScheduledSoon()
    return id
  }

  /**
   * Claims the oldest waiting task, unfinished ones of this node first, and reads it. Null when nothing is ready, or when it met
   * too much that it could not hand out: then `moreToTry` is true.
   * @throws FemtoQueueError when the disk fails; a task just claimed is then offered again by the next pop().
   * A crash after the claim leaves the task to this node's next start, or to other nodes.
   */
  pop(): FemtoTask | null {
    const { housekeeping, claims } = this.#nodeParts('pop()')
    try {
      const nowUs = this.#context.clock.monotonicUs()
      if (housekeeping.run(nowUs)) claims.listAgain()
      return claims.next(nowUs)
    } catch (error) {
      throw toQueueError(error, 'Taking a task', { path: this.dataDir })
    }
  }

  /** True when the last pop() gave null without having looked at everything: call it again. */
  get moreToTry(): boolean {
    return this.#node?.claims.moreToTry ?? false
  }

  /** Finishes a task. @throws FemtoQueueError `lease-lost` (somebody else has it now), `not-held`, or the disk's error. */
  done(task: FemtoTask): void {
    const { held } = this.#nodeParts('done()')
    held.finish(held.leaseOf(task), 'done')
  }

  /**
   * Gives a task up and keeps why. `reason` may be an Error or anything that says why.
   * @throws as done(). When the reason cannot be written the task moves all the same, and the problem is reported.
   */
  fail(task: FemtoTask, reason?: unknown): void {
    const { held } = this.#nodeParts('fail()')
    const lease = held.leaseOf(task)
    if (reason !== undefined && held.isStillOurs(lease)) held.keepReason(task.id, task.attempt, reason)
    held.finish(lease, 'failed')
  }

  /** A sign of life: the lease counts from now. @throws as done(). */
  extend(task: FemtoTask): void {
    const { held, housekeeping } = this.#nodeParts('extend()')
    held.extend(held.leaseOf(task))
    housekeeping.touchNode(this.#context.clock.monotonicUs())
  }

  /** Puts a task back unfinished, behind all that waits unless `place` is 'front'. @throws TypeError, and as done(). */
  release(task: FemtoTask, options: { readonly place?: QueuePlace } = {}): void {
    const { held, claims } = this.#nodeParts('release()')
    const place = checkPlace(options.place ?? 'back')
    held.release(held.leaseOf(task), place)
    if (place === 'front') claims.listAgain()
  }

  /**
   * Hands tasks to `handler` until `signal` aborts: done() when it returns, fail() with what it throws. Sends signs of life for what is
   * being worked on, waits for new tasks by watching the directory. Resolves when everything that was started has ended.
   * @throws (rejects) TypeError, RangeError; FemtoQueueError `closed` or `not-a-queue`. Other errors of the disk are reported and waited out.
   * A handler that blocks the event loop for longer than the timeout loses its task to others.
   */
  async work(handler: (task: FemtoTask) => unknown, options: WorkOptions = {}): Promise<void> {
    await runWorker(this.#workerHost('work()'), handler, options)
  }

  /** The tasks as they come, until `signal` aborts. Sends signs of life until done(), fail() or release() ends each. */
  tasks(options: TasksOptions = {}): AsyncGenerator<FemtoTask, void, void> {
    return iterateTasks(this.#workerHost('tasks()'), options)
  }

  /** Ends the use of this instance. Tasks still held stay where they are: the node's next start gets them first. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#context.shared.close()
    this.#node?.record.leave()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #workerHost(caller: string): WorkerHost {
    const { held, housekeeping } = this.#nodeParts(caller)
    const { pendingDir, problems, timeoutStaleMs } = this.#context
    return {
      queue: this,
      problems,
      watchDirs: [pendingDir, `${this.dataDir}/scheduled`],
      heartbeatMs: timeoutStaleMs / 4,
      dueInMs: () => housekeeping.dueInMs,
      lookAgain: () => housekeeping.lookAtScheduledSoon(),
      isHeld: (task) => held.holds(task),
      isClosed: () => this.#closed,
    }
  }

  /** @throws FemtoQueueError `closed`, TypeError without a node id. */
  #nodeParts(caller: string): NodeParts {
    this.#assertOpen()
    if (this.#node !== null) return this.#node
    throw new TypeError(`${caller} needs a nodeId: this queue was opened to push only`)
  }

  #checkSize(payload: Uint8Array): Uint8Array {
    const { maxPayloadBytes } = this.#context
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

function enterNode(
  dataDir: string,
  nodeId: string,
  timeoutStaleMs: number,
  problems: ProblemReporter,
): HeldNode {
  const path = `${dataDir}/${nodeId}`
  try {
    return holdNode(dataDir, nodeId, timeoutStaleMs)
  } catch (error) {
    if (error instanceof FemtoQueueError && error.code === 'node-in-use')
      problems.report({ kind: 'node-in-use', node: nodeId, path, consequence: 'Opening was refused.' })
    throw toQueueError(error, 'Opening the node', { path })
  }
}

function makeNodeParts(context: QueueContext, record: HeldNode): NodeParts {
  const nodeDir = prepareNodeDir(context.dataDir, context.nodeId ?? '')
  const { names, foreign } = listTasks(nodeDir)
  context.problems.reportForeign(nodeDir, foreign)
  const held = new HeldTasks(context, nodeDir)
  const claims = new Claims(context, nodeDir, names, held)
  return { record, held, claims, housekeeping: new Housekeeping(context, () => record.touch()) }
}
