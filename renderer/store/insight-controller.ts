import { toErrorReport } from '../client/error-report.ts'
import type { ErrorReport } from '../client/error-report.ts'
import type { History, HistoryRange, NodeFigures, Timings } from '../../shared/contract/insight.ts'
import type { Problem } from '../../shared/contract/model.ts'
import type { FailureGroups } from '../../shared/contract/query.ts'
import type { ControllerContext } from './controller-context.ts'
import { createStore } from './create-store.ts'
import type { Store } from './create-store.ts'

const NODES_EVERY_MS = 2_000
const HISTORY_EVERY_MS: Readonly<Record<HistoryRange, number>> = { hour: 5_000, day: 30_000 }
/** Reasons are read from many small files: not at each failure of a storm. */
const GROUPS_EVERY_MS = 5_000
const CLAIMS_OF_ONE_NODE = 100

/** What the overview and the views of nodes show beside the stream. */
export interface InsightState {
  readonly range: HistoryRange
  readonly history: History | null
  readonly timings: Timings | null
  readonly historyError: ErrorReport | null
  /** By node; with claims only for the node in view. */
  readonly nodes: ReadonlyMap<string, NodeFigures>
  readonly groups: FailureGroups | null
  readonly groupsError: ErrorReport | null
  readonly problems: readonly Problem[] | null
}

const NOTHING: InsightState = {
  range: 'hour',
  history: null,
  timings: null,
  historyError: null,
  nodes: new Map(),
  groups: null,
  groupsError: null,
  problems: null,
}

export interface InsightController {
  readonly store: Store<InsightState>
  /** To be called once a second: asks again for what is looked at, when it is time. */
  tick(): void
  setRange(range: HistoryRange): void
  retry(): void
  /** Another queue: nothing known of the former one holds. */
  reset(): void
}

export function createInsightController(context: ControllerContext): InsightController {
  return new Insight(context)
}

type Subject = 'history' | 'nodes' | 'groups' | 'problems'

class Insight implements InsightController {
  readonly store: Store<InsightState> = createStore(NOTHING)
  readonly #context: ControllerContext
  readonly #askedAtMs: Record<Subject, number> = {
    history: -Infinity,
    nodes: -Infinity,
    groups: -Infinity,
    problems: -Infinity,
  }
  readonly #asking = new Set<Subject>()
  #generation = 0
  #groupsRevision = -1
  #problemsSeen = -1
  #nodeAsked: string | null = null

  constructor(context: ControllerContext) {
    this.#context = context
  }

  tick(): void {
    const { place, connection, queue, update } = this.#context.store.get()
    if (connection !== 'ready' || queue === null || update === null) return
    if (place.kind === 'overview') {
      this.#ask('history', HISTORY_EVERY_MS[this.store.get().range], () => this.#askHistory())
      this.#ask('nodes', NODES_EVERY_MS, () => this.#askNodes(null))
      if (update.listRevisions.failed !== this.#groupsRevision)
        this.#ask('groups', GROUPS_EVERY_MS, () => this.#askGroups())
      if (update.problems !== this.#problemsSeen) this.#ask('problems', 1_000, () => this.#askProblems())
    } else if (place.kind === 'list' && place.list.state === 'in-progress' && place.list.node !== null) {
      const { node } = place.list
      if (node !== this.#nodeAsked) this.#askedAtMs.nodes = -Infinity
      this.#ask('nodes', NODES_EVERY_MS, () => this.#askNodes(node))
    }
  }

  setRange(range: HistoryRange): void {
    if (range === this.store.get().range) return
    this.store.set({ range, history: null, timings: null })
    this.retry()
  }

  retry(): void {
    this.#askedAtMs.history = -Infinity
    this.#askedAtMs.groups = -Infinity
    this.#groupsRevision = -1
    this.store.set({ historyError: null, groupsError: null })
    this.tick()
  }

  reset(): void {
    this.#generation++
    this.#groupsRevision = -1
    this.#problemsSeen = -1
    for (const subject of ['history', 'nodes', 'groups', 'problems'] as const)
      this.#askedAtMs[subject] = -Infinity
    this.#asking.clear()
    this.store.set({ ...NOTHING, range: this.store.get().range })
  }

  /** Never two questions of one kind at once; a late answer about a former queue is dropped. */
  #ask(subject: Subject, everyMs: number, question: () => Promise<Partial<InsightState>>): void {
    const nowMs = performance.now()
    if (this.#asking.has(subject) || nowMs - this.#askedAtMs[subject] < everyMs) return
    this.#askedAtMs[subject] = nowMs
    this.#asking.add(subject)
    const generation = this.#generation
    void (async () => {
      const patch = await question().catch((error: unknown) => this.#toFailure(subject, error))
      if (generation !== this.#generation) return
      this.#asking.delete(subject)
      this.store.set(patch)
    })()
  }

  /** While the connection is down its bar tells enough; what was known stays. */
  #toFailure(subject: Subject, error: unknown): Partial<InsightState> {
    if (this.#context.store.get().connection !== 'ready') return {}
    if (subject === 'history') return { historyError: toErrorReport(error) }
    return subject === 'groups' ? { groupsError: toErrorReport(error) } : {}
  }

  async #askHistory(): Promise<Partial<InsightState>> {
    const { range } = this.store.get()
    const input = { queueId: this.#context.queueId(), range }
    const { queue } = this.#context.client()
    const [history, timings] = await Promise.all([queue.history(input), queue.timings(input)])
    // Another range was chosen meanwhile: its own question is on its way.
    return range === this.store.get().range ? { history, timings, historyError: null } : {}
  }

  async #askNodes(node: string | null): Promise<Partial<InsightState>> {
    this.#nodeAsked = node
    const claims = node === null ? 1 : CLAIMS_OF_ONE_NODE
    const figures = await this.#context
      .client()
      .queue.nodes({ queueId: this.#context.queueId(), node, claims })
    const known = node === null ? [] : this.store.get().nodes
    return { nodes: new Map([...known, ...figures.map((of) => [of.node, of] as const)]) }
  }

  async #askGroups(): Promise<Partial<InsightState>> {
    this.#groupsRevision = this.#context.store.get().update?.listRevisions.failed ?? -1
    const groups = await this.#context
      .client()
      .queue.failureGroups({ queueId: this.#context.queueId(), queryId: null })
    return { groups, groupsError: null }
  }

  async #askProblems(): Promise<Partial<InsightState>> {
    this.#problemsSeen = this.#context.store.get().update?.problems ?? -1
    return { problems: await this.#context.client().queue.problems({ queueId: this.#context.queueId() }) }
  }
}
