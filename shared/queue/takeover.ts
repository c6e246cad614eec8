/**
 * Finds tasks in progress whose holder is gone. No wall clock decides over a live lease:
 * - a lease of ours of this boot: by the shared monotonic clock, counted from the stamp in its name;
 * - a lease of a holder that is proven dead: at once;
 * - anything else (Python's names, other hosts'): name and change time seen unchanged for the whole timeout by our own monotonic
 *   clock; or, at first sight, a change time older than four timeouts, so that short-lived processes too recover what was left.
 */
import fs from 'node:fs'
import type { Clock, SharedClock } from './clock.ts'
import { listTasks } from './dir-listing.ts'
import { errnoOrNull } from './errors.ts'
import { parseNodeRecords } from './node-record.ts'
import { isReservedDir } from './states.ts'
import { parseTaskName, type ParsedTaskName } from './task-id.ts'

const LOOKS_PER_TIMEOUT = 4
const MAX_LOOK_EVERY_US = 5e6
const LONG_AGO_TIMEOUTS = 4

export interface AbandonedTask {
  readonly node: string
  readonly task: ParsedTaskName
}

interface Sighting {
  readonly ctimeMs: number
  readonly sinceUs: number
}

export class Takeover {
  readonly #dataDir: string
  readonly #ownNode: string | null
  readonly #timeoutUs: number
  readonly #clock: Clock
  #nextLookUs = Number.NEGATIVE_INFINITY
  #sightings = new Map<string, Sighting>()

  constructor(dataDir: string, ownNode: string | null, timeoutStaleMs: number, clock: Clock) {
    this.#dataDir = dataDir
    this.#ownNode = ownNode
    this.#timeoutUs = timeoutStaleMs * 1000
    this.#clock = clock
  }

  /** How often findAbandoned() looks at all, µs. */
  get lookEveryUs(): number {
    return Math.min(this.#timeoutUs / LOOKS_PER_TIMEOUT, MAX_LOOK_EVERY_US)
  }

  /** The tasks to take over now; empty without any look at the disk until it is time for the next look. */
  findAbandoned(shared: SharedClock): AbandonedTask[] {
    const monotonicUs = this.#clock.monotonicUs()
    if (monotonicUs < this.#nextLookUs) return []
    this.#nextLookUs = monotonicUs + this.lookEveryUs
    const entries = fs.readdirSync(this.#dataDir, { withFileTypes: true })
    const records = parseNodeRecords(entries.map((entry) => entry.name))
    const seen = new Map<string, Sighting>()
    const abandoned: AbandonedTask[] = []
    for (const entry of entries) {
      if (
        !entry.isDirectory() ||
        isReservedDir(entry.name) ||
        entry.name === this.#ownNode ||
        entry.name.startsWith('.')
      )
        continue
      const ours = records.filter((record) => record.node === entry.name && record.thisBoot)
      const dead = ours.length > 0 && ours.every((record) => record.fate === 'dead')
      for (const task of this.#listNode(entry.name)) {
        const isOurLease = task.stamped && ours.length > 0
        const gone = isOurLease && (dead || shared.nowUs() - task.stampUs >= this.#timeoutUs)
        if (gone || this.#isUnchangedTooLong(entry.name, task.name, isOurLease, monotonicUs, seen)) {
          abandoned.push({ node: entry.name, task })
        }
      }
    }
    this.#sightings = seen
    return abandoned
  }

  #listNode(node: string): ParsedTaskName[] {
    try {
      return listTasks(`${this.#dataDir}/${node}`).names.flatMap((name) => parseTaskName(name, 'node') ?? [])
    } catch (error) {
      const code = errnoOrNull(error)
      if (code === 'ENOENT' || code === 'EACCES') return []
      throw error
    }
  }

  #isUnchangedTooLong(
    node: string,
    name: string,
    isOurLease: boolean,
    nowUs: number,
    seen: Map<string, Sighting>,
  ): boolean {
    const path = `${this.#dataDir}/${node}/${name}`
    const stat = fs.lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return false
    const before = this.#sightings.get(path)
    if (before === undefined || before.ctimeMs !== stat.ctimeMs) {
      seen.set(path, { ctimeMs: stat.ctimeMs, sinceUs: nowUs })
      return !isOurLease && this.#clock.wallUs() - stat.ctimeMs * 1000 > LONG_AGO_TIMEOUTS * this.#timeoutUs
    }
    seen.set(path, before)
    return nowUs - before.sinceUs >= this.#timeoutUs
  }
}
