import { defineConfig } from '@playwright/test'
import { findChromiumOrNull } from './scripts/chromium.ts'

const executablePath = findChromiumOrNull()
/** They need Electron's binary and a display, and say so where they do not run. */
const DESKTOP_TESTS = ['electron.spec.ts', 'packed.spec.ts']

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  // Two cores: the page under test and its server want one of them.
  workers: process.env['CI'] === undefined ? 2 : 1,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  projects: [
    {
      name: 'server',
      testIgnore: DESKTOP_TESTS,
      use: {
        browserName: 'chromium',
        viewport: { width: 1280, height: 800 },
        trace: 'retain-on-failure',
        screenshot: 'only-on-failure',
        // The clipboard is asked for by the page's own copy buttons.
        permissions: ['clipboard-read', 'clipboard-write'],
        ...(executablePath !== null && { launchOptions: { executablePath } }),
      },
    },
    { name: 'electron', testMatch: DESKTOP_TESTS },
  ],
})
