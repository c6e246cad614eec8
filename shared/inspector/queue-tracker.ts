/**
 * Keeps the lists of one queue equal to its directories: takes hints, looks or lists, commits the differences of all
 * directories at once, and looks twice before it calls a task gone (a listing of several directories is no snapshot).
 */
import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { isTaskName, parseTaskName } from '../queue/index.ts'
import { TRASH_ORIGINS } from '../contract/model.ts'
import { isReservedDir } from '../queue/states.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { isLookingCheaper, lookAtNames, readListingOrNull, toDifference } from './reconcile.ts'
import type { DirDifference } from './reconcile.ts'
import { NameList } from './task-index.ts'
import { countTransitions } from './transitions.ts'
import type { ObservedLook } from './transitions.ts'
import type { FlowMeter } from './flow.ts'

export interface TrackedDir {
  readonly list: NameList
  /** Entries that are no tasks. */
  foreign: readonly string[]
  /** False until the first listing. */
  isListed: boolean
  /** Why the directory cannot be listed; null: it can. */
  error: string | null
  /** Revision at which the list last changed. */
  revision: number
  /** Number of hints so far: tells whether a moved mtime was explained. */
  hints: number
}

/** What a commit has changed in one directory's list. */
export interface DirChange {
  readonly arrived: readonly string[]
  readonly vanished: readonly string[]
}

/** `list`: the whole directory is in doubt; a set: these names are. */
type Doubt = 'list' | Set<string>

/** State directories whose tasks the inspector lists. `creating` holds nobody's tasks yet. */
const LISTED_STATES = ['pending', 'scheduled', 'failed', 'done'] as const

/**
 * Directories inside failed/ that hold tasks which a person parked: held ones, and deleted ones by the state that they came from. They
 * are made when first needed, and no worker ever lists them.
 */
const PARKED_DIRS = ['failed/.held', ...TRASH_ORIGINS.map((origin) => `failed/.trash/${origin}`)] as const
/** A change of one of these in failed/ may have brought or taken a parked directory. */
const PARKED_ROOTS = new Set(['.held', '.trash'])

/** True for the directory of a node: whatever lies in the root and is not reserved. */
export function isNodeDir(dir: string): boolean {
  return !isReservedDir(dir) && !dir.includes('/')
}

export class QueueTracker {
  readonly #root: string
  readonly #flow: FlowMeter
  readonly #dirs = new Map<string, TrackedDir>()
  #doubts = new Map<string, Doubt>()
  #isRootInDoubt = true
  /** Names that were missed once, by directory. */
  #missedOnce = new Map<string, Set<string>>()
  #justGone = new Set<string>()
  /** Entries of the root that are links or files where a directory should be. */
  #wrongKind: readonly string[] = []
  #recordFiles: readonly string[] = []
  readonly #listeners = new Set<(changes: ReadonlyMap<string, DirChange>) => void>()
  #changes = new Map<string, DirChange>()
  revision = 0

  /** Called with the directories found, before they are listed: what watches them must be in place by then. */
  onDirs: (names: Iterable<string>) => void = () => {}

  /** Called after each look that found differences, with all of them. */
  onLook: (look: ObservedLook) => void = () => {}

  /** Called with the names that arrived in a directory, or passed through it, before the lists show it. */
  onSeen: (dir: string, names: readonly string[]) => void = () => {}

  constructor(root: string, flow: FlowMeter) {
    this.#root = root
    this.#flow = flow
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
    const known = this.#doubts.get(dir)
    if (name === null || !isTaskName(name)) this.#doubts.set(dir, 'list')
    else if (known === undefined) this.#doubts.set(dir, new Set([name]))
    else if (known !== 'list') known.add(name)
  }

