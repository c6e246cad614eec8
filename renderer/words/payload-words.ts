import type { TaskState } from '../../shared/contract/model.ts'
import { toVisibleLine } from '../../shared/contract/visible-text.ts'
import { STATE_WORDS } from '../words.ts'

export const PAYLOAD_WORDS = {
  title: 'Payload',
  copy: 'Copy the payload',
  save: 'Save the payload…',
  find: 'Find in the text',
  empty: 'The payload is empty: 0 bytes.',
  hidden: 'Not shown: the file is no whole task, and may hold something else.',
  showAnyway: 'Show it anyway',
  loadMore: 'Load more',
  loadImage: 'Load the image',
  loadingImage: 'Loading the image',
  cancel: 'Cancel',
  imageTooLarge: (limit: string) => `Images over ${limit} are not drawn here: save it to look at it.`,
  fromStart: 'From the start',
  goTo: 'Go to byte',
  goToHint: 'Decimal, or 0x… in hex',
  badOffset: 'There is no such byte.',
  encoding: 'Encoding',
  asStored: 'Show as stored',
  expandedPart: 'only its beginning: the rest is larger than what is opened here',
} as const

export const FAILURE_WORDS = {
  failure: 'Failure',
  failed: 'Failed',
  earlier: 'Earlier failures',
  anEarlier: 'An earlier attempt failed:',
} as const

export const PANE_WORDS = {
  close: 'Close the inspector',
  back: 'Back to the list',
  nothing: 'Choose a task to see what it is.',
} as const

export const FACT_WORDS = {
  due: { label: 'Due', means: 'The time in the task’s id: when a worker moves it to pending.' },
  idTime: {
    label: 'Pushed or due',
    means: 'The time in the task’s id: when it was pushed or, if it was scheduled, when it was due.',
  },
  written: { label: 'Written', means: 'The file’s own time: when its content was written.' },
  claims: {
    label: 'Claims',
    means: 'How often workers took this task since it was pushed, or requeued with a fresh count.',
  },
  header: {
    label: 'Header',
    means: 'The first bytes of the file: the format’s version and the payload’s checksum.',
  },
  md5: { label: 'MD5', means: 'The checksum of the payload, as the header holds it.' },
  verify: 'Compute the checksum',
  matches: 'matches',
  differs: 'does not match',
  editedFrom: 'Edited from',
  editedTo: 'Edited into',
  whereIsIt: 'Where it is now',
  copyQuoted: 'Copy the path, quoted for a shell',
  reveal: 'Show in the file manager',
} as const

/** That the task in view has moved since it was chosen, and where it is. */
export function toFollowedWords(from: TaskState, state: TaskState, node: string | null): string {
  if (from === state) return `This task has moved on since it was chosen, and is ${toPlace(state)} again.`
  const at = node === null || state !== 'in-progress' ? '' : ` at ${toVisibleLine(node)}`
  return `This task has moved on: it was ${toPlace(from)}, and is ${toPlace(state)}${at} now.`
}

function toPlace(state: TaskState): string {
  return state === 'trash' ? 'in the trash' : STATE_WORDS[state].label.toLowerCase()
}
