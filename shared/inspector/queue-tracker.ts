/**
 * Keeps the lists of one queue equal to its directories: takes hints, looks or lists, commits the differences of all
 * directories at once, and looks twice before it calls a task gone (a listing of several directories is no snapshot).
 */
import path from 'node:path'
import { isTaskName, originalIdOf } from '../queue/index.ts'
import { isReservedDir } from '../queue/states.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { LOCAL_DISK } from './disk.ts'
import type { Disk } from './disk.ts'
import type { FlowMeter } from './flow.ts'
import { InferredNames } from './inferred-names.ts'
import { NameLooker } from './name-looker.ts'
import { OperatorMoves } from './operator-moves.ts'
import { PlaceSet } from './place-set.ts'
import type { SeenPlaces } from './place-set.ts'
import { readParkedDirs, readQueueRoot } from './queue-root.ts'
import { isLookingCheaper, readListingOrNull, toDifference, toListing } from './reconcile.ts'
import type { DirDifference } from './reconcile.ts'
import { NameList } from './task-index.ts'
import type { Place } from './inode-memory.ts'
import { Look, TaskMoves, toStage } from './task-moves.ts'
import { countTransitions } from './transitions.ts'
import type { ObservedLook } from './transitions.ts'

export interface TrackedDir {
  readonly list: NameList
  /** Entries that are no tasks. */
  foreign: readonly string[]
  /** False until the first listing. The list may hold the first names of a large directory by then. */
  isListed: boolean
  /** Why the directory cannot be listed; null: it can. */
  error: string | null
  /** Revision at which the list last changed. */
  revision: number
  /** Number of hints so far: tells whether a moved mtime was explained. */
  hints: number
  /** The directory's mtime before its last listing, where it proves that nothing changed since; else null. */
  listedMtimeNs: bigint | null
}

/** What a commit has changed in one directory's list. */
export interface DirChange {
  readonly arrived: readonly string[]
  readonly vanished: readonly string[]
}

/** `list`: the whole directory is in doubt; a set: these names are. */
type Doubt = 'list' | Set<string>

const LISTINGS_AT_ONCE = 4
/** Names shown of a directory that is being listed for the first time. */
const HEAD_NAMES = 512
/** Clocks of file systems tick in up to 10 ms (2 s on FAT): a younger mtime may stand for a later change too. */
const SETTLED_NS = 3_000_000_000n
/** Arrivals found by a listing are looked at for their inode up to this number. */
const MAX_TRACED = 1_000

/** A change of one of these in failed/ may have brought or taken a parked directory. */
const PARKED_ROOTS = new Set(['.held', '.trash'])

/** True for the directory of a node: whatever lies in the root and is not reserved. */
export function isNodeDir(dir: string): boolean {
  return !isReservedDir(dir) && !dir.includes('/')
}

export class QueueTracker {
  readonly #root: string
  readonly #flow: FlowMeter
  readonly #disk: Disk
  readonly #looker: NameLooker
  readonly #moves = new TaskMoves((place) => this.#isThere(place))
  readonly #dirs = new Map<string, TrackedDir>()
  #doubts = new Map<string, Doubt>()
  #isRootInDoubt = true
  /** The first listing of all is over. */
  #isWatching = false
  #rootIdentity: string | null = null
  /** Names that were missed once, by directory. */
  #missedOnce = new Map<string, Set<string>>()
  #justGone: SeenPlaces = new PlaceSet()
  readonly #inferred = new InferredNames()
  /** What the acts of this inspector have moved, not seen yet. */
  readonly operatorMoves = new OperatorMoves(() => performance.now())
  /** Scheduled tasks whose inodes are known because they are due. */
  #learntDue: ReadonlySet<string> = new Set()
  /** Entries of the root that are links or files where a directory should be. */
  #wrongKind: readonly string[] = []
  #recordFiles: readonly string[] = []
  readonly #listeners = new Set<(changes: ReadonlyMap<string, DirChange>) => void>()
  #changes = new Map<string, DirChange>()
  revision = 0
  /** Nodes whose events are not listened to at present: tasks pass through them unseen between two looks. */
  unheard: ReadonlySet<string> = new Set()

