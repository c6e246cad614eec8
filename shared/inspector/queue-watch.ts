/**
 * Decides when to look: on hints at once (batched), on unexplained changes of a directory's mtime, after bursts in which
 * the kernel may have dropped events, after sleep, and by polling where no events can be had. Tells its own health.
 */
import { readFileSync } from 'node:fs'
import type { WatchHealth } from '../contract/model.ts'
import { DirWatcher } from './dir-watcher.ts'
import { LOCAL_DISK } from './disk.ts'
import type { Disk } from './disk.ts'
import { toNetworkNameOrNull } from './file-system-kind.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { InspectorError } from './inspector-error.ts'
import { isSameQueueDir, readQueueDir } from './queue-dir.ts'
import type { QueueDir } from './queue-dir.ts'
import type { QueueTracker } from './queue-tracker.ts'

/**
 * From this many events a millisecond on, each is felt by the worker that causes it. Then nodes' directories, which hold few
 * tasks and cause two events of five, are not listened to: each look lists them.
 */
const DEAFEN_PER_MS = 8
const LISTEN_PER_MS = 3
const DEAFEN_DIR_SHARE = 0.05
const DEAFEN_MAX_TASKS = 256
/** A first hint after rest is followed by others: a move makes two. */
const GATHER_MS = 8
/** Looks use a tenth of the time at most, and are never farther apart than the second number. */
const LOOK_SHARE = 10
const LOOK_EVERY_MS = { least: 40, most: 100 } as const
const TICK_MS = 1_000
/** How long after a burst its end is waited for, and after which time it is looked at anyway. */
const BURST_CALM_MS = 100
const BURST_MOST_MS = 4_000
const RECONCILE_MS = 60_000
/** A reconciliation may use up to 1/50 of the time. */
const RECONCILE_SHARE = 50
/** Directories that lie as they were listed, by their mtimes, are listed again after this time all the same. */
const RECONCILE_ALL_MS = 15 * 60_000
const POLL_MS = 2_000
/** A poll may use up to a fifth of the time. */
const POLL_SHARE = 5
/** A disk that has not answered after this time is called slow. */
const SLOW_MS = 2_000
/** The clocks of wall and process part while the machine sleeps; the timer is late while the process was stopped. */
const SLEPT_MS = 5_000
/** Due tasks are looked at this long before they are due. */
const DUE_AHEAD_US = 3_000_000
const DUE_AT_ONCE = 1_000
const INFERRED_AT_ONCE = 2_000
/** While a large act of ours runs, looks are this far apart, take at most this share of the time, and none may block for longer. */
const ACT_LOOK_MS = 1_000
const ACT_LOOK_SHARE = 12
const ACT_LOOK_MAX_MS = 120

export class QueueWatch {
  #dir: QueueDir
  readonly #tracker: QueueTracker
  readonly #onChange: () => void
  readonly #disk: Disk
  #watcher: DirWatcher | null = null
  #isWatcherDead = false
  #pollReason: string | null = null
  #lostReason: string | null = null
  #isReconciling = false
  #slowSinceMs: number | null = null
  /** Large acts of ours under way. */
  #acts = 0
  #isClosed = false
  #batchTimer: NodeJS.Timeout | undefined
  #burstTimer: NodeJS.Timeout | undefined
  #tickTimer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #hintsSinceLook = 0
  #hintsAtLook = new Map<string, number>()
  #lookedAtMs = -Infinity
  #lookTookMs = 0
  /** When more hints came than the kernel's queue may have held; null: not since the last reconciliation. */
  #burstAtMs: number | null = null
  readonly #burstHints = readBurstHints()
  #reconciledAtMs: number | null = null
  #fullLookAtMs = 0
  #fullLookTookMs = 0
  #allListedAtMs = 0
  #tickedAt = { wallMs: 0, monotonicMs: 0 }
  #mtimes = new Map<string, { mtimeNs: bigint; hints: number; isUnexplained: boolean }>()

  constructor(dir: QueueDir, tracker: QueueTracker, onChange: () => void, disk: Disk = LOCAL_DISK) {
    this.#dir = dir
    this.#tracker = tracker
    this.#onChange = onChange
    this.#disk = disk
  }

  get dir(): QueueDir {
    return this.#dir
  }

