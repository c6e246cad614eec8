import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { QueueInfo } from '../contract/model.ts'
import { QueueActs } from './actions/queue-acts.ts'
import { readLockChoice, toStateFolderOrNull, writeLockChoice } from './actions/state-folder.ts'
import { toStorageError } from './actions/storage-error.ts'
import type { ActiveWork } from './active-work.ts'
import { readNetworkName } from './file-system-kind.ts'
import type { Host } from './host.ts'
import { InspectorError } from './inspector-error.ts'
import { toAccess, readDefaultLockReason } from './queue-access.ts'
import type { AccessFacts } from './queue-access.ts'
import { readQueueDir } from './queue-dir.ts'
import type { QueueDir } from './queue-dir.ts'
import { QueueSession } from './queue-session.ts'

export interface OpenQueue {
  readonly session: QueueSession
  readonly acts: QueueActs
  /** As of now: the lock may be turned. */
  readonly info: QueueInfo
}

interface Entry extends OpenQueue {
  info: QueueInfo
  readonly stateFolder: string | null
  access: AccessFacts
  followers: number
  closing: NodeJS.Timeout | undefined
}

/** A queue that nobody follows is closed after this time: long enough for a reload or a short loss of connection. */
const LINGER_MS = 30_000

/** The open queues by handle. A directory that is opened by several clients is watched once. */
export class QueueRegistry {
  readonly #host: Host
  readonly #work: ActiveWork
  readonly #open = new Map<string, Entry>()

  constructor(host: Host, work: ActiveWork) {
    this.#host = host
    this.#work = work
  }

  /** @throws {InspectorError} NOT_OPEN */
  get(queueId: string): OpenQueue {
    return this.#entry(queueId)
  }

  /** For an act that writes. @throws {InspectorError} NOT_OPEN, READ_ONLY with the reason */
  getWritable(queueId: string): OpenQueue {
    const entry = this.#entry(queueId)
    const { canWrite, reason } = entry.info.access
    if (!canWrite) throw new InspectorError('READ_ONLY', reason ?? 'This queue is locked.')
    return entry
  }

  /** Locks or unlocks a queue, kept across restarts where the host keeps anything. @throws {InspectorError} NOT_OPEN, READ_ONLY, STORAGE_FAILED */
  setLock(queueId: string, locked: boolean): QueueInfo {
    const entry = this.#entry(queueId)
    if (!entry.info.access.canUnlock) throw new InspectorError('READ_ONLY', entry.info.access.reason ?? '')
    // A lock holds at once, whether it can be remembered or not; to unlock is remembered first.
    if (locked) this.#setChoice(entry, locked)
    try {
      if (entry.stateFolder !== null) writeLockChoice(entry.stateFolder, entry.info.path, locked)
    } catch (cause) {
      const outcome = locked
        ? 'The queue is locked for now, but will not be after a restart.'
        : 'The queue stays locked.'
      throw toStorageError(cause, outcome)
    }
    this.#setChoice(entry, locked)
    return entry.info
  }

  #setChoice(entry: Entry, choice: boolean): void {
    entry.access = { ...entry.access, choice }
    entry.info = { ...entry.info, access: toAccess(entry.access) }
    entry.session.setAccess(entry.info.access)
  }

  /**
   * Opens a directory for looking, or joins those who look at it.
   * @throws {InspectorError} NOT_FOUND, NOT_A_DIRECTORY, UNREADABLE, NOT_A_QUEUE
   */
  async open(dir: string, isDemo: boolean): Promise<QueueInfo> {
    const queueDir = await readQueueDir(dir)
    const facts = await readQueueFacts(this.#host, queueDir, isDemo)
    const entry =
      [...this.#open.values()].find(({ info }) => info.path === queueDir.path) ??
      this.#start(
        new QueueSession(queueDir, {
          stateFolder: isDemo ? null : facts.stateFolder,
          access: toAccess(facts.access),
        }),
        isDemo,
        facts,
      )
    if (!isDemo) this.#host.rememberQueue(entry.info.path)
    this.#lingerIfUnfollowed(entry)
    return entry.info
  }

  all(): OpenQueue[] {
    return [...this.#open.values()]
  }

  /** Keeps the queue open until the returned function is called. */
  follow(queueId: string): () => void {
    return this.#hold(this.#entry(queueId))
  }

  #hold(entry: Entry): () => void {
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
    await Promise.all(entries.map(close))
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
  #start(session: QueueSession, isDemo: boolean, facts: QueueFacts): Entry {
    const info: QueueInfo = {
      queueId: randomBytes(12).toString('hex'),
      path: session.path,
      name: path.basename(session.path) || session.path,
      isDemo,
      access: toAccess(facts.access),
      pushLimitBytes: this.#host.pushLimitBytes,
    }
    const acts = new QueueActs({
      session,
      stateFolder: facts.stateFolder,
      work: this.#work,
      keepOpen: () => this.#hold(entry),
      isNetwork: facts.isNetwork,
      pushLimitBytes: info.pushLimitBytes,
    })
    const { stateFolder, access } = facts
    const entry: Entry = { session, acts, info, stateFolder, access, followers: 0, closing: undefined }
    this.#open.set(info.queueId, entry)
    session.start().catch((cause: unknown) => {
      this.#open.delete(info.queueId)
      console.error(cause)
      void close(entry)
    })
    return entry
  }

  #lingerIfUnfollowed(entry: Entry): void {
    clearTimeout(entry.closing)
    if (entry.followers > 0 || !this.#open.has(entry.info.queueId)) return
    entry.closing = setTimeout(() => {
      this.#open.delete(entry.info.queueId)
      void close(entry)
    }, LINGER_MS)
    entry.closing.unref()
  }
}

async function close({ session, acts }: Entry): Promise<void> {
  await acts.close()
  await session.close()
}

interface QueueFacts {
  readonly stateFolder: string | null
  readonly isNetwork: boolean
  readonly access: AccessFacts
}

async function readQueueFacts(host: Host, queueDir: QueueDir, isDemo: boolean): Promise<QueueFacts> {
  const stateFolder = toStateFolderOrNull(host.stateDir, queueDir)
  return {
    stateFolder,
    isNetwork: (await readNetworkName(queueDir.path)) !== null,
    access: {
      // The demo is made for trying out: nothing of the person's can be harmed there.
      readOnlyReason: isDemo ? null : host.readOnlyReason,
      choice: stateFolder === null ? null : readLockChoice(stateFolder),
      defaultReason: isDemo ? null : await readDefaultLockReason(queueDir.path),
    },
  }
}
