import type { QueueErrorCode } from '../contract/contract.ts'
import type { HostCommand } from '../contract/model.ts'
import type { Host, HostCalls } from './host.ts'

/** The methods of a host that the worker asks for; the rest of a host is plain data and travels at the start. */
export type HostMethod = keyof HostCalls

/** By name, so that a method added to HostCalls cannot be forgotten here. */
const METHODS: Readonly<Record<HostMethod, true>> = {
  chooseFolder: true,
  chooseSavePath: true,
  startDemo: true,
  recentQueues: true,
  pathOfRecent: true,
  rememberQueue: true,
  facts: true,
  notify: true,
  setBadge: true,
  openWindow: true,
  settings: true,
  changeSettings: true,
  showReleases: true,
  revealFile: true,
}

/** Those that this host has. */
export function toOfferedMethods(host: Host): HostMethod[] {
  // The table above has exactly these keys.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (Object.keys(METHODS) as HostMethod[]).filter((method) => host[method] !== undefined)
}

export interface WorkerStart {
  readonly host: Omit<Host, HostMethod>
  readonly methods: readonly HostMethod[]
}

/** An error that a host's method ended with. `code`: null where it is a defect. */
export interface HostFailure {
  readonly code: QueueErrorCode | null
  readonly message: string
}

export type ToWorker =
  | { readonly kind: 'connect'; readonly connection: number }
  | { readonly kind: 'frame'; readonly connection: number; readonly frame: unknown }
  /** The transport has taken a frame: the next one may follow. */
  | { readonly kind: 'sent'; readonly connection: number }
  | { readonly kind: 'disconnect'; readonly connection: number }
  | {
      readonly kind: 'answer'
      readonly call: number
      readonly value: unknown
      readonly error: HostFailure | null
    }
  | { readonly kind: 'rescan' }
  | { readonly kind: 'command'; readonly command: HostCommand }
  | { readonly kind: 'cancel-work' }
  | { readonly kind: 'close' }

export type FromWorker =
  | { readonly kind: 'frame'; readonly connection: number; readonly frame: string | Uint8Array }
  | { readonly kind: 'bad-frame'; readonly connection: number; readonly cause: string }
  | {
      readonly kind: 'ask'
      readonly call: number
      readonly method: HostMethod
      readonly args: readonly unknown[]
    }
  /** How many pieces of bulk work are under way now. */
  | { readonly kind: 'work'; readonly count: number }
  | { readonly kind: 'closed' }
