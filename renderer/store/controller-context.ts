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

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
