import type { OpenSource } from '../contract/contract.ts'
import type {
  HostInfo,
  HostSettings,
  NotificationContent,
  QueuePlace,
  RecentQueue,
} from '../contract/model.ts'

/** What the router asks of its host while it runs. A method that is absent is not offered there. */
export interface HostCalls {
  /** Shows the native dialog; absolute path or null when cancelled. */
  readonly chooseFolder?: () => Promise<string | null>
  /**
   * Shows the native dialog for a place to save to; absolute path or null when cancelled. Absent where there is none.
   * `folder`: a folder to be made, which does not exist yet.
   */
  readonly chooseSavePath?: (kind: 'file' | 'folder', suggestedName: string) => Promise<string | null>
  /** Makes a demo queue with moving tasks in a temporary directory; answers its absolute path. */
  readonly startDemo?: () => Promise<string>
  recentQueues(): RecentQueue[] | Promise<RecentQueue[]>
  /** Absolute path, or null where nothing is remembered under that id. */
  pathOfRecent(recentId: string): string | null | Promise<string | null>
  /** Called after a queue was opened, with its absolute path. Never for demo queues. */
  rememberQueue(path: string): void
  /** Versions and the like for a bug report, by name. No paths, no names of queues. */
  facts(): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  /** False where the system shows no notifications. `queuePath` is what `content.queueId` stands for. */
  readonly notify?: (content: NotificationContent, queuePath: string) => boolean | Promise<boolean>
  readonly setBadge?: (count: number) => void | Promise<void>
  readonly openWindow?: (source: OpenSource) => void | Promise<void>
  readonly settings?: () => HostSettings | Promise<HostSettings>
  readonly changeSettings?: (patch: Partial<HostSettings>) => HostSettings | Promise<HostSettings>
  readonly showReleases?: () => void | Promise<void>
  /** Shows a file in the system's file manager, chosen. `path` is absolute and was looked at right before. */
  readonly revealFile?: (path: string) => void | Promise<void>
}

/**
 * What a host (Electron's main process, the loopback server) gives to the router: its name, its ways of opening a
 * queue, and whether actions are allowed. The router owns the queues; the host owns windows, sockets and settings.
 */
export interface Host extends HostCalls {
  readonly kind: HostInfo['kind']
  readonly version: string
  /** `process.platform`. */
  readonly platform: string
  /** The directory that the host was started on, absolute; null: it starts with the welcome screen. */
  readonly startDir: string | null
  /** True where `startDir` is a demo queue. */
  readonly startDirIsDemo: boolean
  /** Where to begin in it; null: where it seems best. */
  readonly startPlace: QueuePlace | null
  /** A directory may be typed or dropped. False where the host was started on one queue. */
  readonly canOpenPath: boolean
  /** Null: actions are allowed. Else why not, and what to do: shown beside the lock. */
  readonly readOnlyReason: string | null
  readonly pushLimitBytes: number
  /**
   * Where the inspector keeps locks, audit and journals for undo, absolute; made when first needed. Null: nowhere, and nothing can be
   * undone.
   */
  readonly stateDir: string | null
}
