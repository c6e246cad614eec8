/**
 * chokidar over the directories of a queue, task files ignored: one inotify watch per directory. Its raw events are
 * hints ("something happened to this name in this directory"), never the truth: the kernel drops events without a word
 * when our loop is busy, and a replaced or missing root goes deaf. Whoever gets the hints lists.
 */
import { watch } from 'chokidar'
import type { FSWatcher } from 'chokidar'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { errnoOrNull } from '../queue/errors.ts'

export interface WatchHints {
  /** Something happened to `name` in the directory `dir` (its name inside the queue's; '' is the root). Null: list it. */
  onHint(dir: string, name: string | null): void
  /** Events cannot be had (the watch limit, a failed watcher): poll from now on. */
  onDeaf(reason: string): void
}

const TASK_FILE = /[/\\]\d+_[^/\\]*$/

export class DirWatcher {
  readonly #watcher: FSWatcher
  readonly #root: string

  constructor(root: string, hints: WatchHints) {
    this.#root = root
    const hidden = path.join(root, 'failed') + path.sep + '.'
    this.#watcher = watch(root, {
      // `.meta`, `.trash` and `.held` hold files by the thousand that belong to no list.
      ignored: (entry, stats) => TASK_FILE.test(entry) || entry.startsWith(hidden) || (stats !== undefined && !stats.isDirectory()),
      ignoreInitial: true,
      followSymlinks: false,
      depth: 2,
    })
    this.#watcher.on('raw', (_event, name, details: unknown) => {
      const dir = this.#dirNameOrNull(toWatchedPath(details))
      if (dir !== null) hints.onHint(dir, typeof name === 'string' && name !== '' ? path.basename(name) : null)
    })
    const onDir = (entry: string): void => {
      const dir = this.#dirNameOrNull(entry)
      if (dir !== null && dir !== '') hints.onHint(dir, null)
      hints.onHint('', null)
    }
    this.#watcher.on('addDir', onDir).on('unlinkDir', onDir)
    this.#watcher.on('error', (error) => {
      if (!existsSync(root)) return // the root's own poll tells that
      hints.onDeaf(toDeafReason(error))
    })
  }

  /** Resolves when every directory is watched: changes before that may bear no hint. */
  ready(): Promise<void> {
    return new Promise((resolve) => {
      this.#watcher.once('ready', () => {
        resolve()
      })
    })
  }

  close(): Promise<void> {
    return this.#watcher.close()
  }

  /** '' for the root, a bare name for its directories, null for anything deeper or elsewhere. */
  #dirNameOrNull(entry: string | null): string | null {
    if (entry === null) return null
    const relative = path.relative(this.#root, entry)
    return relative.includes(path.sep) || relative === '..' ? null : relative
  }
}

function toWatchedPath(details: unknown): string | null {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return null
  return typeof details.watchedPath === 'string' ? details.watchedPath : null
}

function toDeafReason(error: unknown): string {
  const code = errnoOrNull(error)
  if (code === 'ENOSPC' || code === 'EMFILE') {
    return 'The system has no file watches left (fs.inotify.max_user_watches or max_user_instances). Changes are found by listing instead.'
  }
  return `The system's file events failed (${code ?? String(error)}). Changes are found by listing instead.`
}
