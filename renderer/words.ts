import type { Problem, ProblemKind, TaskState, WatchHealth } from '../shared/contract/model.ts'

/** Every text that is said in more than one place, or that a translator would want beside its kin. */
export const WORDS = {
  product: 'FemtoQueue Inspector',
  errors: {
    noAnswer: 'The inspector did not answer. It tries again by itself.',
    defect: 'The inspector met an error of its own. Nothing was changed unless it is shown as changed.',
    tooLargeToEdit: 'This payload is larger than what can be pushed here: it cannot be edited.',
    shorter: 'The file became shorter while it was read, so nothing was saved. Look at the task again.',
    technical: 'Technical cause',
    copy: 'Copy',
    copied: 'Copied',
    retry: 'Try again',
  },
  taskMovedOn: 'This task is not here any more: it has moved on, or was removed.',
  connection: {
    connecting: 'Connecting…',
    lost: 'Connection lost, trying again. What you see may be out of date.',
    expiredTitle: 'This link has expired',
    expired: 'The server makes a new link each time it starts. Open the URL that it printed last.',
  },
} as const

export interface StateWords {
  readonly label: string
  /** What the state means, for its empty list. */
  readonly emptyTitle: string
  readonly empty: string
  readonly timeColumn: string
}

export const STATE_WORDS: Readonly<Record<TaskState, StateWords>> = {
  pending: {
    label: 'Pending',
    emptyTitle: 'Nothing is waiting',
    empty: 'Pending tasks wait here until a worker takes the oldest. Pushed, requeued and due tasks come in.',
    timeColumn: 'Waiting',
  },
  'in-progress': {
    label: 'In progress',
    emptyTitle: 'No worker holds a task',
    empty:
      'A worker that takes a task keeps it in its own directory until it is done or failed. Tasks show here meanwhile.',
    timeColumn: 'Running',
  },
  scheduled: {
    label: 'Scheduled',
    emptyTitle: 'Nothing is planned',
    empty: 'Scheduled tasks wait for their time. When it comes, a worker moves them to pending.',
    timeColumn: 'Due',
  },
  failed: {
    label: 'Failed',
    emptyTitle: 'Nothing has failed',
    empty: 'Tasks that a worker gave up on come here and stay, until somebody requeues or removes them.',
    timeColumn: 'Failed',
  },
  done: {
    label: 'Done',
    emptyTitle: 'Nothing is done yet',
    empty: 'Finished tasks are kept here until somebody removes them.',
    timeColumn: 'Done',
  },
  held: {
    label: 'Held',
    emptyTitle: 'Nothing is held',
    empty: 'Tasks that were put on hold wait here, out of every worker’s reach, until they are resumed.',
    timeColumn: 'Held',
  },
  trash: {
    label: 'Trash',
    emptyTitle: 'The trash is empty',
    empty: 'Deleted tasks come here, and can be restored until the trash is emptied.',
    timeColumn: 'Deleted',
  },
}

export const PROBLEM_WORDS: Readonly<Record<ProblemKind, string>> = {
  'foreign-file': 'Foreign file',
  'stray-directory': 'Stray directory',
  'corrupt-task': 'Corrupt task',
  unreadable: 'Unreadable',
  'missing-directory': 'Missing directory',
  'not-a-directory': 'Not a directory',
  'orphan-in-creating': 'Unfinished push',
  'foreign-owner': 'Private file',
  'future-id': 'Id from the future',
  'duplicate-id': 'Id taken twice',
  'due-together': 'Overdue together',
  'clock-ahead': 'Clock runs ahead',
}

export const SEVERITY_WORDS: Readonly<Record<Problem['severity'], string>> = {
  'stops-workers': 'Stops workers',
  'risks-tasks': 'Puts tasks at risk',
  untidy: 'Harms nobody',
}

export const HEALTH_WORDS: Readonly<Record<WatchHealth['mode'], string>> = {
  live: 'Live',
  'catching-up': 'Catching up',
  polling: 'Polling',
  lost: 'Directory lost',
}

export const INTEGRITY_WORDS = {
  ok: 'Checksum matches',
  'too-short': 'Too short for a header',
  'bad-version': 'Unknown header version',
  'bad-checksum': 'Checksum does not match',
  unverified: 'Too large to verify at once',
  unreadable: 'Unreadable',
} as const

export const LIVENESS_WORDS = { alive: 'alive', dead: 'dead', active: 'active', quiet: 'quiet' } as const
