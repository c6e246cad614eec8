/** What a good page owes, whichever host serves it: settings, diagnostics, and coming back to where one was. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Queue' })

test('a page that is loaded anew comes back to its list and task', async ({ page, makeQueue, serve }) => {
  await page.goto(await serve(makeQueue()))
  await sidebar(page)
    .getByRole('button', { name: /^Failed/ })
    .click()
  await page.getByRole('grid', { name: 'Failed tasks' }).locator('[data-index="0"]').click()
  // The row may still have been on its way when it was clicked: the address names the task once it is there.
  await expect(page).toHaveURL(/task=/)
  await expect(page.getByRole('complementary')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
  await expect(page.getByRole('complementary')).toBeVisible()
  // Else the server ends while the pane's code is still on its way.
  await page.waitForLoadState('networkidle')
})

test('the welcome screen comes back after the queue was closed', async ({ page, serve, makeQueue }) => {
  const dir = makeQueue()
  await page.goto(await serve())
  await page.getByLabel('Path of a queue’s directory').fill(dir)
  await page.getByRole('button', { name: 'Open path' }).click()
  await expect(sidebar(page)).toBeVisible()
  await page.reload()
  await expect(sidebar(page)).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What do you want to do?').fill('close the queue')
  await page.getByRole('button', { name: 'Close the queue' }).click()
  await expect(page.getByLabel('Path of a queue’s directory')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Path of a queue’s directory')).toBeVisible()
  await page.waitForLoadState('networkidle')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the settings are kept, and axe finds nothing in them (${colorScheme})`, async ({
    browser,
    serve,
  }) => {
    const context = await browser.newContext({ colorScheme })
    const page = await context.newPage()
    await page.goto(await serve())
    await page.getByRole('button', { name: 'Settings…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Settings' })
    await expect(dialog).toBeVisible()
    await dialog.getByText('Comfortable').click()
    const other = colorScheme === 'dark' ? 'Light' : 'Dark'
    await dialog.getByText(other, { exact: true }).click()
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', other.toLowerCase())
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join()}`),
    ).toEqual([])
    await page.reload()
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', other.toLowerCase())
    await expect(page.locator('html')).toHaveAttribute('data-fq-density', 'comfortable')
    await context.close()
  })
}

test('the diagnostics hold versions and counts, and nothing of a task', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue()
  await page.goto(await serve(dir))
  await expect(sidebar(page).getByRole('button', { name: /^Pending 6/ })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('What do you want to do?').fill('copy diagnostics')
  await page.getByRole('button', { name: 'Copy diagnostics' }).click()
  await expect(page.getByText(/Copied the diagnostics/)).toBeVisible()
  const text = await page.evaluate(() => navigator.clipboard.readText())
  expect(text).toContain('pending 6, in-progress 1, scheduled 3, failed 1, done 1')
  expect(text).not.toContain(dir)
  expect(text).not.toMatch(/\d{16}_/)
})
