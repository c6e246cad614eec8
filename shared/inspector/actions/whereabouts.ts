import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { MOVED_ON_WORDS } from '../../contract/moved-on-words.ts'
import { toVisibleLine } from '../../contract/visible-text.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import { originalIdOf } from '../../queue/index.ts'
import { isReservedDir } from '../../queue/states.ts'

/** Where each parked or waiting task is looked for under its own name. */
const BY_NAME: readonly (readonly [dir: string, words: string])[] = [
  ['pending', MOVED_ON_WORDS.pending],
  ['done', MOVED_ON_WORDS.done],
  ['failed', MOVED_ON_WORDS.failed],
  ['scheduled', MOVED_ON_WORDS.scheduled],
  ['failed/.held', MOVED_ON_WORDS.held],
]
/** What nodes hold is listed again after this many times as long as it took, and at least MIN_AGE_MS. */
const AGE_FACTOR = 20
const MIN_AGE_MS = 50

/** Tells where tasks went that are gone from their place, as far as names tell: a courtesy, the outcome is known without it. */
export class Whereabouts {
  readonly #root: string
  /** Names at the end of pending: what was put back lately. */
  readonly #lastPending: () => readonly string[]
  #holders = new Map<string, string>()
  #putBack = new Set<string>()
  #goodUntilMs = -Infinity

  constructor(root: string, lastPending: () => readonly string[]) {
    this.#root = root
    this.#lastPending = lastPending
  }

  /** One sentence about a task that was not found in `fromDir`. */
  find(name: string, fromDir: string): string {
    const id = originalIdOf(name)
    for (const [dir, words] of BY_NAME) {
      const isThere = (entry: string): boolean => existsSync(path.join(this.#root, dir, entry))
      if (dir !== fromDir && (isThere(id) || (name !== id && isThere(name)))) return words
    }
    if (performance.now() > this.#goodUntilMs) this.#lookAgain()
    const holder = this.#holders.get(id)
    if (holder !== undefined) return `Already taken by ${toVisibleLine(holder)}.`
    if (fromDir !== 'pending' && this.#putBack.has(id)) return MOVED_ON_WORDS.pending
    return 'Already gone: a worker took it, or somebody moved or removed it.'
  }

  #lookAgain(): void {
    const startedAt = performance.now()
    this.#holders = new Map()
    for (const node of namesIn(this.#root)) {
      if (isReservedDir(node) || node.startsWith('.')) continue
      for (const held of namesIn(path.join(this.#root, node))) this.#holders.set(originalIdOf(held), node)
    }
    this.#putBack = new Set(this.#lastPending().map(originalIdOf))
    const now = performance.now()
    this.#goodUntilMs = now + Math.max(MIN_AGE_MS, AGE_FACTOR * (now - startedAt))
  }
}

/** Empty for what is no directory, is gone, or may not be listed. */
function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return []
  }
}
