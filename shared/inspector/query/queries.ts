import { parseFilter } from '../../contract/filter-expression.ts'
import type { TaskList } from '../../contract/model.ts'
import type { QueryProgress } from '../../contract/query.ts'
import { InspectorError } from '../inspector-error.ts'
import { Query } from './query.ts'
import type { ActTasks } from './query.ts'
import { QueryPool } from './query-pool.ts'
import type { QuerySource } from './query-source.ts'

/** Searches of one queue at once; one that nobody follows makes room. */
const MAX_QUERIES = 8
/** A search that nobody follows is forgotten after this time. */
const LINGER_MS = 60_000

interface Entry {
  readonly query: Query
  followers: number
  closing: NodeJS.Timeout | undefined
}

/** The searches of one open queue by handle. */
export class Queries {
  readonly #source: QuerySource
  readonly #pool = new QueryPool()
  /** Longest unused first. */
  readonly #open = new Map<string, Entry>()

  constructor(source: QuerySource) {
    this.#source = source
  }

  /**
   * Begins a search; it scans when `isListed` resolves.
   * @throws {InspectorError} BAD_REQUEST for an expression that cannot be understood, or too many searches.
   */
  open(list: TaskList, expression: string, isListed: Promise<void>, actTasks?: ActTasks): QueryProgress {
    const parsed = parseFilter(expression, Date.now())
    if (parsed.kind === 'error') {
      const { start, end, message } = parsed.error
      throw new InspectorError('BAD_REQUEST', message, new RangeError(`characters ${start} to ${end}`))
    }
    this.#makeRoom()
    const query = new Query(this.#source, this.#pool, list, parsed.terms, actTasks)
    const entry: Entry = { query, followers: 0, closing: undefined }
    this.#open.set(query.id, entry)
    this.#lingerIfUnfollowed(entry)
    isListed
      .then(() => query.scan())
      .catch((cause: unknown) => {
        console.error(cause)
        this.close(query.id)
      })
    return query.progress()
  }

  /** Somebody looks at tasks and may search them next. */
  warm(): void {
    this.#pool.warm()
  }

  /** @throws {InspectorError} UNKNOWN_HANDLE */
  get(queryId: string): Query {
    const entry = this.#entry(queryId)
    this.#lingerIfUnfollowed(entry)
    return entry.query
  }

  /** The progress as of now, then as it changes. @throws {InspectorError} UNKNOWN_HANDLE */
  async *follow(queryId: string, signal: AbortSignal | undefined): AsyncGenerator<QueryProgress, void, void> {
    const entry = this.#entry(queryId)
    entry.followers++
    clearTimeout(entry.closing)
    try {
      yield* entry.query.follow(signal)
    } finally {
      entry.followers--
      this.#lingerIfUnfollowed(entry)
    }
  }

  /** Forgets a search; one that is not known is as good as closed. */
  close(queryId: string): void {
    const entry = this.#open.get(queryId)
    if (entry === undefined) return
    clearTimeout(entry.closing)
    this.#open.delete(queryId)
    entry.query.close()
  }

  async closeAll(): Promise<void> {
    for (const queryId of this.#open.keys()) this.close(queryId)
    await this.#pool.close()
  }

  #entry(queryId: string): Entry {
    const entry = this.#open.get(queryId)
    if (entry === undefined)
      throw new InspectorError('UNKNOWN_HANDLE', 'This search has ended. Start it again.')
    this.#open.delete(queryId)
    this.#open.set(queryId, entry)
    return entry
  }

  #makeRoom(): void {
    if (this.#open.size < MAX_QUERIES) return
    const unused = [...this.#open].find(([, { followers }]) => followers === 0)
    if (unused === undefined)
      throw new InspectorError(
        'BAD_REQUEST',
        `${MAX_QUERIES} searches of this queue are open already. Close one of them first.`,
      )
    this.close(unused[0])
  }

  #lingerIfUnfollowed(entry: Entry): void {
    clearTimeout(entry.closing)
    if (entry.followers > 0 || !this.#open.has(entry.query.id)) return
    entry.closing = setTimeout(() => {
      this.close(entry.query.id)
    }, LINGER_MS)
    entry.closing.unref()
  }
}
