/** The same inspector in the real Electron, where its binary and a display exist. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron, expect, test } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { findElectronOrNull } from '../../scripts/electron-binary.ts'
import { hasDisplay } from '../../scripts/open-browser.ts'
import { recreateRecordedQueue } from '../helpers/queue-dirs.ts'

const REPO_DIR = path.join(import.meta.dirname, '../..')
const binary = findElectronOrNull()
const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const obstacle =
  binary === null
    ? "Electron's binary is not here"
    : hasDisplay()
      ? isRoot && "Electron's sandbox does not run as root"
      : 'there is no display'

if (obstacle !== false) {
  console.warn(`\n!!! SKIPPED: the tests of the real desktop app, because ${obstacle}.`)
  console.warn(
    '!!! Run them with: node node_modules/electron/install.js && npm run test:e2e -- --project electron\n',
  )
}

test.describe('the desktop app', () => {
  test.skip(obstacle !== false, String(obstacle))

  let tempDir = ''
  let app: ElectronApplication
  let page: Page

  test.beforeEach(async () => {
    tempDir = mkdtempSync(path.join(tmpdir(), 'fq-electron-'))
    const queue = recreateRecordedQueue(tempDir, 'every-state')
    const userData = `--user-data-dir=${path.join(tempDir, 'user-data')}`
    app = await _electron.launch({ executablePath: binary ?? '', args: [userData, REPO_DIR, queue] })
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
