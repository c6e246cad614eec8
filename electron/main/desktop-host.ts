/** The desktop app as one window's inspector sees it. */
import { join } from 'node:path'
import { app, shell } from 'electron'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { OpenSource } from '../../shared/contract/contract.ts'
import type { HostSettings, NotificationContent, QueuePlace } from '../../shared/contract/model.ts'
import type { DemoKeeper } from '../../shared/inspector/demo/demo-keeper.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { readFacts } from './facts.ts'
import type { Settings } from './settings.ts'

const ASKED_FOR =
  'This window was opened for looking only. Open the queue again without --read-only to act on it.'
const BY_DEFAULT =
  'Your settings open queues for looking only. Change that in the settings and open the queue again.'

/** What all windows share. */
export interface DesktopServices {
  readonly settings: Settings
  readonly demo: DemoKeeper
  /** Opens a queue in a window of its own, or shows the one that it has. */
  readonly openWindow: (source: OpenSource) => Promise<void>
  readonly changeSettings: (patch: Partial<HostSettings>) => HostSettings
  /** Null where there is no page of releases, or updates are a package manager's business. */
  readonly showReleases: (() => Promise<void>) | null
}

/** What its window adds. */
export interface HostWindow {
  readonly startDir: string | null
  readonly startDirIsDemo: boolean
  readonly startPlace: QueuePlace | null
  readonly readOnly: boolean
  readonly chooseFolder: () => Promise<string | null>
  readonly chooseSavePath: NonNullable<Host['chooseSavePath']>
  readonly notify: (content: NotificationContent) => boolean
  readonly setBadge: (count: number) => void
  readonly queueOpened: (path: string) => void
}

export function createDesktopHost(services: DesktopServices, window: HostWindow): Host {
  const { settings, demo, showReleases } = services
  return {
    kind: 'desktop',
    version: app.getVersion(),
    platform: process.platform,
    startDir: window.startDir,
    startDirIsDemo: window.startDirIsDemo,
    startPlace: window.startPlace,
    canOpenPath: true,
    readOnlyReason: toReadOnlyReason(window.readOnly, settings.choices.readOnlyByDefault),
    pushLimitBytes: LIMITS.pushBytes,
    stateDir: join(app.getPath('userData'), 'state'),
    chooseFolder: window.chooseFolder,
    chooseSavePath: window.chooseSavePath,
    startDemo: async () => {
      const dir = await demo.open()
      window.queueOpened(dir)
      return dir
    },
    recentQueues: () => settings.recentQueues(),
    pathOfRecent: (recentId) => settings.pathOfRecent(recentId),
    rememberQueue: (path) => {
      window.queueOpened(path)
      settings.rememberQueue(path)
      app.addRecentDocument(path)
    },
    facts: readFacts,
    notify: window.notify,
    setBadge: window.setBadge,
    openWindow: services.openWindow,
    settings: () => settings.choices,
    changeSettings: services.changeSettings,
    revealFile: (path) => shell.showItemInFolder(path),
    ...(showReleases !== null && { showReleases }),
  }
}

function toReadOnlyReason(isAskedFor: boolean, isDefault: boolean): string | null {
  if (isAskedFor) return ASKED_FOR
  return isDefault ? BY_DEFAULT : null
}