  /** Called with the directories found, before they are listed: what watches them must be in place by then. */
  onDirs: (names: Iterable<string>) => void = () => {}
  /** Called when the first names of a large directory are there, while the rest is being listed. */
  onHead: () => void = () => {}

  /** Called after each look that found differences, with all of them. */
  onLook: (look: ObservedLook) => void = () => {}
  /** Called with the names that arrived in a directory, or passed through it, before the lists show it. */
  onSeen: (dir: string, names: readonly string[]) => void = () => {}

  constructor(root: string, flow: FlowMeter, disk: Disk = LOCAL_DISK) {
    this.#root = root
    this.#flow = flow
    this.#disk = disk
    this.#looker = new NameLooker(disk)
  }

  get dirs(): ReadonlyMap<string, TrackedDir> {
    return this.#dirs
  }

  get wrongKind(): readonly string[] {
    return this.#wrongKind
  }

  /** The core's own plain files in the root: clock and node records. */
  get recordFiles(): readonly string[] {
    return this.#recordFiles
  }

  get hasDoubts(): boolean {
    return this.#isRootInDoubt || this.#doubts.size > 0
  }

  /** Called with what each `reconcile` has changed, after it is in the lists. @returns a function that ends it. */
  onCommit(listener: (changes: ReadonlyMap<string, DirChange>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tellListeners(): void {
    if (this.#changes.size === 0) return
    const changes = this.#changes
    this.#changes = new Map()
    for (const listener of this.#listeners) listener(changes)
  }

  /** Every directory that is no reserved one, sorted. */
  nodes(): string[] {
    return [...this.#dirs.keys()].filter(isNodeDir).toSorted()
  }

  /** The disk is another machine's: never wait for it in place. */
  setRemote(): void {
    this.#looker.isRemote = true
  }

  /** Notes a hint; `reconcile` looks. */
  doubt(dir: string, name: string | null): void {
    if (dir === '') {
      this.#isRootInDoubt = true
      return
    }
    const tracked = this.#dirs.get(dir)
    if (tracked !== undefined) tracked.hints++
    else this.#isRootInDoubt = true
    if (dir === 'failed' && name !== null && PARKED_ROOTS.has(name)) {
      this.#isRootInDoubt = true
      return
    }
    if (name === null || !isTaskName(name)) this.#doubts.set(dir, 'list')
    else {
      this.#inferred.hear(dir, name)
      this.#doubtName(dir, name)
    }
  }

  /** @returns whether a look at it was due before. */
  #doubtName(dir: string, name: string): boolean {
    const known = this.#doubts.get(dir)
    const isKnown = known === 'list' || known?.has(name) === true
    if (known === undefined) this.#doubts.set(dir, new Set([name]))
    else if (known !== 'list') known.add(name)
    return isKnown
  }

  doubtEverything(): void {
    this.#isRootInDoubt = true
    for (const dir of this.#dirs.keys()) this.#doubts.set(dir, 'list')
  }

  /** Doubts every directory whose mtime does not prove that it is as it was listed. */
  async doubtUnproven(): Promise<void> {
    this.#isRootInDoubt = true
    const mtimes = await this.readDirMtimes()
    for (const [dir, { listedMtimeNs }] of this.#dirs) {
      const mtimeNs = mtimes.get(dir)
      if (mtimeNs === undefined || mtimeNs !== listedMtimeNs) this.#doubts.set(dir, 'list')
    }
  }

  /** Notes that a directory lies as it was looked at: it was silent, and its mtime stands still. */
  prove(dir: string, mtimeNs: bigint): void {
    const tracked = this.#dirs.get(dir)
    const isSettled = BigInt(Date.now()) * 1_000_000n - mtimeNs > SETTLED_NS
    if (tracked?.isListed !== true || !isSettled || this.#doubts.has(dir)) return
    if (!this.#inferred.isInDoubt(dir)) tracked.listedMtimeNs = mtimeNs
  }

  /** Doubts, at most `limit` at once, the names that were called gone without a look. False where there are none. */
  doubtInferred(limit: number): boolean {
    return this.#inferred.take(limit, (dir, name) => this.#doubtName(dir, name))
  }

  /** Forgets every list: another directory lies at the root's path now, and nothing in it was pushed or finished just now. */
  #reset(): void {
    for (const [dir, { list }] of this.#dirs) this.#noteChange(dir, [], [...list])
    this.#dirs.clear()
    this.#doubts.clear()
    this.#missedOnce.clear()
    this.#inferred.clear()
    this.#isWatching = false
    this.revision++
  }

  /**
   * Settles all doubts noted so far. True where something that a person sees has changed.
   * Hints that come in meanwhile wait for the next call.
   */
  async reconcile(): Promise<boolean> {
    const before = this.revision
    const lookedAtMs = performance.now()
    if (this.#isRootInDoubt) await this.#readRoot()
    const doubts = this.#doubts
    this.#doubts = new Map()
    const rechecked = this.#inferred.beginLook()
    const look = new Look()
    const listings: [string, Doubt][] = []
    const lookups: [string, Set<string>][] = []
    for (const [dir, doubt] of doubts) {
      const tracked = this.#dirs.get(dir)
      if (tracked === undefined) continue
      if (doubt !== 'list' && isLookingCheaper(doubt.size, tracked.list.size)) lookups.push([dir, doubt])
      else listings.push([dir, doubt])
    }
    await inParallel(listings, ([dir, doubt]) => this.#list(look, dir, doubt === 'list' ? [] : doubt))
    await this.#lookAtHinted(look, lookups)
    look.forgetPassed(rechecked)
    await this.#moves.settleDoubles(look)
    for (const { dir, name } of this.#moves.trace(look, this.#dirs)) this.#inferred.add(dir, name)
    await this.#moves.settleTwins(look, this.#dirs)
    const { differences } = look
    const justGone = this.#justGone
    countTransitions(look, this.#flow, justGone, this.unheard.size > 0, this.operatorMoves)
    for (const [dir, { arrived, passed }] of differences) this.onSeen(dir, [...arrived, ...passed])
    const gone = this.#commit(look)
    const passed = look.passedPlaces()
    this.#justGone = { has: (dir, name) => gone.has(dir, name) || passed.has(dir, name) }
    if (differences.size > 0) this.onLook({ differences, justGone, gone, byPeople: this.operatorMoves })
    this.operatorMoves.settle(differences, gone, lookedAtMs)
    this.#tellListeners()
    this.#isWatching = true
    return this.revision !== before
  }

  async #readRoot(): Promise<void> {
    this.#isRootInDoubt = false
    const root = await readQueueRoot(this.#root)
    if (this.#rootIdentity !== null && this.#rootIdentity !== root.identity) this.#reset()
    this.#rootIdentity = root.identity
    this.#recordFiles = root.recordFiles
    if (root.wrongKind.join('/') !== this.#wrongKind.join('/')) this.revision++
    this.#wrongKind = root.wrongKind
    for (const dir of root.dirs) if (!this.#dirs.has(dir)) this.#addDir(dir)
    for (const dir of this.#dirs.keys()) {
      if (root.dirs.has(dir)) continue
      this.#noteChange(dir, [], [...(this.#dirs.get(dir)?.list ?? [])])
      this.#dirs.delete(dir)
      this.#doubts.delete(dir)
      this.#inferred.settle(dir)
      this.revision++
    }
    this.onDirs(this.#dirs.keys())
  }

  #addDir(dir: string): void {
    this.#dirs.set(dir, {
      list: new NameList(),
      foreign: [],
      isListed: false,
      error: null,
      revision: ++this.revision,
      hints: 0,
      listedMtimeNs: null,
    })
    this.#doubts.set(dir, 'list')
  }

  /** Lists a directory. `hinted` tells what came and went meanwhile. */
  async #list(look: Look, dir: string, hinted: Iterable<string>): Promise<void> {
    const tracked = this.#dirs.get(dir)
    if (tracked === undefined) return
    const full = path.join(this.#root, dir)
    try {
      const nowNs = BigInt(Date.now()) * 1_000_000n
      const mtimeNs = await this.#readMtimeNsOrNull(full)
      const [listing] = await Promise.all([
        readListingOrNull(this.#disk, full),
        tracked.isListed ? null : this.#showHead(tracked, full),
      ])
      if (listing === null) this.#isRootInDoubt = true
      this.#setError(tracked, null)
      this.#inferred.settle(dir)
      tracked.listedMtimeNs = mtimeNs !== null && nowNs - mtimeNs > SETTLED_NS ? mtimeNs : null
      if (listing !== null && listing.foreign.join('/') !== tracked.foreign.join('/')) {
        tracked.foreign = listing.foreign
        this.revision++
      }
      const tasks = listing?.tasks ?? []
      // A directory that is made while the others are watched is filled by moves: both their ends belong together.
      const isNew = !tracked.isListed && this.#isWatching && tasks.length <= MAX_TRACED
      if (tracked.isListed || isNew) await this.#compare(look, dir, toDifference(tracked.list, tasks, hinted))
      else {
        // Nobody saw it arrive: it was not pushed just now.
        tracked.list.replaceAll(tasks)
        this.#noteChange(dir, tasks, [])
        tracked.revision = ++this.revision
      }
      tracked.isListed = true
    } catch (cause) {
      const code = errnoOrNull(cause)
      if (code === null) throw cause
      this.#setError(tracked, code)
    }
  }

  async #readMtimeNsOrNull(full: string): Promise<bigint | null> {
    try {
      return await this.#disk.readMtimeNs(full)
    } catch (cause) {
      if (errnoOrNull(cause) === null) throw cause
      return null // the listing tells why
    }
  }

  /** Shows the first names of a large directory, while it is being listed. */
  async #showHead(tracked: TrackedDir, full: string): Promise<void> {
    try {
      const { names, isAll } = await this.#disk.readHead(full, HEAD_NAMES)
      if (isAll) return
      tracked.list.replaceAll(toListing(names).tasks)
      tracked.revision = ++this.revision
      this.onHead()
    } catch (cause) {
      if (errnoOrNull(cause) === null) throw cause // else the listing tells why
    }
  }

  async #compare(look: Look, dir: string, difference: DirDifference): Promise<void> {
    look.differences.set(dir, difference)
    const { arrived } = difference
    if (arrived.length === 0 || arrived.length > MAX_TRACED) return
    const files = await this.#looker.look(path.join(this.#root, dir), arrived)
    files.forEach((file, at) => file !== null && look.files.set(`${dir}/${arrived[at]}`, file))
  }

  /**
   * Looks at hinted names, where tasks end first and where they begin last. A hinted name whose task has just been found
   * further on is not looked at: a look at a name that is gone stops the workers' renames for a moment. It is looked at when
   * there is rest (`doubtInferred`).
   */
  async #lookAtHinted(look: Look, lookups: [string, Set<string>][]): Promise<void> {
    /** Of tasks found, by how far on they are. */
    const foundAt = new Map<string, number>()
    for (const [dir, hinted] of lookups.toSorted(([a], [b]) => toStage(b) - toStage(a))) {
      const { list } = this.#dirs.get(dir) ?? {}
      if (list === undefined) continue
      const { arrived, vanished, passed } = look.differenceOf(dir)
      const names: string[] = []
      for (const name of hinted) {
        const isFurtherOn = (foundAt.get(originalIdOf(name)) ?? 0) > toStage(dir)
        if (!isFurtherOn) names.push(name)
        else if (list.has(name)) {
          vanished.add(name)
          look.moved.add(dir, name)
          this.#inferred.add(dir, name)
        } else {
          passed.push(name)
          this.#inferred.add(dir, name)
        }
      }
      const files = await this.#looker.look(path.join(this.#root, dir), names)
      names.forEach((name, at) => {
        const file = files[at]
        const isKnown = list.has(name)
        if (file === null || file === undefined) {
          if (isKnown) vanished.add(name)
          else passed.push(name)
        } else if (!isKnown) {
          arrived.push(name)
          look.files.set(`${dir}/${name}`, file)
          foundAt.set(originalIdOf(name), toStage(dir))
        }
      })
    }
  }

  #setError(tracked: TrackedDir, error: string | null): void {
    if (tracked.error === error) return
    tracked.error = error
    tracked.revision = ++this.revision
  }

  async #isThere({ dir, name }: Place): Promise<boolean> {
    const [file] = await this.#looker.look(path.join(this.#root, dir), [name])
    return file !== null
  }

  /** @returns what was taken off the lists. */
  #commit(look: Look): PlaceSet {
    const { differences, moved } = look
    const passedIds = this.#missedOnce.size > 0 ? look.passedIds() : null
    const arrivedIds = new Set<string>()
    for (const dir of differences.keys()) for (const id of look.arrivedIds(dir)) arrivedIds.add(id)
    const missedOnce = new Map<string, Set<string>>()
    const gone = new PlaceSet()
    for (const [dir, { arrived, vanished }] of differences) {
      const tracked = this.#dirs.get(dir)
      if (tracked === undefined) continue
      const leaving = new Set<string>()
      for (const name of vanished) {
        const id = originalIdOf(name)
        const movedOn = arrivedIds.has(id) || moved.has(dir, name)
        const isMissedAgain = this.#missedOnce.get(dir)?.has(name) === true && passedIds?.has(id) !== true
        if (!movedOn && !isMissedAgain) {
          missedOnce.set(dir, (missedOnce.get(dir) ?? new Set()).add(name))
          this.#doubtName(dir, name)
        } else {
          leaving.add(name)
          gone.add(dir, name)
        }
      }
      const left = tracked.list.deleteAll(leaving)
      const added = arrived.filter((name) => tracked.list.add(name))
      this.#noteChange(dir, added, left)
      if (added.length + left.length > 0) tracked.revision = ++this.revision
    }
    this.#missedOnce = missedOnce
    return gone
  }

  #noteChange(dir: string, arrived: readonly string[], vanished: readonly string[]): void {
    if (this.#listeners.size === 0 || arrived.length + vanished.length === 0) return
    const known = this.#changes.get(dir)
    this.#changes.set(dir, {
      arrived: known === undefined ? arrived : [...known.arrived, ...arrived],
      vanished: known === undefined ? vanished : [...known.vanished, ...vanished],
    })
  }

  /**
   * Looks at the tasks that are due by `us` (µs since 1970), at most `limit`: Python gives a due task another id, and then
   * only its inode tells that it is the same.
   */
  async learnDue(us: string, limit: number): Promise<void> {
    const list = this.#dirs.get('scheduled')?.list
    if (list === undefined || list.size === 0) return
    const due = list.window(0, Math.min(limit, list.positionOfTime(us)))
    const names = due.filter((name) => !this.#learntDue.has(name))
    this.#learntDue = new Set(due)
    const files = await this.#looker.look(path.join(this.#root, 'scheduled'), names)
    names.forEach((name, at) => {
      const file = files[at]
      if (file !== null && file !== undefined) this.#moves.learn({ dir: 'scheduled', name }, file)
    })
  }

  /** Modification times of the directories in ns: they move at each arrival and departure. Missing ones are left out. */
  async readDirMtimes(): Promise<Map<string, bigint>> {
    const mtimes = new Map<string, bigint>()
    // Directories two levels down come and go without an event in the root.
    const parked = await readParkedDirs(this.#root)
    if (parked.some((dir) => !this.#dirs.has(dir))) this.#isRootInDoubt = true
    for (const dir of this.#dirs.keys()) {
      const mtimeNs = await this.#readMtimeNsOrNull(path.join(this.#root, dir))
      if (mtimeNs !== null) mtimes.set(dir, mtimeNs)
    }
    return mtimes
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values()
  await Promise.all(
    Array.from({ length: LISTINGS_AT_ONCE }, async () => {
      for (const item of waiting) await work(item)
    }),
  )
}
