import { PlaceSet } from './place-set.ts'

/** Names remembered in all directories together. */
const MAX_NAMES = 20_000

/** Names that were taken as gone because their task arrived elsewhere, until there is rest to look at them. */
export class InferredNames {
  readonly #names = new Map<string, Set<string>>()
  readonly #overflowed = new Set<string>()
  #count = 0
  /** Those handed out, of which nothing was heard. */
  #rechecked = new PlaceSet()

  add(dir: string, name: string): void {
    if (this.#count >= MAX_NAMES) {
      this.#overflowed.add(dir)
      return
    }
    const names = this.#names.get(dir) ?? new Set()
    if (!names.has(name)) this.#count++
    this.#names.set(dir, names.add(name))
  }

  /** True where nothing but a listing, or a look at all of them, proves that the directory is as it is known. */
  isInDoubt(dir: string): boolean {
    return this.#names.has(dir) || this.#overflowed.has(dir)
  }

  /** Hands out at most `limit` names and forgets them. False where there were none. `visit` says whether a look was due anyway. */
  take(limit: number, visit: (dir: string, name: string) => boolean): boolean {
    let left = limit
    for (const [dir, names] of this.#names) {
      for (const name of names) {
        if (left-- === 0) return true
        names.delete(name)
        this.#count--
        if (!visit(dir, name)) this.#rechecked.add(dir, name)
      }
      this.#names.delete(dir)
    }
    return left < limit
  }

  /** Something happened to a name that was handed out. */
  hear(dir: string, name: string): void {
    this.#rechecked.delete(dir, name)
  }

  /** Those that a look is for which begins now: that they are gone is no news. */
  beginLook(): PlaceSet {
    const rechecked = this.#rechecked
    this.#rechecked = new PlaceSet()
    return rechecked
  }

  /** The directory is being listed: that is more than a look at single names. */
  settle(dir: string): void {
    this.#count -= this.#names.get(dir)?.size ?? 0
    this.#names.delete(dir)
    this.#overflowed.delete(dir)
  }

  clear(): void {
    this.#names.clear()
    this.#overflowed.clear()
    this.#rechecked = new PlaceSet()
    this.#count = 0
  }
}
