/**
 * Sets of tasks that were fixed at a click: names only, taken from the index, so that a million of them cost no look at a file.
 *
 * Which file a name meant at that moment is told later by its ctime: every rename moves it, so what came to the name after the click
 * has a later one. Three limits of that, and what is done about them:
 * - The kernel stamps files by a clock that lags the time of day by up to one tick (10 ms at 100 Hz). So only what is older than the
 *   click by a tick is taken for sure; in large sets what came within that last tick is skipped, and told.
 * - On network file systems the server's clock stamps. There, and where time stamps are no finer than a second, and for sets of up to
 *   STAT_PASS_TASKS, each file is looked at right after the click, and device and inode are kept.
 * - A clock that was set back lets later files look earlier. Device and the kind of the file are checked in any case.
 */
import { lstatSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { randomBytes } from 'node:crypto'
import type { FrozenSet } from '../../contract/work.ts'
import type { TaskList } from '../../contract/model.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import type { FileCheck } from '../../queue/state-moves.ts'
import { InspectorError } from '../inspector-error.ts'
import { toDirName } from '../queue-dir.ts'
import { countTasks } from './move-unit.ts'
import type { TaskRun } from './move-unit.ts'
import { TimeSlice } from './time-slice.ts'

/** A set lives this long after its last use. */
const KEEP_MS = 3_600_000
/** The least recently used goes first beyond these. */
const MAX_SETS = 16
const MAX_TASKS = 4_000_000
/** Up to so many files are looked at one by one when a set is frozen. */
const STAT_PASS_TASKS = 2_000
/** How far the clock that stamps files may lag the time of day. */
const TICK_MS = 10
const SAMPLE_FILES = 32

export interface FrozenTasks {
  readonly info: FrozenSet
  readonly runs: readonly TaskRun[]
}

/** Names of one directory, in order. */
export interface NamedTasks {
  readonly node: string | null
  readonly names: readonly string[]
}

export class FrozenSets {
  readonly #root: string
  readonly #isNetwork: () => boolean
  /** Least recently used first. */
  readonly #sets = new Map<string, FrozenTasks & { expiresAtMs: number }>()

  constructor(root: string, isNetwork: () => boolean) {
    this.#root = root
    this.#isNetwork = isNetwork
  }

  /** Fixes these names as of now. */
  async freeze(list: TaskList, named: readonly NamedTasks[]): Promise<FrozenSet> {
    const frozenAtMs = Date.now()
    const total = named.reduce((sum, { names }) => sum + names.length, 0)
    if (total > MAX_TASKS) {
      throw new InspectorError(
        'BAD_REQUEST',
        `At most ${MAX_TASKS.toLocaleString('en')} tasks can be acted on at once; these are ${total.toLocaleString('en')}. Choose fewer.`,
      )
    }
    const runs: TaskRun[] = []
    const slice = new TimeSlice()
    for (const { node, names } of named) {
      if (names.length === 0) continue
      const dir = toDirName(list.state, node)
      const run = { state: list.state, node, dir, names }
      const mustLook = total <= STAT_PASS_TASKS || this.#isNetwork() || this.#hasCoarseTimes(dir, names)
      const checkOf = mustLook
        ? await this.#lookAt(dir, names, frozenAtMs, slice)
        : this.#toCheckByTime(dir, frozenAtMs)
      runs.push({ ...run, checkOf })
    }
    const info = { setId: randomBytes(12).toString('hex'), list, total: countTasks(runs), frozenAtMs }
    this.#sets.set(info.setId, { info, runs, expiresAtMs: performance.now() + KEEP_MS })
    this.#forgetOld()
    return info
  }

  /** @throws {InspectorError} UNKNOWN_HANDLE */
  get(setId: string): FrozenTasks {
    this.#forgetOld()
    const found = this.#sets.get(setId)
    if (found === undefined) {
      throw new InspectorError(
        'UNKNOWN_HANDLE',
        'This selection was made too long ago and is not kept any more. Select the tasks again.',
      )
    }
    this.#sets.delete(setId)
    this.#sets.set(setId, { ...found, expiresAtMs: performance.now() + KEEP_MS })
    return found
  }

  #forgetOld(): void {
    let tasks = 0
    const sets = [...this.#sets].toReversed()
    for (const [at, [setId, { info, expiresAtMs }]] of sets.entries()) {
      tasks += info.total
      const isTooMany = at > 0 && (at >= MAX_SETS || tasks > MAX_TASKS)
      if (isTooMany || expiresAtMs < performance.now()) this.#sets.delete(setId)
    }
  }

  #toCheckByTime(dir: string, frozenAtMs: number): () => FileCheck {
    const dev = lstatOrNull(`${this.#root}/${dir}`)?.dev ?? 0n
    const check: FileCheck = { kind: 'since', dev, notAfterMs: frozenAtMs - TICK_MS }
    return () => check
  }

  /** A file whose ctime is later than the click is not what was meant; elsewhere than on the network it can be told here already. */
  async #lookAt(
    dir: string,
    names: readonly string[],
    frozenAtMs: number,
    slice: TimeSlice,
  ): Promise<(index: number) => FileCheck> {
    const latestNs = this.#isNetwork() ? null : (BigInt(frozenAtMs) + 1n) * 1_000_000n
    let dev = 0n
    const inodes = new BigUint64Array(names.length)
    for (const [at, name] of names.entries()) {
      const found = lstatOrNull(`${this.#root}/${dir}/${name}`)
      if (found !== null && found.isFile() && (latestNs === null || found.ctimeNs <= latestNs)) {
        inodes[at] = found.ino
        dev = found.dev
      }
      if (slice.isOver) await slice.next()
    }
    return (index) => ({ kind: 'file', identity: { dev, ino: inodes[index] ?? 0n } })
  }

  /** Whole seconds on all of a few files: the file system keeps no finer times. */
  #hasCoarseTimes(dir: string, names: readonly string[]): boolean {
    const found = names.slice(0, SAMPLE_FILES).map((name) => lstatOrNull(`${this.#root}/${dir}/${name}`))
    return found.every((stats) => stats === null || stats.ctimeNs % 1_000_000_000n === 0n)
  }
}

/** Null where nothing can be seen there: whoever acts on it will be told why. */
function lstatOrNull(file: string): BigIntStats | null {
  try {
    return lstatSync(file, { bigint: true, throwIfNoEntry: false }) ?? null
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}
