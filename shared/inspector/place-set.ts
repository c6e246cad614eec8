/** Tasks by where they lie. By directory: to join both into one key costs a million names more than all else that is done with them. */
export interface SeenPlaces {
  has(dir: string, name: string): boolean
}

export class PlaceSet implements SeenPlaces {
  readonly #names = new Map<string, Set<string>>()

  add(dir: string, name: string): void {
    const names = this.#names.get(dir)
    if (names === undefined) this.#names.set(dir, new Set([name]))
    else names.add(name)
  }

  delete(dir: string, name: string): void {
    const names = this.#names.get(dir)
    if (names?.delete(name) === true && names.size === 0) this.#names.delete(dir)
  }

  has(dir: string, name: string): boolean {
    return this.#names.get(dir)?.has(name) === true
  }

  get isEmpty(): boolean {
    return this.#names.size === 0
  }

  /** The names in each directory. */
  entries(): Iterable<readonly [dir: string, names: ReadonlySet<string>]> {
    return this.#names
  }
}
