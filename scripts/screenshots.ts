/**
 * `npm run screenshots [-- DIR]`: pictures of the main views in both colour schemes, from the built server host, into
 * DIR or docs/images. The demo moves, so two runs differ; people look at them, tests do not.
 */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import { ensureBuilt, REPO_DIR } from './built-app.ts'
import { findChromiumOrNull } from './chromium.ts'

type Scheme = 'light' | 'dark'

/** What leads to each view of the demo, one after the other on one page. */
const DEMO_VIEWS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  demo: (page) => page.getByRole('row').nth(1).waitFor(),
  failed: async (page) => {
    await page.getByRole('button', { name: /^Failed/ }).click()
    await page.getByRole('row').filter({ hasText: 'SMTP' }).first().click()
  },
  push: async (page) => {
    await page.keyboard.press('n')
    await page.getByRole('dialog').waitFor()
  },
}
/** Until the charts have something to show, and until a view stands still. */
const DEMO_RUN_MS = 20_000
const SETTLE_MS = 1_500

const outDir = resolve(process.argv[2] ?? join(REPO_DIR, 'docs/images'))
mkdirSync(outDir, { recursive: true })
ensureBuilt()
const executablePath = findChromiumOrNull()
const browser = await chromium.launch(executablePath === null ? {} : { executablePath })
try {
  for (const scheme of ['light', 'dark'] as const) {
    await withServer([], async (url) => {
      const page = await openPage(browser, url, scheme)
      await takePicture(page, 'welcome', scheme)
    })
    await withServer(['--demo'], async (url) => {
      const page = await openPage(browser, url, scheme)
      await page.waitForTimeout(DEMO_RUN_MS)
      for (const [name, lead] of Object.entries(DEMO_VIEWS)) {
        await lead(page)
        await takePicture(page, name, scheme)
      }
    })
  }
} finally {
  await browser.close()
}

async function openPage(from: Browser, url: string, colorScheme: Scheme): Promise<Page> {
  const page = await from.newPage({
    viewport: { width: 1280, height: 800 },
    colorScheme,
    deviceScaleFactor: 2,
  })
  await page.goto(url)
  return page
}

async function takePicture(page: Page, name: string, scheme: Scheme): Promise<void> {
  await page.waitForTimeout(SETTLE_MS)
  await page.screenshot({ path: join(outDir, `${name}${scheme === 'dark' ? '-dark' : ''}.png`) })
}

/** Runs `use` against a server of its own, which ends with it. */
async function withServer(args: readonly string[], use: (url: string) => Promise<void>): Promise<void> {
  const server = spawn(process.execPath, [join(REPO_DIR, 'dist/server/server.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Nothing is kept: the pictures show no journal of the person's.
    env: { ...process.env, FEMTOQUEUE_INSPECTOR_STATE: '' },
  })
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      await use(line.replace('Inspector at ', ''))
      break
    }
  } finally {
    const exited = new Promise((resolveExit) => server.once('exit', resolveExit))
    server.kill('SIGTERM')
    await exited
  }
}
