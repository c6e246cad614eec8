/** The first screen: what this is, how to begin, and what looking does and does not do. */
export const WELCOME_WORDS = {
  sentence: 'Watch and operate a task queue made of files.',
  open: 'Open…',
  openAgain: 'Open the queue again',
  openPath: 'Open path',
  pathLabel: 'Path of a queue’s directory',
  pathExample: '/path/to/a/queue',
  demo: 'Try the demo queue',
  demoHint: 'Real files, thrown away when you close it.',
  drop: 'or drop a queue’s folder anywhere in this window',
  dropNow: 'Drop to open this folder',
  recent: 'Recent queues',
  missing: 'Not found',
  locate: 'Locate…',
  settings: 'Settings…',
  pictureTitle: 'What to open',
  pictureNote: 'The directory that your workers call data_dir. It holds one directory for each state.',
  rootNote: 'open this one',
  facts: [
    {
      title: 'Looking changes nothing',
      text: 'No file is written and no task is taken. Workers do not notice.',
    },
    {
      title: 'What you see is what is on disk',
      text: 'Changes show within a quarter of a second. What may be old is called old.',
    },
    {
      title: 'Nothing moves unless you say so',
      text: 'Each act names how many tasks it is about. A task that a worker took meanwhile is left alone.',
    },
  ],
} as const

/** The directories of a queue, for the picture of one. */
export const QUEUE_PICTURE = [
  { state: 'pending', name: 'pending/', note: 'waits for a worker' },
  { state: 'in-progress', name: 'worker-1/', note: 'held by a worker, one for each' },
  { state: 'scheduled', name: 'scheduled/', note: 'waits for its time' },
  { state: 'failed', name: 'failed/', note: 'given up, kept with its reason' },
  { state: 'done', name: 'done/', note: 'finished, kept' },
] as const
