import type { MenuItemConstructorOptions } from 'electron'
import { afterEach, describe, expect, it } from 'vitest'
import { setIconMenus, toJumpList } from '../../electron/main/jump-list.ts'
import { toMenuTemplate } from '../../electron/main/menu.ts'
import type { MenuActions } from '../../electron/main/menu.ts'
import type { OpenTarget } from '../../electron/main/command-line.ts'
import { Settings } from '../../electron/main/settings.ts'
import { TASK_ACTIONS } from '../../shared/contract/task-actions.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { callsTo, stub } from '../stubs/electron.ts'
import { waitUntil } from '../helpers/wait-until.ts'

function makeMenu(platform: NodeJS.Platform, isPackaged = true, more: Partial<MenuActions> = {}) {
  const opened: OpenTarget[] = []
  const ran: string[] = []
  const settings = new Settings(`${makeTempDir()}/settings.json`)
  const actions: MenuActions = {
    settings,
    open: (target) => void opened.push(target),
    run: (command) => void ran.push(command),
    showReleases: null,
    showLicences: null,
    ...more,
  }
  const template = () => toMenuTemplate(platform, isPackaged, actions)
  return { settings, opened, ran, actions, template, items: () => flatten(template()) }
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
    expect(roles('darwin')).toEqual(expect.arrayContaining(['about', 'services', 'hide', 'quit']))
    expect(makeMenu('darwin').template()[0]?.label).toBe('FemtoQueue Inspector')
    expect(roles('linux')).not.toContain('services')
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
    expect(opened).toEqual([{ kind: 'queue', dir: '/srv/a', place: null, readOnly: false }])
  })

  it('lists recent queues, and opens and forgets them', () => {
    const { items, opened, settings } = makeMenu('linux')
    expect(items().map(({ label }) => label)).toContain('No recent queues')
    settings.rememberQueue('/srv/mail & more')
    click(items(), 'mail && more (/srv/mail && more)')
    expect(opened).toMatchObject([{ kind: 'queue', dir: '/srv/mail & more' }])
    click(items(), 'Clear Recent')
    expect(settings.recentPaths).toEqual([])
  })

  it('has every action of the table, and every state, with their keys', () => {
    const { items, ran } = makeMenu('linux')
    for (const { id, verb, shortcut } of Object.values(TASK_ACTIONS)) {
      const item = items().find(({ label }) => label === verb)
      expect(item?.accelerator).toBe(shortcut?.toUpperCase())
      if (shortcut !== null) expect(item?.registerAccelerator).toBe(false)
      click(items(), verb)
      expect(ran.at(-1)).toBe(id)
    }
    click(items(), 'Failed')
    click(items(), 'Problems')
    click(items(), 'Settings…')
    click(items(), 'Copy Diagnostics')
    expect(ran.slice(-4)).toEqual(['go-failed', 'go-problems', 'settings', 'diagnostics'])
  })

  it.each(['darwin', 'linux', 'win32'] as const)(
    'takes no key that a person writes with on %s',
    (platform) => {
      const taken = makeMenu(platform)
        .items()
        .filter(({ accelerator, registerAccelerator }) => accelerator && registerAccelerator !== false)
        .map(({ accelerator }) => accelerator)
      expect(taken.length).toBeGreaterThan(0)
      for (const accelerator of taken) expect(accelerator).toMatch(/^CmdOrCtrl\+/)
    },
  )

  it('gives no two items the same key', () => {
    // Of the actions only one is possible in each state: they may share one.
    const actions = new Set(Object.values(TASK_ACTIONS).map(({ verb }) => verb))
    const keys = makeMenu('linux')
      .items()
      .filter(({ label }) => !actions.has(label ?? ''))
      .flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('looks for updates only where that leads anywhere, and only when asked', () => {
    const labels = (menu: ReturnType<typeof makeMenu>) => menu.items().map(({ label }) => label)
    expect(labels(makeMenu('linux'))).not.toContain('Check for Updates…')
    let shown = 0
    for (const platform of ['linux', 'darwin'] as const) {
      const menu = makeMenu(platform, true, { showReleases: () => shown++ })
      expect(labels(menu).filter((label) => label === 'Check for Updates…')).toHaveLength(1)
      click(menu.items(), 'Check for Updates…')
    }
    expect(shown).toBe(2)
  })

  it('makes hidden characters in the names of queues visible', () => {
    const { items, settings } = makeMenu('linux')
    settings.rememberQueue('/srv/a\u202egpj')
    expect(items().map(({ label }) => label)).toContain('a⟨202E⟩gpj (/srv/a⟨202E⟩gpj)')
  })
})

describe("the icon's menu", () => {
  const ownPlatform = process.platform
  function onPlatform(platform: NodeJS.Platform): void {
    Object.defineProperty(process, 'platform', { value: platform })
  }
  afterEach(() => {
    onPlatform(ownPlatform)
    stub.removedJumpListItems = []
  })

  it('starts the app on a recent queue, whatever its path ends with', () => {
    const [recent, tasks] = toJumpList(['D:\\', 'C:\\my queue'], 'C:\\app.exe')
    expect(recent?.items?.map(({ args }) => args)).toEqual(['"D:\\\\"', '"C:\\my queue"'])
    expect(tasks).toMatchObject({ type: 'tasks', items: [{ title: 'New window' }] })
    expect(toJumpList([], 'C:\\app.exe')).toHaveLength(1)
  })

  it('on Windows forgets what the person took off it', () => {
    onPlatform('win32')
    const { settings, actions } = makeMenu('win32')
    settings.rememberQueue('C:\\a')
    settings.rememberQueue('C:\\b')
    stub.removedJumpListItems = [{ args: '"C:\\a"' }]
    setIconMenus(actions)
    expect(settings.recentPaths).toEqual(['C:\\b'])
    expect(callsTo('app.setJumpList').at(-1)).toMatchObject([[{ items: [{ args: '"C:\\b"' }] }, {}]])
  })

  it('on macOS lists the recent queues in the dock', () => {
    onPlatform('darwin')
    const { settings, actions } = makeMenu('darwin')
    settings.rememberQueue('/srv/a')
    setIconMenus(actions)
    expect(callsTo('dock.setMenu').at(-1)).toMatchObject([[{ label: 'a (/srv/a)' }]])
  })
})
