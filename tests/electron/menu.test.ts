import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { toMenuTemplate } from '../../electron/main/menu.ts'
import type { OpenTarget } from '../../electron/main/open-target.ts'
import { Settings } from '../../electron/main/settings.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { stub } from '../stubs/electron.ts'
import { waitUntil } from '../helpers/wait-until.ts'

function makeMenu(platform: NodeJS.Platform, isPackaged = true) {
  const opened: OpenTarget[] = []
  const settings = new Settings(`${makeTempDir()}/settings.json`)
  const actions = { settings, open: (target: OpenTarget) => void opened.push(target) }
  return { settings, opened, items: () => flatten(toMenuTemplate(platform, isPackaged, actions)) }
}

function flatten(items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])])
}

function click(items: MenuItemConstructorOptions[], label: string): void {
  const item = items.find((candidate) => candidate.label === label)
  if (item?.click === undefined) throw new Error(`No menu item ${label}`)
  item.click({} as never, undefined, {})
}

describe('the menu', () => {
  it('has the app menu on macOS only, and a way to quit everywhere', () => {
    const roles = (platform: NodeJS.Platform) =>
      makeMenu(platform)
        .items()
        .map(({ role }) => role)
    expect(roles('darwin')).toContain('appMenu')
    expect(roles('linux')).not.toContain('appMenu')
    expect(roles('linux')).toContain('quit')
    expect(roles('win32')).toContain('quit')
  })

  it('offers reload and DevTools in development only', () => {
    const roles = (isPackaged: boolean) =>
      makeMenu('linux', isPackaged)
        .items()
        .map(({ role }) => role)
    expect(roles(false)).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']))
    expect(roles(true)).not.toContain('reload')
    expect(roles(true)).not.toContain('toggleDevTools')
  })

  it('opens the folder that was chosen, and nothing when the dialog was cancelled', async () => {
    const { items, opened } = makeMenu('linux')
    stub.chosenFolder = null
    click(items(), 'Open Queue…')
    stub.chosenFolder = '/srv/a'
    click(items(), 'Open Queue…')
    await waitUntil('the folder to open', () => opened.length > 0)
    expect(opened).toEqual([{ kind: 'queue', dir: '/srv/a' }])
  })

  it('lists recent queues, and opens and forgets them', () => {
    const { items, opened, settings } = makeMenu('linux')
    expect(items().map(({ label }) => label)).toContain('No recent queues')
    settings.rememberQueue('/srv/mail & more')
    click(items(), 'mail && more (/srv/mail && more)')
    expect(opened).toEqual([{ kind: 'queue', dir: '/srv/mail & more' }])
    click(items(), 'Clear Recent')
    expect(settings.recentPaths).toEqual([])
  })
})
