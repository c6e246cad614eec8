/**
 * Finds tasks in progress whose holder is gone. No wall clock decides over a live lease:
 * - a lease of ours of this boot: by the shared monotonic clock, counted from the stamp in its name;
 * - a lease of a holder that is proven dead: at once;
 * - anything else (Python's names, other hosts'): name and change time seen unchanged for the whole timeout by our own monotonic
 *   clock; or, at first sight, a change time older than four timeouts, so that short-lived processes too recover what was left.
 */
import fs from 'node:fs'
import { listTasks } from './dir-listing.ts'
import { errnoOrNull } from './errors.ts'
import { parseNodeRecords, type NodeRecord } from './node-record.ts'
import type { QueueContext } from './queue-context.ts'
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

/** What was seen of the root, and when: shared time right before, and the observer's own. */
interface Look {
  readonly records: readonly NodeRecord[]
  readonly lookedUs: number
  readonly monotonicUs: number
}

export class Takeover {
  readonly #context: QueueContext
  readonly #timeoutUs: number
  #nextLookUs = Number.NEGATIVE_INFINITY
  #sightings = new Map<string, Sighting>()

  constructor(context: QueueContext) {
    this.#context = context
    this.#timeoutUs = context.timeoutStaleMs * 1000
  }

  /** How often findAbandoned() looks at all, µs. */
  get lookEveryUs(): number {
    return Math.min(this.#timeoutUs / LOOKS_PER_TIMEOUT, MAX_LOOK_EVERY_US)
  }

  /** The tasks to take over now; empty without any look at the disk until it is time for the next look. */
  findAbandoned(monotonicUs: number): AbandonedTask[] {
    if (monotonicUs < this.#nextLookUs) return []
    this.#nextLookUs = monotonicUs + this.lookEveryUs
    const lookedUs = this.#context.shared.nowUs()
    const entries = fs.readdirSync(this.#context.dataDir, { withFileTypes: true })
    const records = parseNodeRecords(entries.map((entry) => entry.name))
    const seen = new Map<string, Sighting>()
    const abandoned: AbandonedTask[] = []
    for (const entry of entries) {
      if (!entry.isDirectory() || isReservedDir(entry.name) || entry.name === this.#context.nodeId) continue
      if (entry.name.startsWith('.')) this.#reportStray(entry.name)
      else abandoned.push(...this.#findAbandonedOf(entry.name, { records, lookedUs, monotonicUs }, seen))
    }
    this.#sightings = seen
    return abandoned
  }

  #findAbandonedOf(
    node: string,
    { records, lookedUs, monotonicUs }: Look,
    seen: Map<string, Sighting>,
  ): AbandonedTask[] {
    const holders = records.filter((record) => record.node === node && record.thisBoot)
    const isProvenDead = holders.length > 0 && holders.every((holder) => holder.fate === 'dead')
    const isGone = (task: ParsedTaskName): boolean => {
      // Only a node with a record stamps its leases; elsewhere a stamp is the time at which a task was put back.
      const isOurLease = task.stamped && holders.length > 0
      // A lease younger than the look at the records may be that of a holder who came after it.
      if (isOurLease && isProvenDead && task.stampUs < lookedUs) return true
      if (isOurLease && this.#context.shared.elapsedSince(task.stampUs) >= this.#timeoutUs) return true
      return this.#isUnchangedTooLong(
        `${this.#context.dataDir}/${node}/${task.name}`,
        isOurLease,
        monotonicUs,
        seen,
      )
    }
    return this.#listNode(node).flatMap((task) => (isGone(task) ? { node, task } : []))
  }

  #reportStray(name: string): void {
    const consequence = 'It is left alone; Python workers take it for a node and its files for tasks.'
    this.#context.problems.reportOnce({
      kind: 'stray-directory',
      path: `${this.#context.dataDir}/${name}`,
      consequence,
    })
  }

  #listNode(node: string): ParsedTaskName[] {
    const dir = `${this.#context.dataDir}/${node}`
    try {
      const { names, foreign } = listTasks(dir)
      this.#context.problems.reportForeign(dir, foreign)
      return names.flatMap((name) => parseTaskName(name, 'node') ?? [])
    } catch (cause) {
      if (errnoOrNull(cause) !== 'ENOENT') {
        this.#context.problems.reportOnce({
          kind: 'io-error',
          path: dir,
          cause,
          consequence: 'Tasks left there are not taken over.',
        })
      }
      return []
    }
  }

  #isUnchangedTooLong(
    path: string,
    isOurLease: boolean,
    nowUs: number,
    seen: Map<string, Sighting>,
  ): boolean {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return false
    const before = this.#sightings.get(path)
    if (before === undefined || before.ctimeMs !== stat.ctimeMs) {
      seen.set(path, { ctimeMs: stat.ctimeMs, sinceUs: nowUs })
      return (
        !isOurLease &&
        this.#context.clock.wallUs() - stat.ctimeMs * 1000 > LONG_AGO_TIMEOUTS * this.#timeoutUs
      )
    }
    seen.set(path, before)
    return nowUs - before.sinceUs >= this.#timeoutUs
  }
}
