/** A browser, servers on queues, and pictures of pages. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import { REPO_DIR } from '../built-app.ts'
import { findChromiumOrNull } from '../chromium.ts'

type Scheme = 'light' | 'dark'

export interface Lens {
  readonly scheme: Scheme
  readonly width: number
  readonly height: number
  /** 2: as at 200 % zoom, with half the room. */
  readonly zoom: number
}

/** Enough for text at the size of a page of documentation. */
const WEBP_QUALITY = 82
const STILL_MS = 700

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromiumOrNull()
  return chromium.launch(executablePath === null ? {} : { executablePath })
}

export async function openPage(browser: Browser, url: string, lens: Lens): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: Math.round(lens.width / lens.zoom), height: Math.round(lens.height / lens.zoom) },
    deviceScaleFactor: lens.zoom,
    colorScheme: lens.scheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(url)
  return page
}

/** WebP straight from the browser: a tenth of a PNG, and no tool beside the browser is needed. */
export async function takePicture(page: Page, path: string): Promise<void> {
  // The pointer and the caret tell nothing; what fades has faded.
  await page.mouse.move(0, 0)
  await page.waitForTimeout(STILL_MS)
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: WEBP_QUALITY })
  writeFileSync(path, Buffer.from(data, 'base64'))
  await session.detach()
}

/** Runs `use` against a server of its own, which ends with it. */
export async function withServer(
  args: readonly string[],
  use: (url: string) => Promise<void>,
): Promise<void> {
  // Its journal is its own: the pictures show nothing of this machine's.
  const stateDir = mkdtempSync(join(tmpdir(), 'fq-gallery-state-'))
  const server = spawn(process.execPath, [join(REPO_DIR, 'dist/server/server.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FEMTOQUEUE_INSPECTOR_STATE: stateDir },
  })
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      await use(line.replace('Inspector at ', ''))
      break
    }
  } finally {
    const exited = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await exited
    rmSync(stateDir, { recursive: true, force: true })
  }
}
