const SECOND_MS = 1_000
const MINUTE_MS = 60_000
/** What lies further ahead is kept by the minute, and looked at once more to be kept by the second. */
const FINE_MS = 120_000

/** When which tasks have to be looked at again, because a term such as `age:>5m` turns. */
export class TurnTimes {
  readonly #due = new Map<number, Map<string, string[]>>()

  note(atMs: number, nowMs: number, dir: string, name: string): void {
    if (!Number.isFinite(atMs)) return
    const key =
      atMs - nowMs < FINE_MS
        ? (Math.floor(atMs / SECOND_MS) + 1) * SECOND_MS
        : Math.floor((atMs - SECOND_MS) / MINUTE_MS) * MINUTE_MS
    let dirs = this.#due.get(key)
    if (dirs === undefined) this.#due.set(key, (dirs = new Map()))
    const names = dirs.get(dir)
    if (names === undefined) dirs.set(dir, [name])
    else names.push(name)
  }

  /** Takes out what is due, by directory. */
  takeUntil(nowMs: number): Map<string, string[]> {
    const taken = new Map<string, string[]>()
    for (const [key, dirs] of this.#due) {
      if (key > nowMs) continue
      this.#due.delete(key)
      for (const [dir, names] of dirs) taken.set(dir, [...(taken.get(dir) ?? []), ...names])
    }
    return taken
  }
}
