/**
 * Queues that stand still, the same at each making but for the moment they are made at: for pictures, for visual tests, and
 * for somebody who wants to try the inspector on a story.
 */
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeTask } from '../../shared/queue/task-file.ts'
import { makeRandom } from '../../tests/helpers/random.ts'

const STATE_DIRS = ['creating', 'pending', 'scheduled', 'done', 'failed'] as const
const SECOND_US = 1_000_000
const MINUTE_US = 60 * SECOND_US
const HOUR_US = 60 * MINUTE_US

export type QueueStory = 'emails' | 'empty' | 'twelve' | 'odd'

/** Makes the queue in `dir`, which must not be there yet. `nowMs`: the moment that its story is told at. */
export function makeStory(story: QueueStory, dir: string, nowMs = Date.now()): string {
  const queue = new StoryQueue(dir, nowMs * 1_000)
  STORIES[story](queue)
  return dir
}

/** A million waiting tasks; taken as it lies there if it was made before. */
export function makeMillion(dir: string, tasks = 1_000_000): string {
  const pending = join(dir, 'pending')
  if (existsSync(pending) && readdirSync(pending).length >= tasks) return dir
  const queue = new StoryQueue(dir, Date.now() * 1_000)
  for (let at = 0; at < tasks; at++) {
    queue.put('pending', (tasks - at) * 40_000, { kind: 'resize', image: `uploads/${at}.jpg`, width: 640 })
  }
  return dir
}

class StoryQueue {
  readonly dir: string
  readonly nowUs: number
  readonly random = makeRandom(20_261_124)

  constructor(dir: string, nowUs: number) {
    this.dir = dir
    this.nowUs = nowUs
    for (const name of STATE_DIRS) mkdirSync(join(dir, name), { recursive: true })
  }

  /** Writes a task that was pushed `ageUs` ago, or is due in `-ageUs`; gives its id. */
  put(state: string, ageUs: number, payload: unknown, prefix = ''): string {
    const id = `${Math.round(this.nowUs - ageUs + this.random() * SECOND_US)}_${this.hex(32)}`
    const bytes =
      payload instanceof Uint8Array
        ? payload
        : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
    const path = join(this.dir, state, prefix + id)
    writeFileSync(path, encodeTask(bytes))
    const atS = (this.nowUs - Math.max(0, ageUs)) / SECOND_US
    utimesSync(path, atS, atS)
    return id
  }

  fail(ageUs: number, payload: unknown, error: StoryError, attempt = 1): void {
    const id = this.put('failed', ageUs + 40 * SECOND_US, payload)
    mkdirSync(join(this.dir, 'failed/.meta'), { recursive: true })
    const failed = {
      failedAtUs: Math.round(this.nowUs - ageUs),
      node: this.pick(['mailer-1', 'mailer-2']),
      attempt,
      ...error,
    }
    const record = { version: 1, id, attempts: [failed] }
    writeFileSync(join(this.dir, 'failed/.meta', `${id}.json`), JSON.stringify(record))
  }

  /** A worker's directory and what it holds. */
  node(name: string, payloads: readonly unknown[]): void {
    mkdirSync(join(this.dir, name), { recursive: true })
    for (const [at, payload] of payloads.entries()) {
      const claimedUs = Math.round(this.nowUs - (at * 7 + 3) * SECOND_US)
      this.put(name, (at * 11 + 9) * SECOND_US, payload, `${claimedUs}_`)
    }
  }

  pick<T>(of: readonly [T, ...T[]]): T {
    return of[Math.floor(this.random() * of.length)] ?? of[0]
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += Math.floor(this.random() * 16).toString(16)
    return text
  }
}

interface StoryError {
  readonly name: string
  readonly message: string
  readonly stack: string | null
  readonly cause: string | null
}

const REFUSED: StoryError = {
  name: 'SMTPAuthenticationError',
  message: '535 5.7.8 Authentication credentials invalid: the API key of smtp.example.com has expired',
  stack:
    'SMTPAuthenticationError: 535 5.7.8 Authentication credentials invalid: the API key of smtp.example.com has expired\n' +
    '    at SmtpConnection.login (/srv/mailer/smtp.js:118:11)\n    at async send (/srv/mailer/send.js:42:3)\n' +
    '    at async work (/srv/mailer/worker.js:19:5)',
  cause: 'Error: server answered 535',
}
const NO_MAILBOX: StoryError = {
  name: 'SMTPRecipientsRefused',
  message: '550 5.1.1 No such mailbox',
  stack:
    'SMTPRecipientsRefused: 550 5.1.1 No such mailbox\n    at SmtpConnection.rcpt (/srv/mailer/smtp.js:171:9)\n' +
    '    at async send (/srv/mailer/send.js:47:3)',
  cause: null,
}
const TIMED_OUT: StoryError = {
  name: 'Error',
  message: 'connect ETIMEDOUT 203.0.113.7:443',
  stack: 'Error: connect ETIMEDOUT 203.0.113.7:443\n    at TCPConnectWrap.afterConnect (node:net:1610:16)',
  cause: null,
}

