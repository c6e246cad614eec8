import type { ErrorReport } from '../client/error-report.ts'
import type { InspectorClient } from '../client/inspector-client.ts'
import type { Store } from './create-store.ts'
import type { InspectorState, Toast, ToastOffer } from './inspector-state.ts'

/** What the controllers share: the one state, the living connection, and a voice. */
export interface ControllerContext {
  readonly store: Store<InspectorState>
  /** @throws Error where no connection lives. */
  client(): InspectorClient
  /** The open queue's handle. @throws Error where no queue is open. */
  queueId(): string
  toast(tone: Toast['tone'], message: string, cause?: string | null, offer?: ToastOffer | null): void
  toastError(report: ErrorReport): void
}

/** The state changes only when the queue's stream tells so; times are settled a moment later. */
const NEWS_REST_MS = 2_000

/** Resolves when the queue has changed since `revision`, when nobody watches any more, or after a while. */
export function waitForNews(
  store: ControllerContext['store'],
  revision: number,
  isWatched: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(settle, NEWS_REST_MS)
    const stop = store.subscribe(() => {
      if (!isWatched() || (store.get().update?.revision ?? 0) !== revision) settle()
    })
  })
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
