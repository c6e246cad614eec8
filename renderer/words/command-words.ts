/** Names of what can be done, as palette, menus, buttons and help sheet say them. */
export const COMMAND_WORDS = {
  requeueWhere: 'Requeue to a place or a time…',
  requeueFailed: 'Requeue all failed tasks…',
  edit: 'Edit and requeue…',
  duplicate: 'Duplicate',
  selectAll: 'Select all',
  clear: 'Clear the selection',
  inspect: 'Inspect',
  copyId: 'Copy the id',
  exportJsonl: 'Export as JSON Lines…',
  exportCsv: 'Export as CSV…',
  exportRaw: 'Export the payloads as they are…',
  undo: 'Undo the latest act',
  history: 'History…',
  filter: 'Filter and search',
  group: 'Group failures by reason',
  ungroup: 'Show failures one by one',
  emptyTrash: 'Empty the trash…',
  lock: 'Lock: allow looking only',
  unlock: 'Unlock: allow acts…',
  more: 'More',
  readOnly: 'This queue is read-only.',
} as const

export const LOCK_WORDS = {
  writable: 'Writable',
  readOnly: 'Read-only',
  whyWritable: 'Tasks can be pushed, moved and deleted here.',
  whyReadOnly: 'This queue can only be looked at.',
  clickToLock: 'Click to lock it.',
  clickToUnlock: 'Click to unlock it.',
  askToUnlock: 'Allow acts on this queue?',
  /** What becomes possible. */
  whatUnlocks:
    'Tasks can then be pushed, requeued, moved and deleted here, by a click or a key, in every window that shows this queue.',
  /** Where it is written down. */
  whereRecorded:
    'Each act is recorded outside the queue’s directory: “History” below lists all of them, and undoes most.',
  unlock: 'Unlock',
  keepLocked: 'Keep it locked',
} as const

export const STATUS_WORDS = {
  history: 'History',
  historyTip: 'What was done to this queue from here, with Undo',
  keys: 'Keys',
  appearance: 'View',
  appearanceTip: 'Colours, row height, sidebar and flow strip',
  revision: (count: string) => `Revision ${count}`,
  revisionMeans:
    'Counts on with each look that found something changed, be it one task or many. While it stands still, so does the queue.',
} as const

export const SWITCHER_WORDS = {
  demo: 'Demo queue',
  copyPath: 'Copy the path',
  openOther: 'Open another queue…',
  /** Of a server that was started on one queue. */
  bound: 'This server shows this queue only. Start it on another directory to see another queue.',
  close: 'Close the queue',
} as const
