/** Files remembered in each of two generations: far more than move between two looks. */
const GENERATION_FILES = 10_000

export interface Place {
  readonly dir: string
  readonly name: string
}

/**
 * Where files were last seen, by inode: it follows a task through all moves, also those that change its id. Bounded; of what
 * was never looked at one by one nothing is known. A deleted file's number may come back as another file's: whoever asks
 * checks that something is still known at the place.
 */
export class InodeMemory {
  #young = new Map<number, Place>()
  #old = new Map<number, Place>()

  /** Notes that a file lies there. Gives the place where it was seen before, or null. */
  see(inode: number, place: Place): Place | null {
    const before = this.#young.get(inode) ?? this.#old.get(inode) ?? null
    this.#young.set(inode, place)
    if (this.#young.size >= GENERATION_FILES) {
      this.#old = this.#young
      this.#young = new Map()
    }
    return before
  }
}
