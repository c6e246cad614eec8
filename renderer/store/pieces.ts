interface Piece {
  readonly at: number
  readonly offset: number
  readonly limit: number
}

/** Bytes of a range that are fetched in pieces, in any order, and joined in theirs. */
export class Pieces {
  readonly #start: number
  readonly #end: number
  readonly #pieceBytes: number
  readonly #came: (Uint8Array | undefined)[] = []
  #next: number
  /** Bytes that have come. */
  done = 0

  constructor(start: number, end: number, pieceBytes: number) {
    this.#start = start
    this.#next = start
    this.#end = end
    this.#pieceBytes = pieceBytes
  }

  /** What is still to be asked for; several who ask never get the same. */
  *offsets(): Generator<Piece> {
    while (this.#next < this.#end) {
      const offset = this.#next
      const limit = Math.min(this.#pieceBytes, this.#end - offset)
      this.#next += limit
      yield { at: (offset - this.#start) / this.#pieceBytes, offset, limit }
    }
  }

  put(at: number, bytes: Uint8Array): void {
    this.#came[at] = bytes
    this.done += bytes.length
  }

  /** From the start on, up to the first piece that is missing or short: a file that became shorter ends there. */
  joined(): Uint8Array[] {
    const joined: Uint8Array[] = []
    for (let offset = this.#start; offset < this.#end; offset += this.#pieceBytes) {
      const bytes = this.#came[joined.length]
      if (bytes === undefined) break
      joined.push(bytes)
      if (bytes.length < this.#pieceBytes) break
    }
    return joined
  }
}
