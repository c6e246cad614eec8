/**
 * Decides when to look: on hints at once (batched), on unexplained changes of a directory's mtime, after bursts in which
 * the kernel may have dropped events, and by polling where no events can be had. Tells its own health.
 */
import type { WatchHealth } from '../contract/model.ts'
import { DirWatcher } from './dir-watcher.ts'
import { readNetworkName } from './file-system-kind.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { InspectorError } from './inspector-error.ts'
import { isSameQueueDir, readQueueDir } from './queue-dir.ts'
import type { QueueDir } from './queue-dir.ts'
import type { QueueTracker } from './queue-tracker.ts'

/** A first hint is followed by others: a move makes two. */
const GATHER_MS = 8
/** Looks are at least this far apart: clients hear of changes at most ten times a second. */
const LOOK_EVERY_MS = 100
const TICK_MS = 1_000
/** inotify's queue holds 16,384 events; well below, a burst is trusted, above it everything is listed again. */
const BURST_HINTS = 8_000
const FULL_RECONCILE_MS = 60_000
/** A full reconciliation may use up to 1/50 of the time. */
const FULL_RECONCILE_SHARE = 50
const POLL_MS = 2_000
/** While a large act of ours runs, looks are this far apart, take at most this share of the time, and none may block for longer. */
const ACT_LOOK_MS = 1_000
const ACT_LOOK_SHARE = 12
const ACT_LOOK_MAX_MS = 120

export class QueueWatch {
  #dir: QueueDir
  readonly #tracker: QueueTracker
  readonly #onChange: () => void
  #watcher: DirWatcher | null = null
  #pollReason: string | null = null
  #lostReason: string | null = null
  #isReconciling = false
  /** Large acts of ours under way. */
  #acts = 0
  #isClosed = false
  #batchTimer: NodeJS.Timeout | undefined
  #tickTimer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #hintsSinceLook = 0
  #lookedAtMs = -Infinity
  #isBurst = false
  #reconciledAtMs: number | null = null
  #fullLookAtMs = 0
  #fullLookTookMs = 0
  #mtimes = new Map<string, { mtimeNs: bigint; hints: number; isUnexplained: boolean }>()

  constructor(dir: QueueDir, tracker: QueueTracker, onChange: () => void) {
    this.#dir = dir
    this.#tracker = tracker
    this.#onChange = onChange
  }

  get dir(): QueueDir {
    return this.#dir
  }

