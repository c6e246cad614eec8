import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { QueueInfo } from '../contract/model.ts'
import type { ActiveWork } from './active-work.ts'
import type { Host } from './host.ts'
import { InspectorError } from './inspector-error.ts'
import { readQueueDir } from './queue-dir.ts'
import { QueueSession } from './queue-session.ts'

export interface OpenQueue {
  readonly session: QueueSession
  readonly info: QueueInfo
}

interface Entry extends OpenQueue {
  followers: number
  closing: NodeJS.Timeout | undefined
}

/** A queue that nobody follows is closed after this time: long enough for a reload or a short loss of connection. */
const LINGER_MS = 30_000

/** The open queues by handle. A directory that is opened by several clients is watched once. */
export class QueueRegistry {
  readonly work: ActiveWork
  readonly #host: Host
  readonly #open = new Map<string, Entry>()

  /** @param work What calls announce that go on for longer than a moment: the host asks before it ends them. */
  constructor(host: Host, work: ActiveWork) {
    this.work = work
    this.#host = host
  }

  /** @throws {InspectorError} NOT_OPEN */
  get(queueId: string): OpenQueue {
    return this.#entry(queueId)
  }

  /**
   * Opens a directory for looking, or joins those who look at it.
   * @throws {InspectorError} NOT_FOUND, NOT_A_DIRECTORY, UNREADABLE, NOT_A_QUEUE
   */
  async open(dir: string, isDemo: boolean): Promise<QueueInfo> {
    const queueDir = await readQueueDir(dir)
    const entry =
      [...this.#open.values()].find(({ info }) => info.path === queueDir.path) ??
      this.#start(new QueueSession(queueDir), isDemo)
    if (!isDemo) this.#host.rememberQueue(entry.info.path)
    this.#lingerIfUnfollowed(entry)
    return entry.info
  }

  all(): OpenQueue[] {
    return [...this.#open.values()]
  }

  /** Keeps the queue open until the returned function is called. */
  follow(queueId: string): () => void {
    const entry = this.#entry(queueId)
    entry.followers++
    clearTimeout(entry.closing)
    return () => {
      entry.followers--
      this.#lingerIfUnfollowed(entry)
    }
  }

  async closeAll(): Promise<void> {
    const entries = [...this.#open.values()]
    this.#open.clear()
    for (const entry of entries) clearTimeout(entry.closing)
    await Promise.all(entries.map(({ session }) => session.close()))
  }

  async rescanAll(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ session }) => session.rescan()))
  }

  #entry(queueId: string): Entry {
    const entry = this.#open.get(queueId)
    if (entry === undefined)
      throw new InspectorError('NOT_OPEN', 'This queue is not open any more. Open it again.')
    return entry
  }

  /** The listing of a million tasks takes a second: the client has its answer before, and waits for rows only. */
  #start(session: QueueSession, isDemo: boolean): Entry {
    const info: QueueInfo = {
      queueId: randomBytes(12).toString('hex'),
      path: session.path,
      name: path.basename(session.path) || session.path,
      isDemo,
      // The demo is made for trying out: nothing of the person's can be harmed there.
      access: isDemo ? { canWrite: true, reason: null } : toAccess(this.#host.readOnlyReason),
      pushLimitBytes: this.#host.pushLimitBytes,
    }
    const entry: Entry = { session, info, followers: 0, closing: undefined }
    this.#open.set(info.queueId, entry)
    session.start().catch((cause: unknown) => {
      this.#open.delete(info.queueId)
      console.error(cause)
      void session.close()
    })
    return entry
  }

  #lingerIfUnfollowed(entry: Entry): void {
    clearTimeout(entry.closing)
    if (entry.followers > 0 || !this.#open.has(entry.info.queueId)) return
    entry.closing = setTimeout(() => {
      this.#open.delete(entry.info.queueId)
      void entry.session.close()
    }, LINGER_MS)
    entry.closing.unref()
  }
}

function toAccess(readOnlyReason: string | null): QueueInfo['access'] {
  return { canWrite: readOnlyReason === null, reason: readOnlyReason }
}
