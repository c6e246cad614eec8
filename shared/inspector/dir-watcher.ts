/**
 * Tells that something happened in a queue's directories. All it tells are hints, never the truth: the kernel drops events
 * without a word when our loop is busy. Whoever gets the hints lists.
 *
 * chokidar watches the root, where directories come and go. The directories of the tasks are watched by plain fs.watch:
 * chokidar 6 lists and lstats every entry of a directory that it begins to watch (1,000,000 tasks: 12 s instead of 1 s for
 * the bare listing), and spends three times as much on each event. Both hold one inotify watch per directory.
 */
import { watch as watchTree } from 'chokidar'
import type { FSWatcher as TreeWatcher } from 'chokidar'
import { lstatSync, watch as watchDir } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import path from 'node:path'
import { errnoOrNull } from '../queue/errors.ts'
import { EventNap } from './event-nap.ts'

export interface WatchHints {
  /** Something happened to `name` in the directory `dir` (its name inside the queue's; '' is the root). Null: list it. */
  onHint(dir: string, name: string | null): void
  /** Events cannot be had (the watch limit, a failed watcher): poll from now on. */
  onDeaf(reason: string): void
  /** The root was deleted, renamed or unmounted: this watcher hears no more of it, whatever comes to lie at its path. */
  onRootGone(): void
}

interface WatchedDir {
  readonly watcher: FSWatcher
  readonly inode: bigint
  /** The directory itself was removed or renamed: its watch hears nothing more. */
  isDead: boolean
}

const ROOT_DELAY_MS = 30

export class DirWatcher {
  readonly #root: string
  readonly #hints: WatchHints
  readonly #dirs = new Map<string, WatchedDir>()
  readonly #nap = new EventNap()
  #tree: TreeWatcher | null = null
  readonly #treeTimer: NodeJS.Timeout

  /**
   * The root itself is watched a moment later: setting that up takes as long as many a queue's first listing.
   * `onHint` for the root tells when it is; changes in the root before that bear no hint.
   */
  constructor(root: string, hints: WatchHints) {
    this.#root = root
    this.#hints = hints
    this.#treeTimer = setTimeout(() => {
      this.#watchRoot()
    }, ROOT_DELAY_MS)
  }

  #watchRoot(): void {
    const onEntry = (): void => {
      this.#hints.onHint('', null)
    }
    this.#tree = watchTree(this.#root, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (_entry, stats) => stats?.isFile() === true,
    })
    this.#tree.on('raw', (event, entry, details: unknown) => {
      // inotify tells the root's own end as a rename of its base name.
      if (event === 'rename' && entry === path.basename(this.#root) && isAbout(details, this.#root))
        this.#hints.onRootGone()
      onEntry()
    })
    this.#tree.on('addDir', onEntry).on('unlinkDir', onEntry).on('ready', onEntry)
    this.#tree.on('error', (error) => {
      this.#tellDeaf(error)
    })
  }

  /** Watches exactly these directories of the root. A directory that was made anew under its name is watched anew. */
  setDirs(names: Iterable<string>): void {
    const wanted = new Set(names)
    for (const [name, { watcher }] of this.#dirs) {
      if (wanted.has(name)) continue
      watcher.close()
      this.#dirs.delete(name)
    }
    for (const name of wanted) this.#watchDir(name)
  }

  async close(): Promise<void> {
    for (const { watcher } of this.#dirs.values()) watcher.close()
    this.#dirs.clear()
    clearTimeout(this.#treeTimer)
    await this.#tree?.close()
  }

  #watchDir(name: string): void {
    const full = path.join(this.#root, name)
    const inode = lstatSync(full, { bigint: true, throwIfNoEntry: false })?.ino
    const known = this.#dirs.get(name)
    if (inode === undefined || (known !== undefined && known.inode === inode && !known.isDead)) return
    known?.watcher.close()
    try {
      const watcher = watchDir(full, { persistent: true }, (event, entry) => {
        // inotify tells a directory's own end as a rename of its base name.
        if (event === 'rename' && entry === path.basename(name)) this.#bury(name)
        this.#hints.onHint(name, entry)
        this.#nap.count()
      })
      watcher.on('error', () => {
        this.#bury(name)
        this.#hints.onHint(name, null)
      })
      this.#dirs.set(name, { watcher, inode, isDead: false })
      if (known !== undefined) this.#hints.onHint(name, null)
    } catch (cause) {
      this.#dirs.delete(name)
      this.#tellDeaf(cause)
    }
  }

  #bury(name: string): void {
    const dir = this.#dirs.get(name)
    if (dir !== undefined) dir.isDead = true
    this.#hints.onHint('', null)
  }

  #tellDeaf(cause: unknown): void {
    const code = errnoOrNull(cause)
    // A directory that vanished or may not be read is no failure of the events; the listing tells of it.
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM' || code === 'ENOTDIR') return
    this.#hints.onDeaf(
      code === 'ENOSPC' || code === 'EMFILE'
        ? 'The system has no file watches left (fs.inotify.max_user_watches or max_user_instances). Changes are found by listing instead.'
        : `The system’s file events failed (${code ?? String(cause)}). Changes are found by listing instead.`,
    )
  }
}

function isAbout(details: unknown, root: string): boolean {
  return (
    typeof details === 'object' &&
    details !== null &&
    'watchedPath' in details &&
    details.watchedPath === root
  )
}
