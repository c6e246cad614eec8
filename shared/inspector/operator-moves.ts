import type { FileSpot } from '../queue/state-moves.ts'
import { isReservedDir } from '../queue/states.ts'
import type { DirDifference } from './reconcile.ts'

/** Looks come far more often; what none has seen by then (the watch was lost, or it was moved on at once) is never told apart. */
const FORGET_AFTER_MS = 30_000
/** The oldest are forgotten: some 50 MB at most, between two looks of the largest acts. */
const MAX_PLACES = 500_000

/** What observers of a look ask. */
export interface SeenMoves {
  /** True where a person's act brought that task there, or took it from that node. */
  has(dir: string, name: string): boolean
}

/**
 * What people's acts have just moved, until a look has seen it: an arrival in failed/ that a person made is no failure, and one at a
 * node no claim. By name only, and noted in the same turn as the rename, so that no look comes between.
 */
export class OperatorMoves implements SeenMoves {
  readonly #nowMs: () => number
  /** When each `<dir>/<name>` was noted, oldest first. */
  readonly #places = new Map<string, number>()

  /** @param nowMs A monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  get size(): number {
    return this.#places.size
  }

  /** To be called right after the rename. What a place of parked tasks gets or gives is counted by nobody, and not noted. */
  note(from: FileSpot, to: FileSpot): void {
    const nowMs = this.#nowMs()
    // What leaves a node counts as ended there; what leaves another place counts nowhere.
    if (isCounted(from.dir) && !isReservedDir(from.dir)) this.#put(from, nowMs)
    if (isCounted(to.dir)) this.#put(to, nowMs)
    this.#forgetOld(nowMs)
  }

  has(dir: string, name: string): boolean {
    return this.#places.size > 0 && this.#places.has(`${dir}/${name}`)
  }

  /**
   * Forgets what a look has seen: what arrived, and what is off the lists again.
   * @param gone `<dir>/<name>` of what was taken off the lists.
   * @param lookedAtMs When the look began: what was put back since then is yet to be seen.
   */
  settle(
    differences: ReadonlyMap<string, DirDifference>,
    gone: ReadonlySet<string>,
    lookedAtMs: number,
  ): void {
    if (this.#places.size === 0) return
    for (const [dir, { arrived }] of differences)
      for (const name of arrived) this.#places.delete(`${dir}/${name}`)
    for (const place of gone) {
      if ((this.#places.get(place) ?? Infinity) < lookedAtMs) this.#places.delete(place)
    }
    this.#forgetOld(this.#nowMs())
  }

  #put({ dir, name }: FileSpot, nowMs: number): void {
    const place = `${dir}/${name}`
    this.#places.delete(place)
    this.#places.set(place, nowMs)
  }

  #forgetOld(nowMs: number): void {
    for (const [place, notedAtMs] of this.#places) {
      if (this.#places.size <= MAX_PLACES && nowMs - notedAtMs < FORGET_AFTER_MS) return
      this.#places.delete(place)
    }
  }
}

function isCounted(dir: string): boolean {
  return !dir.includes('/')
}
