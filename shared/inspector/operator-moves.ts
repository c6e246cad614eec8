import type { FileSpot } from '../queue/state-moves.ts'
import { isReservedDir } from '../queue/states.ts'
import type { PlaceSet, SeenPlaces } from './place-set.ts'
import type { DirDifference } from './reconcile.ts'

/** Looks come far more often; what none has seen by then (the watch was lost, or it was moved on at once) is never told apart. */
const FORGET_AFTER_MS = 30_000
const FORGET_EVERY_MS = 1_000
/** The oldest are forgotten: some 50 MB at most, between two looks of the largest acts. */
const MAX_PLACES = 500_000

/**
 * What people's acts have just moved, until a look has seen it: an arrival in failed/ that a person made is no failure, and one at a
 * node no claim. By name only, and noted in the same turn as the rename, so that no look comes between.
 */
export class OperatorMoves implements SeenPlaces {
  readonly #nowMs: () => number
  /** When each name was noted, oldest first, by directory. */
  readonly #places = new Map<string, Map<string, number>>()
  #size = 0
  #forgotAtMs = -Infinity

  /** @param nowMs A monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  get size(): number {
    return this.#size
  }

  /** To be called right after the rename. What a place of parked tasks gets or gives is counted by nobody, and not noted. */
  note(from: FileSpot, to: FileSpot): void {
    const nowMs = this.#nowMs()
    // What leaves a node counts as ended there; what leaves another place counts nowhere.
    if (isCounted(from.dir) && !isReservedDir(from.dir)) this.#put(from, nowMs)
    if (isCounted(to.dir)) this.#put(to, nowMs)
    if (nowMs - this.#forgotAtMs > FORGET_EVERY_MS) this.#forgetOld(nowMs)
    if (this.#size > MAX_PLACES) this.#forgetFirst(MAX_PLACES / 10)
  }

  /** True where a person's act brought that task there, or took it from that node. */
  has(dir: string, name: string): boolean {
    return this.#places.get(dir)?.has(name) === true
  }

  /**
   * Forgets what a look has seen: what arrived, and what is off the lists again.
   * @param gone What was taken off the lists.
   * @param lookedAtMs When the look began: what was put back since then is yet to be seen.
   */
  settle(differences: ReadonlyMap<string, DirDifference>, gone: PlaceSet, lookedAtMs: number): void {
    if (this.#size === 0) return
    for (const [dir, { arrived }] of differences) for (const name of arrived) this.#delete(dir, name)
    for (const [dir, names] of gone.entries()) {
      const noted = this.#places.get(dir)
      if (noted === undefined) continue
      for (const name of names) if ((noted.get(name) ?? Infinity) < lookedAtMs) this.#delete(dir, name)
    }
    this.#forgetOld(this.#nowMs())
  }

  #put({ dir, name }: FileSpot, nowMs: number): void {
    this.#delete(dir, name)
    const noted = this.#places.get(dir)
    if (noted === undefined) this.#places.set(dir, new Map([[name, nowMs]]))
    else noted.set(name, nowMs)
    this.#size++
  }

  #delete(dir: string, name: string): void {
    if (this.#places.get(dir)?.delete(name) === true) this.#size--
  }

  #forgetOld(nowMs: number): void {
    this.#forgotAtMs = nowMs
    for (const [dir, noted] of this.#places) {
      for (const [name, notedAtMs] of noted) {
        if (nowMs - notedAtMs < FORGET_AFTER_MS) break
        this.#delete(dir, name)
      }
    }
  }

  /** Many at once, where most are: each walk to a map's beginning steps over all that was deleted there. */
  #forgetFirst(count: number): void {
    const [dir, noted] = [...this.#places].reduce((a, b) => (b[1].size > a[1].size ? b : a))
    let left = count
    for (const name of noted.keys()) {
      if (left-- <= 0) break
      this.#delete(dir, name)
    }
  }
}

function isCounted(dir: string): boolean {
  return !dir.includes('/')
}
