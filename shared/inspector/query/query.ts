/**
 * One search over a list: first everything that lies there, hits as they come; afterwards what arrives, leaves, or turns with time. A task whose
 * content is changed under its name is not looked at again: neither our core nor Python's ever does that.
 */
import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurnOfLoop } from 'node:timers/promises'
import type { FilterTerm } from '../../contract/filter-expression.ts'
import type { TaskList } from '../../contract/model.ts'
import type { QueryProgress } from '../../contract/query.ts'
import { LatestValue } from '../latest-value.ts'
import { totalOf } from '../list-window.ts'
import type { ListedDir } from '../list-window.ts'
import type { DirChange } from '../queue-tracker.ts'
import { NameList } from '../task-index.ts'
import { toNameTestOrNull } from './name-terms.ts'
import type { NameTest } from './name-terms.ts'
import { BATCH_NAMES } from './query-pool.ts'
import type { QueryPool } from './query-pool.ts'
import type { QuerySource } from './query-source.ts'
import { toProbedName } from './task-probe.ts'
import type { ProbedName } from './task-probe.ts'
import { TurnTimes } from './turn-times.ts'
import { Unanswered } from './unanswered.ts'
import { toCheapestFirst, toDecider, VERDICT } from './verdict.ts'
import type { Decision } from './verdict.ts'
import type { SharedBatch } from './worker-messages.ts'

const PUBLISH_EVERY_MS = 100
/** The first batches are small, so that the first hits are seen at once. */
const FIRST_BATCH_NAMES = 32
/** The inspector's own thread does not test names for longer at a stretch. */
const STRETCH_MS = 8
/** So many files that take too long, and the fault lies with the expression. */
const MAX_SLOW_FILES = 3
const EMPTY = new NameList()
/** Where what came last is looked at first, and shown first. */
const LATEST_FIRST: ReadonlySet<TaskList['state']> = new Set(['failed', 'done', 'held', 'trash'])

export type ActTasks = ReadonlyMap<string, ReadonlySet<string>>

const NO_ACTS: ActTasks = new Map()

let nextProgram = 1

export class Query {
  readonly id = randomBytes(12).toString('hex')
  readonly #source: QuerySource
  readonly #pool: QueryPool
  readonly #list: TaskList
  readonly #decideName: (name: ProbedName, nowMs: number) => Decision
  readonly #fileTerms: readonly FilterTerm[]
  readonly #isNameUntested: boolean
  readonly #programs = new Map<string, number>()
  readonly #matches = new Map<string, NameList>()
  readonly #unanswered = new Unanswered()
  readonly #turns = new TurnTimes()
  readonly #progress: LatestValue<QueryProgress>
  readonly #stop = new AbortController()
  readonly #stopListening: () => void
  readonly #arrivals = new Map<string, string[]>()
  readonly #startedAtMs = performance.now()
  #phase: QueryProgress['phase'] = 'scanning'
  #failure: string | null = null
  #scanned = 0
  #slowFiles = 0
  #matchCount = 0
  #revision = 0
  #isSettling = false
  #publishTimer: NodeJS.Timeout | undefined
  #turnTimer: NodeJS.Timeout | undefined
  #publishedAtMs = 0