  get health(): WatchHealth {
    const reconciledAtMs = this.#reconciledAtMs
    if (this.#lostReason !== null) return { mode: 'lost', reason: this.#lostReason, reconciledAtMs }
    if (this.#slowSinceMs !== null) {
      const seconds = Math.round((performance.now() - this.#slowSinceMs) / 1_000)
      return {
        mode: 'catching-up',
        reason: `The disk has been asked for ${seconds} s and has not answered in full: it is slow, or the directories are very large. What is shown may be older.`,
        reconciledAtMs,
      }
    }
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
      await this.#watch()
      await this.#lookAtEverything()
    })
    if (this.#isClosed) return
    this.#tickedAt = { wallMs: Date.now(), monotonicMs: performance.now() }
    this.#tickTimer = setTimeout(this.#tick, TICK_MS)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#batchTimer)
    clearTimeout(this.#burstTimer)
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

  /** Begins to watch, or to poll where that is of no use. What comes to watch task directories is in place before they are listed. */
  async #watch(): Promise<void> {
    await this.#watcher?.close()
    this.#watcher = null
    this.#isWatcherDead = false
    this.#tracker.onDirs = () => {}
    const network = toNetworkNameOrNull(await this.#disk.readFileSystemType(this.#dir.path))
    this.#pollReason =
      network === null
        ? null
        : `This is a network file system (${network}): other machines' changes send no events, so the directories are listed every ${POLL_MS / 1000} s.`
    if (network !== null) {
      this.#tracker.setRemote()
      return
    }
    const watcher = new DirWatcher(this.#dir.path, {
      onHint: (dir, name) => this.hint(dir, name),
      onDeaf: (reason) => {
        if (this.#pollReason === null) this.#onChange()
        this.#pollReason = reason
      },
      onRootGone: () => {
        if (this.#watcher === watcher) this.#isWatcherDead = true
      },
    })
    this.#watcher = watcher
    this.#tracker.onDirs = (names) => {
      if (this.#acts === 0) watcher.setDirs([...names].filter((name) => !this.#tracker.unheard.has(name)))
    }
  }

  #schedule(): void {
    if (this.#batchTimer !== undefined || this.#isClosed) return
    const gapMs = Math.min(LOOK_EVERY_MS.most, Math.max(LOOK_EVERY_MS.least, this.#lookTookMs * LOOK_SHARE))
    const waitMs = Math.max(GATHER_MS, this.#lookedAtMs + gapMs - performance.now())
    this.#batchTimer = setTimeout(() => {
      this.#batchTimer = undefined
      void this.#exclusively(() => this.#look())
    }, waitMs)
  }

  /** Looks never overlap. A failure of the file system is told as lost; the next tick tries again. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(async () => {
      if (this.#isClosed) return
      const startedAt = performance.now()
      const slowTimer = setTimeout(() => {
        this.#slowSinceMs = startedAt
        this.#onChange()
      }, SLOW_MS)
      try {
        await work()
      } catch (cause) {
        this.#lose(cause)
      } finally {
        clearTimeout(slowTimer)
        if (this.#slowSinceMs !== null) {
          this.#slowSinceMs = null
          this.#onChange()
        }
      }
    })
    return this.#running
  }

  async #look(): Promise<void> {
    this.#chooseUnheard(performance.now() - this.#lookedAtMs)
    this.#lookedAtMs = performance.now()
    if (this.#hintsSinceLook > this.#burstHints) this.#noteBurst()
    this.#hintsSinceLook = 0
    const isChanged = await this.#tracker.reconcile()
    this.#lookTookMs = performance.now() - this.#lookedAtMs
    if (isChanged) this.#onChange()
    if (this.#tracker.hasDoubts || this.#tracker.unheard.size > 0) this.#schedule()
  }

  /** Before a look, `sinceMs` after the one before it. What is listened to again is listed after its watch is in place. */
  #chooseUnheard(sinceMs: number): void {
    const { unheard, dirs } = this.#tracker
    const perMs = this.#hintsSinceLook / sinceMs
    let isChosenAnew = false
    if (unheard.size > 0 && perMs < LISTEN_PER_MS) {
      this.#tracker.unheard = new Set()
      isChosenAnew = true
    } else if (perMs > DEAFEN_PER_MS) {
      const busy = this.#tracker.nodes().filter((node) => {
        const { hints = 0, list } = dirs.get(node) ?? {}
        const share = (hints - (this.#hintsAtLook.get(node) ?? 0)) / this.#hintsSinceLook
        return share > DEAFEN_DIR_SHARE && (list?.size ?? 0) <= DEAFEN_MAX_TASKS
      })
      isChosenAnew = busy.some((node) => !unheard.has(node))
      if (isChosenAnew) this.#tracker.unheard = new Set([...unheard, ...busy])
    }
    if (isChosenAnew) this.#tracker.onDirs(dirs.keys())
    for (const node of unheard) this.#tracker.doubt(node, null)
    this.#hintsAtLook = new Map([...dirs].map(([dir, { hints }]) => [dir, hints]))
  }

  #noteBurst(): void {
    this.#burstAtMs ??= performance.now()
    clearTimeout(this.#burstTimer)
    this.#burstTimer = setTimeout(() => {
      void this.#exclusively(async () => {
        if (this.#burstAtMs === null) return
        const isOver = performance.now() - this.#lookedAtMs >= BURST_CALM_MS && this.#hintsSinceLook === 0
        if (isOver || performance.now() - this.#burstAtMs > BURST_MOST_MS) await this.#reconcile()
        else this.#noteBurst()
      })
    }, BURST_CALM_MS)
  }

  async #lookAtEverything(): Promise<void> {
    this.#tracker.doubtEverything()
    this.#allListedAtMs = performance.now()
    await this.#settleAll()
  }

  /** Lists what is not proven to be as it was listed. */
  async #reconcile(): Promise<void> {
    if (performance.now() - this.#allListedAtMs > RECONCILE_ALL_MS) return this.#lookAtEverything()
    await this.#tracker.doubtUnproven()
    return this.#settleAll()
  }

  async #settleAll(): Promise<void> {
    const startedAt = performance.now()
    this.#isReconciling = this.#burstAtMs !== null
    if (this.#isReconciling) this.#onChange()
    this.#burstAtMs = null
    this.#hintsSinceLook = 0
    try {
      await this.#tracker.reconcile()
    } finally {
      this.#isReconciling = false
    }
    this.#fullLookAtMs = performance.now()
    this.#fullLookTookMs = this.#fullLookAtMs - startedAt
    this.#reconciledAtMs = Date.now()
    // While the listing went on, more may have come than the kernel could keep.
    if (this.#hintsSinceLook > this.#burstHints) this.#noteBurst()
    if (this.#tracker.hasDoubts) this.#schedule()
    this.#onChange()
  }

  readonly #tick = (): void => {
    void this.#exclusively(async () => {
      await this.#checkRoot()
      if (this.#lostReason !== null) return
      const sinceFullMs = performance.now() - this.#fullLookAtMs
      if (this.#acts > 0) {
        const gapMs = Math.max(ACT_LOOK_MS, this.#fullLookTookMs * ACT_LOOK_SHARE)
        if (sinceFullMs > gapMs && this.#fullLookTookMs < ACT_LOOK_MAX_MS) await this.#lookAtEverything()
        return
      }
      const isPollDue =
        this.#pollReason !== null && sinceFullMs >= Math.max(POLL_MS, this.#fullLookTookMs * POLL_SHARE)
      const isReconcileDue = sinceFullMs > Math.max(RECONCILE_MS, this.#fullLookTookMs * RECONCILE_SHARE)
      if (this.#hasSlept()) await this.#lookAtEverything()
      else if (isPollDue || isReconcileDue) await this.#reconcile()
      else await this.#doubtUnexplained()
      await this.#tracker.learnDue(String(Date.now() * 1_000 + DUE_AHEAD_US), DUE_AT_ONCE)
    }).finally(() => {
      if (!this.#isClosed) this.#tickTimer = setTimeout(this.#tick, TICK_MS)
    })
  }

  /** While the machine slept, or the process was stopped, events may have been lost, and other machines went on. */
  #hasSlept(): boolean {
    const before = this.#tickedAt
    this.#tickedAt = { wallMs: Date.now(), monotonicMs: performance.now() }
    const wallMs = this.#tickedAt.wallMs - before.wallMs
    const monotonicMs = this.#tickedAt.monotonicMs - before.monotonicMs
    return Math.abs(wallMs - monotonicMs) > SLEPT_MS || monotonicMs > this.#fullLookTookMs + SLEPT_MS
  }

  /** A directory whose mtime moved while no event told why, at two ticks running, is listed. */
  async #doubtUnexplained(): Promise<void> {
    if (this.#hintsSinceLook === 0 && this.#tracker.doubtInferred(INFERRED_AT_ONCE)) this.#schedule()
    for (const [dir, mtimeNs] of await this.#tracker.readDirMtimes()) {
      const hints = this.#tracker.dirs.get(dir)?.hints ?? 0
      const seen = this.#mtimes.get(dir)
      const isSilent = seen?.hints === hints
      const moved = seen !== undefined && seen.mtimeNs !== mtimeNs
      if (isSilent && seen.isUnexplained) {
        this.#tracker.doubt(dir, null)
        this.#schedule()
      } else if (isSilent && !moved && this.#burstAtMs === null) this.#tracker.prove(dir, mtimeNs)
      this.#mtimes.set(dir, { mtimeNs, hints, isUnexplained: moved && isSilent && !seen.isUnexplained })
    }
    // Directories of parked tasks may have come.
    if (this.#tracker.hasDoubts) this.#schedule()
  }

  /** The directory may vanish, come back, or be replaced by another under the same name: the watcher notices none of it. */
  async #checkRoot(): Promise<void> {
    const isSame = await isSameQueueDir(this.#dir)
    if (this.#lostReason === null && isSame && !this.#isWatcherDead) return
    try {
      this.#dir = await readQueueDir(this.#dir.path)
    } catch (cause) {
      this.#lose(cause)
      return
    }
    this.#lostReason = null
    await this.#watch()
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

/** Half of inotify's queue (16,384 events by default): below, a burst is trusted; above, everything is listed again. */
function readBurstHints(): number {
  try {
    const limit = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'))
    if (limit > 0) return limit / 2
  } catch {
    // Not Linux, or hidden: the default.
  }
  return 8_192
}
