/** Rows, details and updates as a host would send them, for tests of the store. */
import { ORPCError } from '@orpc/client'
import type {
  HostInfo,
  QueueAccess,
  QueueUpdate,
  StateCounts,
  TaskDetail,
  TaskRef,
  TaskRow,
  TaskState,
} from '../../shared/contract/model.ts'

/** A row of the given number; the same number is the same task. */
export function makeRow(state: TaskState, number: number, node: string | null = null): TaskRow {
  const name = `17954348${String(number).padStart(8, '0')}_${(number * 7919).toString(16).padStart(32, '0')}`
  return {
    ref: { state, node, name, inode: String(number + 1), device: '1' },
    name,
    node,
    taskId: name,
    idTimeUs: name.slice(0, 16),
    enteredAtMs: 1_795_434_800_000,
    changedAtMs: 1_795_434_800_000,
    writtenAtMs: 1_795_434_800_000,
    payloadBytes: 12,
    previewKind: 'text',
    preview: `{"number":${number}}`,
    attempts: null,
    reason: null,
  }
}

export const HOST: HostInfo = {
  kind: 'server',
  version: '0.0.0-test',
  platform: 'linux',
  canChooseFolder: false,
  canOpenPath: true,
  canStartDemo: true,
  canSave: false,
  canReveal: false,
  startsWithQueue: false,
  startPlace: null,
  canCheckForUpdates: false,
  recentQueues: [],
}

export function makeDetail(task: TaskRef, row: TaskRow): TaskDetail {
  return {
    ref: task,
    taskId: row.taskId,
    idTimeUs: row.idTimeUs,
    attempts: null,
    path: `/queue/${task.state}/${task.name}`,
    enteredAtMs: 0,
    writtenAtMs: 0,
    fileBytes: 200_024,
    payloadBytes: 200_000,
    mode: '0600',
    ownerUid: 0,
    ownerGid: 0,
    links: 1,
    header: { version: 1, storedMd5: null, computedMd5: null, integrity: 'ok' },
    payloadHead: Buffer.alloc(65_536, 'x').toString('base64'),
    payloadHeadKind: 'text',
    failures: [],
    editedFrom: null,
    editedTo: null,
  }
}

export function makeUpdate(
  revision: number,
  count: (state: TaskState) => number,
  access: QueueAccess = { canWrite: true, reason: null, canUnlock: true },
): QueueUpdate {
  const toCounts = (of: (state: TaskState) => number): StateCounts => ({
    pending: of('pending'),
    'in-progress': of('in-progress'),
    scheduled: of('scheduled'),
    failed: of('failed'),
    done: of('done'),
    held: of('held'),
    trash: of('trash'),
  })
  const counts = toCounts(count)
  return {
    access,
    revision,
    atMs: 0,
    counts,
    listRevisions: toCounts(() => revision),
    nodes: [],
    problems: 0,
    firstDueAtMs: null,
    oldestPendingAtMs: null,
    flow: {
      pushedPerSecond: 0,
      claimedPerSecond: 0,
      donePerSecond: 0,
      failedPerSecond: 0,
      releasedPerSecond: 0,
    },
    health: { mode: 'live', reason: null, reconciledAtMs: null },
  }
}

export function goneError(): Error {
  return new ORPCError('TASK_GONE', {
    defined: true,
    message: 'A worker took it.',
    data: { cause: 'ENOENT' },
  })
}
