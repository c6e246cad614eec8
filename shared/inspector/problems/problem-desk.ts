import type { CureId, CureOutcome, Integrity, Problem } from '../../contract/model.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import { InspectorError } from '../inspector-error.ts'
import type { FileSpot } from '../../queue/state-moves.ts'
import type { QueueTracker } from '../queue-tracker.ts'
import { Cures } from './cures.ts'
import { toFindings } from './findings.ts'
import type { Finding } from './findings.ts'
import { toSeenProblems } from './problem-ids.ts'
import { scanForProblems } from './scan.ts'

const SCAN_EVERY_MS = 10_000

interface ProblemDeskOptions {
  /** Absolute path of the queue. */
  readonly root: string
  readonly tracker: QueueTracker
  /** Verdicts on tasks that were looked into so far, by `<dir>/<name>`. */
  readonly verdicts: () => ReadonlyMap<string, Integrity>
  /** Called when a round of looking is over. */
  readonly onScanned: () => void
  /** Called with each file that was moved, before anything can look. */
  readonly onMoved: (from: FileSpot, to: FileSpot) => void
}

/** What is wrong with one open queue: found now and then, told, and mended one by one. */
export class ProblemDesk {
  readonly #options: ProblemDeskOptions
  readonly #cures: Cures
  #scanned: readonly Finding[] = []
  #scannedAtMs = -Infinity
  #scanning: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: ProblemDeskOptions) {
    this.#options = options
    this.#cures = new Cures(options.root, options.onMoved)
  }

  get count(): number {
    return this.#findings().length
  }

  async list(): Promise<Problem[]> {
    return (await toSeenProblems(this.#options.root, this.#findings())).map(({ problem }) => problem)
  }

  /**
   * Mends a problem as the person saw it.
   * @throws {InspectorError} TASK_GONE where it is another one by now; else as Cures.cure
   */
  async cure(problemId: string, cureId: CureId): Promise<CureOutcome> {
    const seen = await toSeenProblems(this.#options.root, this.#findings())
    const meant = seen.find(({ problem }) => problem.problemId === problemId)
    if (meant === undefined)
      throw new InspectorError(
        'TASK_GONE',
        'This problem is gone, or another file lies there now. Nothing was moved.',
      )
    const outcome = await this.#cures.cure(meant, cureId)
    await this.scan()
    return outcome
  }

  /** @throws {InspectorError} as Cures.undo */
  async undoCure(undoId: string): Promise<CureOutcome> {
    const outcome = this.#cures.undo(undoId)
    await this.scan()
    return outcome
  }

  /** To be called once a second or so. */
  tick(): void {
    if (performance.now() - this.#scannedAtMs > SCAN_EVERY_MS) void this.scan()
  }

  /** Looks for what the lists do not tell. Rounds never overlap. */
  scan(): Promise<void> {
    const { root, tracker, onScanned } = this.#options
    this.#scanning = this.#scanning.then(async () => {
      if (this.#isClosed) return
      this.#scannedAtMs = performance.now()
      try {
        this.#scanned = await scanForProblems(root, tracker, Date.now())
      } catch (cause) {
        // The directory went away under the look: the watch tells of it.
        if (errnoOrNull(cause) === null) throw cause
      }
      onScanned()
    })
    return this.#scanning
  }

  /** Resolves when nothing is being looked at any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#scanning
  }

  #findings(): Finding[] {
    const { root, tracker, verdicts } = this.#options
    return toFindings(root, tracker, verdicts(), this.#scanned)
  }
}
