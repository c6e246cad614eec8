export interface Store<State> {
  readonly get: () => State
  readonly set: (patch: Partial<State>) => void
  readonly subscribe: (listener: () => void) => () => void
}

/** Holds one immutable state. Listeners hear of a change after it happened, never twice for one `set`. */
export function createStore<State extends object>(initial: State): Store<State> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    set(patch) {
      state = { ...state, ...patch }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
