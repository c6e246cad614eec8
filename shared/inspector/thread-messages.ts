import type { RecentQueue } from '../contract/model.ts'
import type { Host } from './host.ts'

/** The methods of a host that the worker asks for; the rest of a host is plain data and travels at the start. */
export type HostMethod = keyof HostAnswers

/** What each of them answers. */
export interface HostAnswers {
  readonly chooseFolder: string | null
  readonly chooseSavePath: string | null
  readonly startDemo: string
  readonly recentQueues: RecentQueue[]
  readonly pathOfRecent: string | null
  readonly rememberQueue: null
}

export interface WorkerStart {
  readonly host: Omit<Host, HostMethod>
  readonly hasChooseFolder: boolean
  readonly hasChooseSavePath: boolean
  readonly hasStartDemo: boolean
}

export type ToWorker =
  | { readonly kind: 'connect'; readonly connection: number }
  | { readonly kind: 'frame'; readonly connection: number; readonly frame: unknown }
  /** The transport has taken a frame: the next one may follow. */
  | { readonly kind: 'sent'; readonly connection: number }
  | { readonly kind: 'disconnect'; readonly connection: number }
  | { readonly kind: 'answer'; readonly call: number; readonly value: unknown; readonly error: string | null }
  | { readonly kind: 'rescan' }
  | { readonly kind: 'close' }

export type FromWorker =
  | { readonly kind: 'frame'; readonly connection: number; readonly frame: string | Uint8Array }
  | { readonly kind: 'bad-frame'; readonly connection: number; readonly cause: string }
  | {
      readonly kind: 'ask'
      readonly call: number
      readonly method: HostMethod
      readonly argument: string | null
    }
  | { readonly kind: 'closed' }
