import { basename } from 'node:path'
import { app, BrowserWindow, Menu } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import { chooseFolder } from './inspector-window.ts'
import { WELCOME } from './open-target.ts'
import type { OpenTarget } from './open-target.ts'
import type { Settings } from './settings.ts'

export interface MenuActions {
  readonly settings: Settings
  readonly open: (target: OpenTarget) => void
}

/** Set anew whenever the recent queues changed: a native menu cannot be edited in place. */
export function setAppMenu(actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(toMenuTemplate(process.platform, app.isPackaged, actions)))
}

export function toMenuTemplate(
  platform: NodeJS.Platform,
  isPackaged: boolean,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: '&File', submenu: toFileMenu(isMac, actions) },
    { role: 'editMenu' },
    { label: '&View', submenu: toViewMenu(isPackaged) },
    { role: 'windowMenu' },
    { role: 'help', submenu: isMac ? [] : [{ role: 'about' }] },
  ]
}

function toFileMenu(isMac: boolean, actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.open(WELCOME) },
    { label: 'Open Queue…', accelerator: 'CmdOrCtrl+O', click: () => void openByDialog(actions) },
    { label: 'Open Recent', submenu: toRecentMenu(actions) },
    { label: 'Open Demo Queue', click: () => actions.open({ kind: 'demo' }) },
    { type: 'separator' },
    isMac ? { role: 'close' } : { role: 'quit' },
  ]
}

function toRecentMenu({ settings, open }: MenuActions): MenuItemConstructorOptions[] {
  if (settings.recentPaths.length === 0) return [{ label: 'No recent queues', enabled: false }]
  return [
    ...settings.recentPaths.map((dir) => ({
      // A single & would be taken for the mark of an access key.
      label: `${basename(dir) || dir} (${dir})`.replaceAll('&', '&&'),
      click: () => open({ kind: 'queue', dir }),
    })),
    { type: 'separator' },
    { label: 'Clear Recent', click: () => clearRecent(settings) },
  ]
}

function toViewMenu(isPackaged: boolean): MenuItemConstructorOptions[] {
  return [
    ...(isPackaged ? [] : ([{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }] as const)),
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ]
}

function clearRecent(settings: Settings): void {
  settings.forgetQueues()
  app.clearRecentDocuments()
}

async function openByDialog({ open }: MenuActions): Promise<void> {
  const dir = await chooseFolder(BrowserWindow.getFocusedWindow())
  if (dir !== null) open({ kind: 'queue', dir })
}
