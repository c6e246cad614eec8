/**
 * The native menus. Roles wherever there is one, so that each platform gets its own words, places and keys; the rest asks
 * the page of the focused window, by the ids of the page's own commands.
 */
import { basename } from 'node:path'
import { app, BrowserWindow, Menu } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import { TASK_ACTIONS } from '../../shared/contract/task-actions.ts'
import { toVisibleLine } from '../../shared/contract/visible-text.ts'
import { chooseFolder } from './inspector-window.ts'
import { toQueueTarget, WELCOME } from './command-line.ts'
import type { OpenTarget } from './command-line.ts'
import type { Settings } from './settings.ts'

export interface MenuActions {
  readonly settings: Settings
  readonly open: (target: OpenTarget) => void
  /** Asks the page of the focused window. */
  readonly run: (command: string) => void
  /** Null: the app does not look for updates here. */
  readonly showReleases: (() => void) | null
  /** Opens the texts of the licences of what is bundled; null where they do not lie beside the app. */
  readonly showLicences: (() => void) | null
}

/** In the order of their keys, from 1 on. */
const PLACES: readonly (readonly [command: string, label: string])[] = [
  ['go-pending', 'Pending'],
  ['go-in-progress', 'In Progress'],
  ['go-scheduled', 'Scheduled'],
  ['go-failed', 'Failed'],
  ['go-done', 'Done'],
  ['go-problems', 'Problems'],
]

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
    ...(isMac ? [toMacAppMenu(actions)] : []),
    { label: '&File', submenu: toFileMenu(isMac, actions) },
    { role: 'editMenu' },
    { label: '&Go', submenu: toGoMenu(isMac, actions) },
    { label: '&Task', submenu: toTaskMenu(isMac, actions) },
    { label: '&View', submenu: toViewMenu(isMac, isPackaged, actions) },
    { role: 'windowMenu' },
    { role: 'help', submenu: toHelpMenu(isMac, actions) },
  ]
}

/**
 * An item that the page carries out. Its single key is the page's own and works only where nobody is writing: the menu shows it
 * and must not take it. macOS takes whatever a menu shows, so there the tool tip names it.
 */
function pageItem(
  isMac: boolean,
  { run }: MenuActions,
  label: string,
  command: string,
  key: string | null = null,
): MenuItemConstructorOptions {
  const keys = key?.toUpperCase()
  const item = { label, click: () => run(command) }
  if (keys === undefined) return item
  return isMac
    ? { ...item, toolTip: `Press ${keys}` }
    : { ...item, accelerator: keys, registerAccelerator: false }
}

function toMacAppMenu(actions: MenuActions): MenuItemConstructorOptions {
  return {
    label: app.name,
    submenu: [
      { role: 'about' },
      ...toUpdateItems(actions),
      { type: 'separator' },
      toSettingsItem(actions),
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  }
}

function toSettingsItem({ run }: MenuActions): MenuItemConstructorOptions {
  return { label: 'Settings…', accelerator: 'CmdOrCtrl+,', click: () => run('settings') }
}

function toUpdateItems({ showReleases }: MenuActions): MenuItemConstructorOptions[] {
  return showReleases === null ? [] : [{ label: 'Check for Updates…', click: showReleases }]
}

function toFileMenu(isMac: boolean, actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.open(WELCOME) },
    { label: 'Open Queue…', accelerator: 'CmdOrCtrl+O', click: () => void openByDialog(actions) },
    { label: 'Open Recent', submenu: toRecentMenu(actions) },
    { label: 'Open Demo Queue', click: () => actions.open({ kind: 'demo' }) },
    { type: 'separator' },
    { role: 'close' },
    ...(isMac
      ? []
      : ([
          { type: 'separator' },
          toSettingsItem(actions),
          { type: 'separator' },
          { role: 'quit' },
        ] satisfies MenuItemConstructorOptions[])),
  ]
}

/** The recent queues as items, also for the icon's menu. */
export function toRecentItems({ settings, open }: MenuActions): MenuItemConstructorOptions[] {
  return settings.recentPaths.map((dir) => ({
    // A single & would be taken for the mark of an access key.
    label: toVisibleLine(`${basename(dir) || dir} (${dir})`).replaceAll('&', '&&'),
    click: () => open(toQueueTarget(dir)),
  }))
}

function toRecentMenu(actions: MenuActions): MenuItemConstructorOptions[] {
  const items = toRecentItems(actions)
  if (items.length === 0) return [{ label: 'No recent queues', enabled: false }]
  return [
    ...items,
    { type: 'separator' },
    { label: 'Clear Recent', click: () => clearRecent(actions.settings) },
  ]
}

function toGoMenu(isMac: boolean, actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    pageItem(isMac, actions, 'Overview', 'go-overview', '0'),
    ...PLACES.map(([command, label], at) => pageItem(isMac, actions, label, command, String(at + 1))),
    { type: 'separator' },
    // The page listens to this one itself, everywhere.
    {
      label: 'Command Palette…',
      accelerator: 'CmdOrCtrl+K',
      registerAccelerator: false,
      click: () => actions.run('palette'),
    },
  ]
}

function toTaskMenu(isMac: boolean, actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    pageItem(isMac, actions, 'Push a Task…', 'push', 'n'),
    { type: 'separator' },
    ...Object.values(TASK_ACTIONS).map(({ id, verb, shortcut }) =>
      pageItem(isMac, actions, verb, id, shortcut),
    ),
  ]
}

function toViewMenu(isMac: boolean, isPackaged: boolean, actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    pageItem(isMac, actions, 'Freeze the List', 'freeze', '.'),
    pageItem(isMac, actions, 'Flow of the Last Minutes', 'flow', 'f'),
    pageItem(isMac, actions, 'Row Height', 'density'),
    { type: 'separator' },
    ...(isPackaged ? [] : ([{ role: 'reload' }, { role: 'toggleDevTools' }, { type: 'separator' }] as const)),
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ]
}

function toHelpMenu(isMac: boolean, actions: MenuActions): MenuItemConstructorOptions[] {
  const { showLicences } = actions
  return [
    pageItem(isMac, actions, 'Keyboard Shortcuts', 'help', '?'),
    pageItem(isMac, actions, 'Copy Diagnostics', 'diagnostics'),
    ...(showLicences === null ? [] : [{ label: 'Licences', click: showLicences }]),
    ...(isMac
      ? []
      : ([
          { type: 'separator' },
          ...toUpdateItems(actions),
          { role: 'about' },
        ] satisfies MenuItemConstructorOptions[])),
  ]
}

function clearRecent(settings: Settings): void {
  settings.forgetQueues()
  app.clearRecentDocuments()
}

async function openByDialog({ open }: MenuActions): Promise<void> {
  const dir = await chooseFolder(BrowserWindow.getFocusedWindow())
  if (dir !== null) open(toQueueTarget(dir))
}
