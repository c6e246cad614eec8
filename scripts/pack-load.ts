/**
 * Loads main and preload of an unpacked app with the tests' stub in place of Electron: `node scripts/pack-load.ts DIR`. Ends
 * with 0 once the first window was made and loads the page, and the preload script has shown its bridge.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'

const STUB = new URL('../tests/stubs/electron.ts', import.meta.url)
const DEADLINE_MS = 20_000

const appDir = process.argv[2] ?? ''
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: STUB.href, shortCircuit: true } : next(specifier, context),
})
setTimeout(() => fail('No window was made'), DEADLINE_MS).unref()
await loadMain()
loadPreload()
process.exit(0)

async function loadMain(): Promise<void> {
  // The same module that the hook above gives to the app: modules are one by their address.
  const electron = await import('../tests/stubs/electron.ts')
  const userData = mkdtempSync(join(tmpdir(), 'fq-pack-load-'))
  try {
    process.argv = [process.execPath]
    electron.app.isPackaged = true
    await import(pathToFileURL(join(appDir, 'dist/main/main.js')).href)
    electron.becomeReadyWith(userData)
    const loaded = await until(() => electron.callsTo('window.loadURL')[0])
    if (loaded[0] !== 'app://inspector/') fail(`The window loads ${String(loaded[0])}`)
    const { webPreferences } = electron.BrowserWindow.created[0]?.options ?? {}
    checkPreferences(webPreferences)
    await checkPage(electron.callsTo('protocol.handle')[0])
  } finally {
    rmSync(userData, { recursive: true, force: true })
  }
}

function checkPreferences(preferences: unknown): void {
  if (typeof preferences !== 'object' || preferences === null || !('preload' in preferences))
    return fail('The window has no preload script')
  if (!existsSync(String(preferences.preload))) fail(`No preload script at ${String(preferences.preload)}`)
  if (!('devTools' in preferences) || preferences.devTools !== false)
    fail('DevTools are on in the packed app')
}

/** The page and all that it names come from the archive. */
async function checkPage(handled: unknown[] | undefined): Promise<void> {
  const [scheme, handler] = handled ?? []
  if (scheme !== 'app' || typeof handler !== 'function') return fail('The app scheme is not served')
  const get = async (path: string): Promise<Response> => {
    const response: unknown = await Reflect.apply(handler, null, [new Request(`app://inspector${path}`)])
    return response instanceof Response ? response : fail('The app scheme gives no response')
  }
  const page = await get('/')
  const html = await page.text()
  if (page.status !== 200 || !html.includes('<div id="root">')) fail('The page is not in the archive')
  for (const [, path = ''] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    if ((await get(path)).status !== 200) fail(`The page names ${path}, which is not in the archive`)
  }
}

/** As the sandbox does it: one CommonJS file, and nothing to require but Electron. */
function loadPreload(): void {
  const bridges: string[] = []
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string) => void bridges.push(name) },
    ipcRenderer: { on: () => undefined, send: () => undefined },
    webUtils: {},
  }
  const require = (name: string): unknown =>
    name === 'electron' ? electron : fail(`The preload script requires ${name}`)
  const file = join(appDir, 'dist/preload/preload.cjs')
  const window = { addEventListener: () => undefined }
  runInNewContext(readFileSync(file, 'utf8'), { require, window, module: { exports: {} }, exports: {} })
  if (bridges.join() !== 'fqDesktop') fail(`The preload script shows ${bridges.join() || 'nothing'}`)
}

async function until<Value>(look: () => Value | undefined): Promise<Value> {
  for (;;) {
    const value = look()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function fail(why: string): never {
  console.error(`${why} (${fileURLToPath(import.meta.url)})`)
  process.exit(1)
}
