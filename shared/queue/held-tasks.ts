/** The tasks that this instance holds: the signs of life for them, the ends of them, and the loss of a lease. */
import fs from 'node:fs'
import { FemtoQueueError, toQueueError } from './errors.ts'
import { appendFailedAttempt, toFailedAttempt } from './failure-reason.ts'
import { Lease, type FemtoTask } from './lease.ts'
import { describeVerdict, type TaskVerdict } from './problems.ts'
import type { QueueContext } from './queue-context.ts'
import { renameIfThere, type TargetName } from './rename.ts'
import { freeName, isBornWithItsId, pendingName, type QueuePlace } from './state-moves.ts'
import { toStampedName } from './task-id.ts'

export class HeldTasks {
  readonly #context: QueueContext
  readonly #nodeDir: string

  constructor(context: QueueContext, nodeDir: string) {
    this.#context = context
    this.#nodeDir = nodeDir
  }

  holds(task: FemtoTask): boolean {
    return task instanceof Lease && task.holder === this && task.lost === null
  }

  /** @throws TypeError for what pop() never returned, FemtoQueueError `lease-lost` or `not-held`. */
  leaseOf(task: FemtoTask): Lease {
    if (!(task instanceof Lease))
      throw new TypeError(`Expected a task that pop() returned, got ${task === null ? 'null' : typeof task}`)
    if (task.holder === this) {
      if (task.lost !== null) throw task.lost
      return task
    }
    const what = `This queue instance does not hold task ${task.id}: it was finished or released, or belongs to another instance`
    throw new FemtoQueueError('not-held', what, { taskId: task.id })
  }

  finish(lease: Lease, state: 'done' | 'failed'): void {
    const { dataDir, shared, store, syncAfterWrite } = this.#context
    const dir = `${dataDir}/${state}`
    const isFree = isBornWithItsId(lease.id, lease.originalUs, lease.birthtimeMs)
    this.#move(lease, dir, 'shared', () =>
      isFree ? lease.id : freeName(dir, lease.id, () => shared.nextUs()),
    )
    lease.holder = null
    if (syncAfterWrite) store.syncState(state, lease.id)
  }

  /** Writes why a task fails. A reason that cannot be written is reported: the task fails all the same. */
  keepReason(taskId: string, attempt: number, reason: unknown): void {
    const { dataDir, nodeId, clock, syncAfterWrite, problems } = this.#context
    const where = { failedAtUs: clock.wallUs(), node: nodeId, attempt }
    try {
      appendFailedAttempt(dataDir, taskId, toFailedAttempt(reason, where), syncAfterWrite)
    } catch (cause) {
      const consequence = 'The reason of a failure is not kept.'
      problems.report({ kind: 'io-error', path: `${dataDir}/failed/.meta`, cause, consequence })
    }
  }

  /** Asked before a reason is written: what somebody else now works on must not get a failure of ours. */
  isStillOurs(lease: Lease): boolean {
    return fs.existsSync(`${this.#nodeDir}/${lease.name}`)
  }

  extend(lease: Lease): void {
    const { shared } = this.#context
    this.#move(lease, this.#nodeDir, 'unique', () =>
      toStampedName(shared.nextLeaseUs(), lease.id, lease.attempt, 'node'),
    )
  }

  release(lease: Lease, place: QueuePlace): void {
    const { dataDir, pendingDir, shared } = this.#context
    const identity = { originalId: lease.id, originalUs: lease.originalUs }
    this.#move(lease, pendingDir, 'shared', () =>
      pendingName(dataDir, identity, lease.attempt, place, shared),
    )
    lease.holder = null
  }

  /** The core's own verdict over a task in the node's directory: reason, failed/, report. */
  giveUp(verdict: TaskVerdict, name: string, attempt: number): void {
    const { dataDir, shared, problems } = this.#context
    const reason = { name: 'FemtoQueue', message: describeVerdict(verdict) }
    this.keepReason(verdict.taskId, attempt, reason)
    const failedDir = `${dataDir}/failed`
    const target = freeName(failedDir, verdict.taskId, () => shared.nextUs())
    if (!renameIfThere(`${this.#nodeDir}/${name}`, `${failedDir}/${target}`, failedDir)) return
    const consequence = 'It was moved to failed/ with the reason.'
    problems.report({ ...verdict, path: `${failedDir}/${target}`, consequence })
  }

  #move(lease: Lease, targetDir: string, target: TargetName, toName: () => string): void {
    const path = `${this.#nodeDir}/${lease.name}`
    let isThere: boolean
    try {
      const name = toName()
      isThere = renameIfThere(path, `${targetDir}/${name}`, targetDir, target)
      if (isThere) lease.name = name
    } catch (error) {
      const state = fs.existsSync(path) ? 'old' : 'unknown'
      throw toQueueError(error, 'Moving the task', { path, taskId: lease.id, state })
    }
    if (!isThere) throw this.#lose(lease, path)
  }

  #lose(lease: Lease, path: string): FemtoQueueError {
    const what = `The lease of task ${lease.id} is lost: it was taken over, released or finished elsewhere. Nothing was changed`
    const lost = new FemtoQueueError('lease-lost', what, { path, taskId: lease.id })
    lease.lose(lost)
    return lost
  }
}
