import { assertNever } from './states.ts'

/** What the core meets and cannot repair, given to `onProblem`. Each names the path and what follows from it. */
export type QueueProblem = {
  readonly path: string
  /** What the core did about it, in words. */
  readonly consequence: string
} & (
  | TaskVerdict
  /** Cannot be opened, claimed or read: left where it is, offered again later. */
  | { readonly kind: 'unreadable-task'; readonly taskId: string; readonly cause: unknown }
  /** No task by its name or its kind: left alone. */
  | { readonly kind: 'foreign-file' }
  /** An id more than a day ahead of the clock: offered in its order, but new ids do not follow it. */
  | { readonly kind: 'clock-ahead'; readonly aheadUs: number }
  /** A hidden directory in the root, such as `.git`. To Python it is a node. */
  | { readonly kind: 'stray-directory' }
  /** Another live process works under this node id; opening was refused. */
  | { readonly kind: 'node-in-use'; readonly node: string }
  /** Housekeeping, waiting or the writing of a reason failed; the queue goes on. */
  | { readonly kind: 'io-error'; readonly cause: unknown }
)

/** Why the core itself gives a task to failed/. */
export type TaskVerdict =
  /** Its bytes are no task. */
  | {
      readonly kind: 'corrupt-task'
      readonly taskId: string
      readonly fault: 'too-short' | 'bad-version' | 'bad-checksum' | 'not-regular'
    }
  | { readonly kind: 'oversized-task'; readonly taskId: string; readonly bytes: number }
  /** Claimed `attempts` times without an end. */
  | { readonly kind: 'attempts-spent'; readonly taskId: string; readonly attempts: number }

/** The verdict in words: the message of the failure record. */
export function describeVerdict(verdict: TaskVerdict): string {
  switch (verdict.kind) {
    case 'corrupt-task':
      return `The task is corrupt: ${verdict.fault}`
    case 'oversized-task':
      return `The task is too large: ${verdict.bytes} bytes`
    case 'attempts-spent':
      return `The task was claimed ${verdict.attempts} times without an end`
    default:
      return assertNever(verdict)
  }
}

/** Passes problems on. A path that stays bad is reported once while it is remembered. */
export class ProblemReporter {
  readonly #onProblem: (problem: QueueProblem) => void
  readonly #reported = new Set<string>()

  constructor(onProblem: (problem: QueueProblem) => void) {
    this.#onProblem = onProblem
  }

  report(problem: QueueProblem): void {
    try {
      this.#onProblem(problem)
    } catch {
      // A reporter that throws must not stop the queue.
    }
  }

  reportOnce(problem: QueueProblem): void {
    const key = `${problem.kind} ${problem.path}`
    if (this.#reported.has(key)) return
    if (this.#reported.size >= MAX_REMEMBERED) this.#reported.clear()
    this.#reported.add(key)
    this.report(problem)
  }

  reportForeign(dir: string, names: readonly string[]): void {
    for (const name of names)
      this.reportOnce({ kind: 'foreign-file', path: `${dir}/${name}`, consequence: 'It is left alone.' })
  }
}

const MAX_REMEMBERED = 10_000