  get health(): WatchHealth {
    const reconciledAtMs = this.#reconciledAtMs
    if (this.#lostReason !== null) return { mode: 'lost', reason: this.#lostReason, reconciledAtMs }
    if (this.#isReconciling)
      return {
        mode: 'catching-up',
        reason: 'More happened than the system could tell: the directories are being listed.',
        reconciledAtMs,
      }
    if (this.#acts > 0)
      return {
        mode: 'catching-up',
        reason: 'A large act is under way: the directories are listed now and then, and once it has ended.',
        reconciledAtMs,
      }
    if (this.#pollReason !== null) return { mode: 'polling', reason: this.#pollReason, reconciledAtMs }
    return { mode: 'live', reason: null, reconciledAtMs }
  }

  /** Watches, then lists everything once. */
  async start(): Promise<void> {
    await this.#exclusively(async () => {
      const network = await readNetworkName(this.#dir.path)
      if (network !== null) {
        this.#pollReason = `This is a network file system (${network}): other machines' changes send no events, so the directories are listed every ${POLL_MS / 1000} s.`
      } else await this.#watch()
      await this.#lookAtEverything()
    })
    if (this.#isClosed) return
    this.#tickTimer = setTimeout(this.#tick, TICK_MS)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#batchTimer)
    clearTimeout(this.#tickTimer)
    await this.#running
    await this.#watcher?.close()
    this.#watcher = null
  }

  /** Lists everything again, now. */
  rescan(): Promise<void> {
    return this.#exclusively(() => this.#lookAtEverything())
  }

  /**
   * To be called when an act of ours is about to move very many tasks: telling us of each by two events would take longer than the
   * moves. Until the returned function is called the directories are listed now and then; then they are watched again.
   */
  beginLargeAct(): () => void {
    if (++this.#acts === 1) this.#watcher?.setDirs([])
    this.#onChange()
    return () => {
      if (--this.#acts > 0 || this.#isClosed) return
      void this.#exclusively(() => this.#lookAtEverything())
    }
  }

  /** Something happened to `name` in `dir`, or to the whole directory: it is looked at soon. */
  hint(dir: string, name: string | null): void {
    this.#hintsSinceLook++
    this.#tracker.doubt(dir, name)
    this.#schedule()
  }

  async #watch(): Promise<void> {
    await this.#watcher?.close()
    this.#watcher = new DirWatcher(this.#dir.path, {
      onHint: (dir, name) => this.hint(dir, name),
      onDeaf: (reason) => {
        if (this.#pollReason === null) this.#onChange()
        this.#pollReason = reason
      },
    })
    this.#tracker.onDirs = (names) => {
      if (this.#acts === 0) this.#watcher?.setDirs(names)
    }
    await this.#watcher.ready()
  }

  #schedule(): void {
    if (this.#batchTimer !== undefined || this.#isClosed) return
    const waitMs = Math.max(GATHER_MS, this.#lookedAtMs + LOOK_EVERY_MS - performance.now())
    this.#batchTimer = setTimeout(() => {
      this.#batchTimer = undefined
      void this.#exclusively(() => this.#look())
    }, waitMs)
  }

  /** Looks never overlap. A failure of the file system is told as lost; the next tick tries again. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(async () => {
      if (this.#isClosed) return
      try {
        await work()
      } catch (cause) {
        this.#lose(cause)
      }
    })
    return this.#running
  }

  async #look(): Promise<void> {
    this.#lookedAtMs = performance.now()
    if (this.#hintsSinceLook > BURST_HINTS) this.#isBurst = true
    this.#hintsSinceLook = 0
    if (await this.#tracker.reconcile()) this.#onChange()
    if (this.#tracker.hasDoubts) this.#schedule()
  }

  async #lookAtEverything(): Promise<void> {
    const startedAt = performance.now()
    this.#isReconciling = this.#isBurst
    if (this.#isReconciling) this.#onChange()
    this.#isBurst = false
    this.#tracker.doubtEverything()
    try {
      await this.#tracker.reconcile()
    } finally {
      this.#isReconciling = false
    }
    this.#fullLookAtMs = performance.now()
    this.#fullLookTookMs = this.#fullLookAtMs - startedAt
    this.#reconciledAtMs = Date.now()
    if (this.#tracker.hasDoubts) this.#schedule()
    this.#onChange()
  }

  readonly #tick = (): void => {
    void this.#exclusively(async () => {
      await this.#checkRoot()
      if (this.#lostReason !== null) return
      const sinceFullMs = performance.now() - this.#fullLookAtMs
      const isAffordable = sinceFullMs > this.#fullLookTookMs * FULL_RECONCILE_SHARE
      const isCalm = this.#hintsSinceLook === 0
      if (this.#acts > 0) {
        const share = Math.max(ACT_LOOK_MS, this.#fullLookTookMs * ACT_LOOK_SHARE)
        if (sinceFullMs > share && this.#fullLookTookMs < ACT_LOOK_MAX_MS) await this.#lookAtEverything()
        return
      }
      const pollsNow = this.#pollReason !== null && sinceFullMs >= Math.max(POLL_MS, this.#fullLookTookMs * 5)
      if (
        pollsNow ||
        (this.#isBurst && (isCalm || sinceFullMs > 4_000)) ||
        (sinceFullMs > FULL_RECONCILE_MS && isAffordable)
      ) {
        await this.#lookAtEverything()
      } else await this.#doubtUnexplained()
    }).finally(() => {
      if (!this.#isClosed) this.#tickTimer = setTimeout(this.#tick, TICK_MS)
    })
  }

  /** A directory whose mtime moved while no event told why, at two ticks running, is listed. */
  async #doubtUnexplained(): Promise<void> {
    for (const [dir, mtimeNs] of await this.#tracker.readDirMtimes()) {
      const hints = this.#tracker.dirs.get(dir)?.hints ?? 0
      const seen = this.#mtimes.get(dir)
      const isSilent = seen?.hints === hints
      const moved = seen !== undefined && seen.mtimeNs !== mtimeNs
      if (isSilent && seen.isUnexplained) {
        this.#tracker.doubt(dir, null)
        this.#schedule()
      }
      this.#mtimes.set(dir, { mtimeNs, hints, isUnexplained: moved && isSilent && !seen.isUnexplained })
    }
    // Directories of parked tasks may have come.
    if (this.#tracker.hasDoubts) this.#schedule()
  }

  /** The directory may vanish, come back, or be replaced by another under the same name: the watcher notices none of it. */
  async #checkRoot(): Promise<void> {
    if (this.#lostReason === null && (await isSameQueueDir(this.#dir))) return
    try {
      this.#dir = await readQueueDir(this.#dir.path)
    } catch (cause) {
      this.#lose(cause)
      return
    }
    this.#lostReason = null
    if (this.#pollReason === null) await this.#watch()
    await this.#lookAtEverything()
  }

  #lose(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const code = errnoOrNull(cause)
    if (code === null && !(cause instanceof InspectorError)) console.error(cause) // a defect of ours
    const words = code === null ? reason : `The directory could not be read (${code}).`
    if (this.#lostReason === words) return
    this.#lostReason = words
    this.#onChange()
  }
}