  /** @param actTasks The original ids of each act's tasks that the terms name. */
  constructor(
    source: QuerySource,
    pool: QueryPool,
    list: TaskList,
    terms: readonly FilterTerm[],
    actTasks: ActTasks = NO_ACTS,
  ) {
    this.#source = source
    this.#pool = pool
    this.#list = list
    const toTest = (term: FilterTerm): NameTest | null =>
      term.kind === 'act'
        ? ({ taskId }) => actTasks.get(term.operationId)?.has(taskId) === true
        : toNameTestOrNull(term)
    const ordered = toCheapestFirst(terms, list.state)
    const isFileTerm = (term: FilterTerm): boolean =>
      toTest(term) === null || (list.state === 'failed' && (term.kind === 'node' || term.kind === 'attempts'))
    this.#fileTerms = ordered.filter(isFileTerm)
    const nameTerms = ordered.filter((term) => !isFileTerm(term))
    this.#isNameUntested = nameTerms.length === 0 && this.#fileTerms.length > 0
    this.#decideName = toDecider(nameTerms, (term) => toTest(term) ?? (() => null))
    this.#progress = new LatestValue(this.progress())
    this.#stopListening = source.onCommit((changes) => {
      this.#onCommit(changes)
    })
  }

  /** Looks at everything that lies there. Resolves when that is done, or ended early. */
  async scan(): Promise<void> {
    const lists = this.#source.lists(this.#list).map(({ node, dir, names }) => {
      const all = names.window(0, names.size)
      return { node, dir, names: LATEST_FIRST.has(this.#list.state) ? all.toReversed() : all }
    })
    await this.#lookAt(lists)
    if (this.#stop.signal.aborted) return
    this.#phase = 'live'
    this.#turnTimer = setInterval(() => {
      this.#lookAtTurned()
    }, 1_000).unref()
    this.#publish()
    this.#settle()
  }

  /** The directories of the list with those of their tasks that match. */
  lists(): ListedDir[] {
    return this.#source
      .lists(this.#list)
      .map(({ node, dir }) => ({ node, dir, names: this.#matches.get(dir) ?? EMPTY }))
  }

  progress(): QueryProgress {
    const total = totalOf(this.#source.lists(this.#list))
    const isScanning = this.#phase === 'scanning'
    const seconds = (performance.now() - this.#startedAtMs) / 1000
    return {
      queryId: this.id,
      phase: this.#phase,
      error: this.#failure ?? this.#unanswered.words(),
      scanned: this.#phase === 'live' ? total : Math.min(this.#scanned, total),
      total,
      matches: this.#matchCount,
      perSecond: isScanning && seconds > 0 ? this.#scanned / seconds : 0,
      unanswered: this.#unanswered.size,
      revision: this.#revision,
    }
  }

  follow(signal: AbortSignal | undefined): AsyncGenerator<QueryProgress, void, void> {
    return this.#progress.follow(signal)
  }

  /** Ends the looking. What was found stays, less what leaves the list. */
  cancel(): void {
    if (this.#phase !== 'scanning' && this.#phase !== 'live') return
    this.#end('cancelled')
  }

  close(): void {
    this.#end(this.#phase)
    this.#stopListening()
    clearTimeout(this.#publishTimer)
    this.#progress.close()
  }

  #end(phase: QueryProgress['phase']): void {
    this.#phase = phase
    clearInterval(this.#turnTimer)
    this.#arrivals.clear()
    this.#stop.abort()
    this.#publish()
  }

  /** Tests names here, and has the files of those that are left looked at by the pool. */
  async #lookAt(
    dirs: readonly { node: string | null; dir: string; names: readonly string[] }[],
  ): Promise<void> {
    const { signal } = this.#stop
    const underWay = new Set<Promise<void>>()
    let yieldedAtMs = performance.now()
    let batchNames = FIRST_BATCH_NAMES
    for (const { node, dir, names } of dirs) {
      let candidates: string[] = []
      for (let at = 0; at < names.length && !signal.aborted; at++) {
        const name = names[at] ?? ''
        if (this.#testName(dir, node, name)) candidates.push(name)
        const isLast = at === names.length - 1
        if (candidates.length >= batchNames || (isLast && candidates.length > 0)) {
          const work = this.#readBatch(dir, node, candidates)
          underWay.add(work)
          void work.finally(() => underWay.delete(work))
          candidates = []
          batchNames = Math.min(BATCH_NAMES, batchNames * 2)
          if (underWay.size > this.#pool.size * 2) await Promise.race(underWay)
        }
        if ((at & 255) === 0 && performance.now() - yieldedAtMs > STRETCH_MS) {
          this.#publishSoon()
          await nextTurnOfLoop()
          yieldedAtMs = performance.now()
        }
      }
    }
    await Promise.all(underWay)
  }

  /** True where the name leaves it open whether the task matches. */
  #testName(dir: string, node: string | null, name: string): boolean {
    if (this.#isNameUntested) return true
    const nowMs = Date.now()
    const { verdict, turnsAtMs } = this.#decideName(toProbedName(this.#list.state, node, name), nowMs)
    this.#turns.note(turnsAtMs, nowMs, dir, name)
    if (verdict === VERDICT.match && this.#fileTerms.length > 0) return true
    this.#scanned++
    this.#take(dir, name, verdict)
    return false
  }

  async #readBatch(dir: string, node: string | null, names: readonly string[]): Promise<void> {
    const program = this.#programs.get(dir) ?? nextProgram++
    this.#programs.set(dir, program)
    const found = await this.#pool.run(
      {
        program,
        root: this.#source.root,
        list: this.#list.state,
        node,
        dir: `${this.#source.root}/${dir}`,
        terms: this.#fileTerms,
        names,
        onSlow: () => {
          this.#onSlow()
        },
      },
      this.#stop.signal,
    )
    // Where it failed, the tasks that took too long are in what there is of the batch.
    if (!this.#stop.signal.aborted || this.#phase === 'failed') this.#takeBatch(dir, names, found)
  }

  #takeBatch(dir: string, names: readonly string[], { verdicts, turnsAtMs }: SharedBatch): void {
    const nowMs = Date.now()
    for (const [at, name] of names.entries()) {
      const verdict = verdicts[at] ?? VERDICT.none
      if (verdict === VERDICT.none) continue
      this.#scanned++
      this.#turns.note(turnsAtMs[at] ?? Infinity, nowMs, dir, name)
      this.#take(dir, name, verdict)
    }
    this.#publishSoon()
  }

  #onSlow(): void {
    this.#slowFiles++
    if (this.#slowFiles < MAX_SLOW_FILES || this.#stop.signal.aborted) return
    this.#failure = `The search was ended: ${MAX_SLOW_FILES} tasks took longer than a second each. Make the expression simpler; a regular expression with nested repetition such as (a+)+ never ends on some texts.`
    this.#end('failed')
  }

  #take(dir: string, name: string, verdict: number): void {
    // It may have left while it was looked at.
    const isThere = verdict > VERDICT.no && this.#source.has(dir, name)
    if (verdict === VERDICT.match && isThere) {
      let list = this.#matches.get(dir)
      if (list === undefined) this.#matches.set(dir, (list = new NameList()))
      if (list.add(name)) this.#onMatches(1)
    } else if (this.#matches.get(dir)?.delete(name) === true) this.#onMatches(-1)
    // Gone, and yet in the list: it may have come back under its name between two looks of the list.
    if (isThere && verdict === VERDICT.gone) this.#turns.note(Date.now(), Date.now(), dir, name)
    if (isThere) this.#unanswered.note(dir, name, verdict)
    else this.#unanswered.forget(dir, name)
  }

  #onMatches(change: number): void {
    this.#matchCount += change
    this.#revision++
    if (this.#matchCount === 1 && change === 1) this.#publish()
    else this.#publishSoon()
  }

  #onCommit(changes: ReadonlyMap<string, DirChange>): void {
    const nodes = new Map(this.#source.lists(this.#list).map(({ dir, node }) => [dir, node]))
    for (const [dir, { arrived, vanished }] of changes) {
      for (const name of vanished) {
        if (this.#matches.get(dir)?.delete(name) === true) this.#onMatches(-1)
        this.#unanswered.forget(dir, name)
      }
      if (!nodes.has(dir) || this.#stop.signal.aborted) continue
      const waiting = this.#arrivals.get(dir)
      if (waiting === undefined) this.#arrivals.set(dir, [...arrived])
      else for (const name of arrived) waiting.push(name)
    }
    this.#publishSoon()
    this.#settle()
  }

  #lookAtTurned(): void {
    for (const [dir, names] of this.#turns.takeUntil(Date.now()))
      this.#arrivals.set(dir, [...(this.#arrivals.get(dir) ?? []), ...names])
    this.#settle()
  }

  /** Looks at what has arrived or turned, one lot after the other. */
  #settle(): void {
    // Not before the scan has ended: of two looks at one task the later one must have the last word.
    if (this.#isSettling || this.#phase !== 'live') return
    this.#isSettling = true
    void (async () => {
      while (this.#arrivals.size > 0 && !this.#stop.signal.aborted) {
        const nodes = new Map(this.#source.lists(this.#list).map(({ dir, node }) => [dir, node]))
        const lot = [...this.#arrivals].map(([dir, names]) => ({ dir, node: nodes.get(dir) ?? null, names }))
        this.#arrivals.clear()
        await this.#lookAt(lot.filter(({ dir }) => nodes.has(dir)))
      }
    })().finally(() => {
      this.#isSettling = false
    })
  }

  #publishSoon(): void {
    this.#publishTimer ??= setTimeout(
      () => {
        this.#publish()
      },
      Math.max(0, this.#publishedAtMs + PUBLISH_EVERY_MS - performance.now()),
    )
  }

  #publish(): void {
    clearTimeout(this.#publishTimer)
    this.#publishTimer = undefined
    this.#publishedAtMs = performance.now()
    this.#progress.set(this.progress())
  }
}
