/** What all windows share: settings, the demo, opening queues in windows of their own, the page of releases. */
import { app, dialog, nativeTheme, shell } from 'electron'
import type { OpenSource } from '../../shared/contract/contract.ts'
import { InspectorError } from '../../shared/inspector/inspector-error.ts'
import type { DemoKeeper } from '../../shared/inspector/demo/demo-keeper.ts'
import { toQueueTarget } from './command-line.ts'
import type { OpenTarget } from './command-line.ts'
import type { DesktopServices } from './desktop-host.ts'
import { chooseFolder } from './inspector-window.ts'
import type { Settings } from './settings.ts'
import { releasesUrlOrNull } from './updates.ts'

interface AppParts {
  readonly settings: Settings
  readonly demo: DemoKeeper
  readonly open: (target: OpenTarget) => void
}

export function createAppServices({ settings, demo, open }: AppParts): DesktopServices {
  return {
    settings,
    demo,
    openWindow: async (source) => {
      const target = await toTargetOrNull(source, settings)
      if (target !== null) open(target)
    },
    changeSettings: (patch) => {
      settings.change(patch)
      nativeTheme.themeSource = settings.choices.theme
      return settings.choices
    },
    showReleases: toShowReleases(),
  }
}

/** Null where the person cancelled. */
async function toTargetOrNull(source: OpenSource, settings: Settings): Promise<OpenTarget | null> {
  const dir = await toDirOrNull(source, settings)
  if (dir !== null) return toQueueTarget(dir)
  return source.kind === 'demo' ? { kind: 'demo' } : null
}

async function toDirOrNull(source: OpenSource, settings: Settings): Promise<string | null> {
  switch (source.kind) {
    case 'path':
      return source.path
    case 'recent': {
      const dir = settings.pathOfRecent(source.recentId)
      if (dir !== null) return dir
      throw new InspectorError(
        'NOT_FOUND',
        'This queue is not among the recent ones any more. Open it by its folder.',
      )
    }
    case 'dialog':
      return chooseFolder(null)
    case 'start':
    case 'demo':
      return null
  }
}

function toShowReleases(): (() => Promise<void>) | null {
  const url = releasesUrlOrNull({
    platform: process.platform,
    env: process.env,
    isPackaged: app.isPackaged,
    isFromStore: process.mas || process.windowsStore,
  })
  if (url === null) return null
  return async () => {
    try {
      await shell.openExternal(url)
    } catch (cause) {
      dialog.showErrorBox('The browser could not be opened', `New versions are at ${url}`)
      throw new InspectorError(
        'NOT_OFFERED',
        `The browser could not be opened. New versions are at ${url}`,
        cause,
      )
    }
  }
}
