/** The same inspector in the real Electron, where its binary and a display exist. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron, expect, test } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { findElectronOrNull } from '../../scripts/electron-binary.ts'
import { desktopObstacleOrNull } from '../helpers/desktop.ts'
import { recreateRecordedQueue } from '../helpers/queue-dirs.ts'

const REPO_DIR = path.join(import.meta.dirname, '../..')
const binary = findElectronOrNull()
const obstacle = binary === null ? "Electron's binary is not here" : desktopObstacleOrNull()

if (obstacle !== null) {
  console.warn(`\n!!! SKIPPED: the tests of the real desktop app, because ${obstacle}.`)
  console.warn(
    '!!! Run them with: node node_modules/electron/install.js && npm run test:e2e -- --project=electron\n',
  )
}

test.describe('the desktop app', () => {
  test.skip(obstacle !== null, String(obstacle))

  let tempDir = ''
  let app: ElectronApplication
  let page: Page

  test.beforeEach(async () => {
    tempDir = mkdtempSync(path.join(tmpdir(), 'fq-electron-'))
    const queue = recreateRecordedQueue(tempDir, 'every-state')
    const userData = `--user-data-dir=${path.join(tempDir, 'user-data')}`
    const place = ['--state', 'failed']
    app = await _electron.launch({
      executablePath: binary ?? '',
      args: [userData, REPO_DIR, queue, ...place],
    })
    page = await app.firstWindow()
  })

  test.afterEach(async () => {
    await app.close()
    rmSync(tempDir, { recursive: true, force: true })
  })

  test('shows the recorded queue', async () => {
    await expect(page.locator('#root')).toContainText('every-state')
    expect(page.url()).toBe('app://inspector/')
  })

  test('begins at the place that the command line names', async () => {
    await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
  })

  test('has native menus that ask its page', async () => {
    await expect(page.getByRole('grid')).toBeVisible()
    const labels = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items.map(({ label }) => label)),
    )
    expect(labels).toEqual(
      expect.arrayContaining(['Open Queue…', 'Requeue', 'Settings…', 'Copy Diagnostics']),
    )
    await app.evaluate(({ BrowserWindow, Menu }) => {
      BrowserWindow.getAllWindows()[0]?.focus()
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? [])
      items?.find(({ label }) => label === 'Settings…')?.click()
    })
    await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  })

  test('sets the theme of the whole app, before and after', async () => {
    await expect(page.getByRole('grid')).toBeVisible()
    await app.evaluate(({ nativeTheme }) => (nativeTheme.themeSource = 'dark'))
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  })

  test('comes back to its place after its page crashed', async () => {
    await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
    await page.getByRole('button', { name: /^Done/ }).click()
    await expect(page.getByRole('grid', { name: 'Done tasks' })).toBeVisible()
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    )
    // Playwright has given up the page that crashed: the window itself is asked.
    await expect
      .poll(() =>
        app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
            "document.querySelector('[role=grid]')?.getAttribute('aria-label') ?? ''",
          ),
        ),
      )
      .toBe('Done tasks')
  })

  test('keeps its page apart from Node, Electron and every other origin', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      return contents === undefined
        ? null
        : Reflect.apply(Reflect.get(contents, 'getLastWebPreferences'), contents, [])
    })
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    })
    const reach = await page.evaluate(async () => ({
      require: typeof Reflect.get(globalThis, 'require'),
      process: typeof Reflect.get(globalThis, 'process'),
      bridge: Object.keys(Reflect.get(globalThis, 'fqDesktop')),
      outside: await fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
      file: await fetch('file:///etc/passwd').then(
        () => 'reached',
        () => 'refused',
      ),
      opened: window.open('https://example.com/') === null,
      permission: (await navigator.permissions.query({ name: 'geolocation' })).state,
    }))
    expect(reach).toEqual({
      require: 'undefined',
      process: 'undefined',
      bridge: ['isDesktop', 'pathOfDroppedFile'],
      outside: 'refused',
      file: 'refused',
      opened: true,
      permission: 'denied',
    })
  })

  test('goes nowhere else', async () => {
    await page.evaluate(() => location.assign('https://example.com/'))
    await expect(page.locator('#root')).not.toBeEmpty()
    expect(page.url()).toBe('app://inspector/')
    expect(app.windows()).toHaveLength(1)
  })
})
