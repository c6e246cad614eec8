/** A list that this browser keeps, the same in all its windows. */
export interface KeptList<Item> {
  readonly get: () => readonly Item[]
  readonly set: (items: readonly Item[]) => void
  readonly subscribe: (listener: () => void) => () => void
}

/** @param isItem Items of another shape, from another version perhaps, are left out. */
export function createKeptList<Item extends object>(
  storageKey: string,
  isItem: (value: Readonly<Record<string, unknown>>) => boolean,
): KeptList<Item> {
  const listeners = new Set<() => void>()
  let items = read()

  function read(): readonly Item[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
      // Checked by isItem, which alone knows the shape.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return Array.isArray(kept) ? (kept.filter((item) => isRecord(item) && isItem(item)) as Item[]) : []
    } catch {
      return []
    }
  }

  function tell(): void {
    for (const listener of listeners) listener()
  }

  globalThis.addEventListener?.('storage', ({ key }) => {
    if (key !== storageKey) return
    items = read()
    tell()
  })

  return {
    get: () => items,
    set(next) {
      items = next
      try {
        localStorage.setItem(storageKey, JSON.stringify(next))
      } catch {
        // Storage may be full or forbidden: then it lasts as long as the page.
      }
      tell()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