function email(queue: StoryQueue): unknown {
  const template = queue.pick(['receipt', 'welcome', 'reset-password', 'digest'])
  return { kind: 'email', to: `user${Math.floor(queue.random() * 9_000) + 1_000}@example.com`, template }
}

function webhook(queue: StoryQueue): unknown {
  const event = queue.pick(['order.created', 'order.paid', 'order.shipped'])
  return {
    kind: 'webhook',
    url: 'https://hooks.example.com/orders',
    event,
    order: Math.floor(queue.random() * 90_000) + 10_000,
  }
}

const STORIES: Readonly<Record<QueueStory, (queue: StoryQueue) => void>> = {
  empty() {},

  twelve(queue) {
    for (let at = 0; at < 7; at++) queue.put('pending', (at + 1) * 9 * SECOND_US, email(queue))
    queue.node('worker-1', [webhook(queue)])
    queue.put('scheduled', -3 * HOUR_US, email(queue))
    for (let at = 0; at < 2; at++) queue.put('done', (at + 2) * MINUTE_US, webhook(queue))
    queue.fail(4 * MINUTE_US, webhook(queue), TIMED_OUT)
  },

  /** Since last night the mail server refuses every email; a few mailboxes never were; webhooks go on. */
  emails(queue) {
    for (let at = 0; at < 38; at++) {
      queue.put('pending', (at + 1) * 4 * SECOND_US, at % 4 === 0 ? email(queue) : webhook(queue))
    }
    queue.node('mailer-1', [email(queue), webhook(queue)])
    queue.node('mailer-2', [webhook(queue)])
    queue.node('mailer-3', [])
    for (let at = 0; at < 9; at++) queue.put('scheduled', -(at + 1) * 47 * MINUTE_US, email(queue))
    for (let at = 0; at < 214; at++) queue.fail((at * 3 + 1) * MINUTE_US, email(queue), REFUSED)
    for (let at = 0; at < 11; at++) queue.fail((at * 58 + 7) * MINUTE_US, email(queue), NO_MAILBOX, 3)
    for (let at = 0; at < 4; at++) queue.fail((at * 200 + 31) * MINUTE_US, webhook(queue), TIMED_OUT, 2)
    for (let at = 0; at < 1_206; at++) queue.put('done', (at * 40 + 20) * SECOND_US, webhook(queue))
  },

  /** What strains a view: long names, bytes, much, nothing, other scripts, and what does not belong there. */
  odd(queue) {
    const ages = Array.from({ length: 14 }, (_, at) => (at + 1) * 13 * SECOND_US)
    const rows = Array.from({ length: 30_000 }, (_, at) => ({ id: at, sku: `SKU-${at}`, total: '19.90' }))
    const payloads = [
      { kind: 'report', rows },
      { big: '12345678901234567891', text: 'a line\nand another, with\ttabs' },
      Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 7) % 256)),
      '',
      'Grüße aus Köln, こんにちは、世界, مرحبا بالعالم, Привіт 👋',
      `reindex ${'every-word-of-a-very-long-line-'.repeat(40)}`,
      { text: 'turned \u202Eround\u202C, and a bell \u0007' },
      PIXEL,
      '{"cut": "off in the mid',
      '<img src=x onerror=alert(1)> <b>not markup</b>',
    ]
    for (const [at, payload] of payloads.entries()) queue.put('pending', ages[at] ?? 0, payload)
    const longName = `${Math.round(queue.nowUs - HOUR_US)}_${'long-suffix-'.repeat(17)}end`
    writeFileSync(join(queue.dir, 'pending', longName), encodeTask(Buffer.from('a name of 220 characters')))
    queue.node('a-node-with-a-name-that-is-far-longer-than-a-sidebar-is-wide-eu-central-1', [email(queue)])
    writeFileSync(
      join(queue.dir, 'pending', `${Math.round(queue.nowUs - 2 * HOUR_US)}_${'ab'.repeat(16)}`),
      'cut short',
    )
    writeFileSync(join(queue.dir, 'pending/.DS_Store'), 'Finder was here')
    writeFileSync(join(queue.dir, 'pending/notes.txt'), 'not a task')
    mkdirSync(join(queue.dir, 'pending/backup'))
    writeFileSync(join(queue.dir, 'creating', `${Math.round(queue.nowUs - HOUR_US)}_${'cd'.repeat(16)}`), '')
    queue.fail(2 * MINUTE_US, email(queue), { ...REFUSED, message: `${REFUSED.message} `.repeat(12) }, 25)
  },
}

/** A PNG of 8 x 8 pixels. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR42mNkYPhfz4AHMI4qGBoKAKrhCQH8nLkSAAAAAElFTkSuQmCC',
  'base64',
)