  doubtEverything(): void {
    this.#isRootInDoubt = true
    for (const dir of this.#dirs.keys()) this.#doubts.set(dir, 'list')
  }

  /**
   * Settles all doubts noted so far. True where something that a person sees has changed.
   * Hints that come in meanwhile wait for the next call.
   */
  async reconcile(): Promise<boolean> {
    const before = this.revision
    if (this.#isRootInDoubt) await this.#readRoot()
    const doubts = this.#doubts
    this.#doubts = new Map()
    const differences = new Map<string, DirDifference>()
    for (const [dir, doubt] of doubts) {
      const difference = await this.#observe(dir, doubt)
      if (difference !== null) differences.set(dir, difference)
    }
    this.#lookForTwins(differences)
    const justGone = this.#justGone
    countTransitions(differences, this.#flow, justGone)
    for (const [dir, { arrived, passed }] of differences) this.onSeen(dir, [...arrived, ...passed])
    this.#commit(differences)
    if (differences.size > 0) this.onLook({ differences, justGone, gone: this.#justGone })
    this.#tellListeners()
    return this.revision !== before
  }

  async #readRoot(): Promise<void> {
    this.#isRootInDoubt = false
    const entries = await readdir(this.#root, { withFileTypes: true })
    const present = new Set<string>()
    const wrongKind: string[] = []
    for (const entry of entries) {
      const isListed = (LISTED_STATES as readonly string[]).includes(entry.name)
      if (entry.isDirectory()) {
        if (isListed || !isReservedDir(entry.name)) present.add(entry.name)
      } else if (isReservedDir(entry.name) || entry.isSymbolicLink()) wrongKind.push(entry.name)
    }
    this.#recordFiles = entries
      .filter((entry) => entry.isFile() && entry.name.startsWith('.fq-'))
      .map((entry) => entry.name)
    for (const dir of await this.#readParkedDirs()) present.add(dir)
    if (wrongKind.join('/') !== this.#wrongKind.join('/')) this.revision++
    this.#wrongKind = wrongKind
    for (const dir of present) {
      if (this.#dirs.has(dir)) continue
      this.#dirs.set(dir, {
        list: new NameList(),
        foreign: [],
        isListed: false,
        error: null,
        revision: ++this.revision,
        hints: 0,
      })
      this.#doubts.set(dir, 'list')
    }
    for (const dir of this.#dirs.keys()) {
      if (present.has(dir)) continue
      this.#noteChange(dir, [], [...(this.#dirs.get(dir)?.list ?? [])])
      this.#dirs.delete(dir)
      this.#doubts.delete(dir)
      this.revision++
    }
    this.onDirs(this.#dirs.keys())
  }

  async #observe(dir: string, doubt: Doubt): Promise<DirDifference | null> {
    const tracked = this.#dirs.get(dir)
    if (tracked === undefined) return null
    const full = path.join(this.#root, dir)
    if (doubt !== 'list' && isLookingCheaper(doubt.size, tracked.list.size))
      return lookAtNames(full, tracked.list, doubt)
    const hinted = doubt === 'list' ? [] : doubt
    try {
      const listing = await readListingOrNull(full)
      if (listing === null) this.#isRootInDoubt = true
      this.#setError(tracked, null)
      if (listing !== null && listing.foreign.join('/') !== tracked.foreign.join('/')) {
        tracked.foreign = listing.foreign
        this.revision++
      }
      const tasks = listing?.tasks ?? []
      if (tracked.isListed) return toDifference(tracked.list, tasks, hinted)
      // First listing: what lies there was not pushed just now.
      tracked.isListed = true
      tracked.list.replaceAll(tasks)
      this.#noteChange(dir, tasks, [])
      tracked.revision = ++this.revision
      return null
    } catch (cause) {
      const code = errnoOrNull(cause)
      if (code === null) throw cause
      this.#setError(tracked, code)
      return null
    }
  }

  #setError(tracked: TrackedDir, error: string | null): void {
    if (tracked.error === error) return
    tracked.error = error
    tracked.revision = ++this.revision
  }

  /** A task that arrived somewhere may still be known at the place that it left: look there before showing it twice. */
  #lookForTwins(differences: Map<string, DirDifference>): void {
    const suspects = new Map<string, Set<string>>()
    const vanishedNames = new Set<string>()
    for (const [dir, { vanished }] of differences)
      for (const name of vanished) vanishedNames.add(`${dir}/${name}`)
    for (const [dir, { arrived }] of differences) {
      for (const name of arrived) {
        const id = parseTaskName(name)?.originalId ?? name
        for (const [other, tracked] of this.#dirs) {
          if (other === dir || !tracked.list.has(id) || vanishedNames.has(`${other}/${id}`)) continue
          suspects.set(other, (suspects.get(other) ?? new Set()).add(id))
        }
      }
    }
    for (const [dir, names] of suspects) {
      const tracked = this.#dirs.get(dir)
      if (tracked === undefined) continue
      const { vanished } = lookAtNames(path.join(this.#root, dir), tracked.list, names)
      if (vanished.length === 0) continue
      const known = differences.get(dir)
      differences.set(dir, {
        arrived: known?.arrived ?? [],
        passed: known?.passed ?? [],
        vanished: [...(known?.vanished ?? []), ...vanished],
      })
    }
  }

  #commit(differences: ReadonlyMap<string, DirDifference>): void {
    const arrivedIds = new Set<string>()
    for (const { arrived } of differences.values()) {
      for (const name of arrived) arrivedIds.add(parseTaskName(name)?.originalId ?? name)
    }
    const missedOnce = new Map<string, Set<string>>()
    this.#justGone = new Set()
    for (const [dir, { arrived, vanished }] of differences) {
      const tracked = this.#dirs.get(dir)
      if (tracked === undefined) continue
      const left: string[] = []
      for (const name of vanished) {
        const movedOn = arrivedIds.has(parseTaskName(name, 'node')?.originalId ?? name)
        if (!movedOn && this.#missedOnce.get(dir)?.has(name) !== true) {
          missedOnce.set(dir, (missedOnce.get(dir) ?? new Set()).add(name))
          this.doubt(dir, name)
        } else {
          if (tracked.list.delete(name)) left.push(name)
          this.#justGone.add(`${dir}/${name}`)
        }
      }
      const added = arrived.filter((name) => tracked.list.add(name))
      this.#noteChange(dir, added, left)
      if (added.length + left.length > 0) tracked.revision = ++this.revision
    }
    this.#missedOnce = missedOnce
  }

  #noteChange(dir: string, arrived: readonly string[], vanished: readonly string[]): void {
    if (this.#listeners.size === 0 || arrived.length + vanished.length === 0) return
    const known = this.#changes.get(dir)
    this.#changes.set(dir, {
      arrived: known === undefined ? arrived : [...known.arrived, ...arrived],
      vanished: known === undefined ? vanished : [...known.vanished, ...vanished],
    })
  }

  /** The parked directories that are there. A link in the place of one is not followed. */
  async #readParkedDirs(): Promise<string[]> {
    const found: string[] = []
    for (const dir of PARKED_DIRS) {
      try {
        if ((await lstat(path.join(this.#root, dir))).isDirectory()) found.push(dir)
      } catch (cause) {
        if (errnoOrNull(cause) === null) throw cause
      }
    }
    return found
  }

  /** Modification times of the directories in ns: they move at each arrival and departure. Missing ones are left out. */
  async readDirMtimes(): Promise<Map<string, bigint>> {
    const mtimes = new Map<string, bigint>()
    // Directories two levels down come and go without an event in the root.
    const parked = await this.#readParkedDirs()
    if (parked.some((dir) => !this.#dirs.has(dir))) this.#isRootInDoubt = true
    for (const dir of this.#dirs.keys()) {
      try {
        mtimes.set(dir, (await lstat(path.join(this.#root, dir), { bigint: true })).mtimeNs)
      } catch (cause) {
        if (errnoOrNull(cause) === null) throw cause
      }
    }
    return mtimes
  }
}
