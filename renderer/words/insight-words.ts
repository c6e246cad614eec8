import { formatCount } from '../components/format.ts'
import type { RuleId } from '../store/notifications.ts'

/** What the overview, the nodes and the problems say. */
export const INSIGHT_WORDS = {
  overview: 'Overview',
  whatMatters: 'What matters now',
  fewer: 'Show fewer',
  hour: 'Last hour',
  day: 'Last day',
  flow: 'Flow',
  oldest: 'Oldest pending',
  times: 'Wait and run times',
  wait: 'Wait',
  run: 'Run',
  waitMeans: 'From the moment a task could be claimed to its claim.',
  holdsMean: 'Tasks that this worker has taken and not finished yet.',
  oldestClaimMeans: 'How long it has held the task that it took first.',
  endedMeans: 'Tasks that it has finished or given up in the last minute.',
  runMeans: 'From the claim to done or failed.',
  failures: 'Failures',
  nodes: 'Nodes',
  problems: 'Problems',
  notWatched: 'not watched',
  /** @param time Of day. */
  watchedSince: (time: string) => `watched since ${time}`,
  notSeenYet: 'Drawn from the moment that this queue is watched: in a few seconds there is something to see.',
  reading: 'Reading the history…',
  notKept: 'The history cannot be kept on this machine: it begins anew with each start.',
  noSpans: 'No task has been claimed or finished while this was watched.',
  noFailures: 'No task lies in Failed.',
  noNodes: 'No node has ever worked here. A worker that starts makes its own directory.',
  noProblems: 'Nothing lies here that should not.',
  lookAtAll: 'Show all',
  showProblems: 'Show problems',
  cureHint: 'Each cure moves one file, and can be undone.',
  readOnly: 'This queue is open for looking only: unlock it in the status bar to mend something.',
  copyCommand: 'Copy the command',
  commandCopied: 'the command',
} as const

export function toMoreFindingsWords(count: number): string {
  return `${formatCount(count)} more`
}

export const RULE_WORDS: Readonly<Record<RuleId, { readonly label: string; readonly detail: string }>> = {
  newFailures: { label: 'Tasks fail', detail: 'At most one message a minute, with the count.' },
  noWorker: {
    label: 'No worker takes tasks',
    detail: 'Tasks wait, and no node has shown life for a minute.',
  },
  oldestPendingMs: { label: 'A task waits too long', detail: 'The oldest pending task is older than' },
  overdue: { label: 'Scheduled tasks are overdue', detail: 'For a minute: nobody moves them to pending.' },
}

export const NOTIFY_WORDS = {
  title: 'Notify me when',
  button: 'Notifications',
  on: 'Notifications are on',
  off: 'Notifications are off',
  denied: 'This browser does not allow notifications for this page. Allow them in its settings for the site.',
  absent: 'No notifications can be shown here.',
  note: 'For this queue, while it is open. Messages hold counts and states, never payloads.',
} as const
