/** The recent queues at the app's icon: Windows' jump list, macOS' dock menu. */
import { basename } from 'node:path'
import { app, Menu } from 'electron'
import type { JumpListCategory } from 'electron'
import { toRecentItems } from './menu.ts'
import type { MenuActions } from './menu.ts'

/** Windows cuts longer ones off, and refuses the list for it. */
const MAX_DESCRIPTION_CHARS = 260

/** Set anew whenever the recent queues changed. */
export function setIconMenus(actions: MenuActions): void {
  if (process.platform === 'darwin') {
    app.dock?.setMenu(Menu.buildFromTemplate(toRecentItems(actions)))
  } else if (process.platform === 'win32') {
    forgetRemoved(actions)
    app.setJumpList(toJumpList(actions.settings.recentPaths, process.execPath))
  }
}

/** What the person took off the jump list is not put back: Windows refuses a list with such an entry. */
function forgetRemoved({ settings }: MenuActions): void {
  const removed = new Set(app.getJumpListSettings().removedItems.map(({ args }) => args))
  for (const path of settings.recentPaths) if (removed.has(toArgument(path))) settings.forgetQueue(path)
}

export function toJumpList(paths: readonly string[], program: string): JumpListCategory[] {
  const newWindow = {
    type: 'task',
    title: 'New window',
    program,
    args: '',
    iconPath: program,
    iconIndex: 0,
  } as const
  const recent = paths.map((path) => ({
    type: 'task' as const,
    title: basename(path) || path,
    description: path.slice(0, MAX_DESCRIPTION_CHARS),
    program,
    args: toArgument(path),
    iconPath: program,
    iconIndex: 0,
  }))
  const tasks: JumpListCategory = { type: 'tasks', items: [newWindow] }
  return recent.length === 0 ? [tasks] : [{ type: 'custom', name: 'Recent queues', items: recent }, tasks]
}

/** One argument by the rules of Windows: backslashes before the closing quote count twice. */
function toArgument(path: string): string {
  return `"${path.replace(/\\+$/, (slashes) => slashes + slashes)}"`
}
