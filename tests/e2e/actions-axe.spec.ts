/** Every view of acts as assistive technology meets it, in both colour schemes. */
import { gzipSync } from 'node:zlib'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeEmptyQueue, writeTask } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible, expectCount, filterField, pane, rows, showState, tray } from './parts.ts'

const toId = (n: number): string => `1795418${String(n).padStart(9, '0')}_${'ab'.repeat(16)}`

function makeQueue(parent: string): string {
  const dir = makeEmptyQueue(parent)
  mkdirSync(path.join(dir, 'failed/.meta'))
  for (let n = 0; n < 12; n++) {
    writeTask(dir, 'failed', toId(n), `{"n":${n},"list":[1.0,{"deep":null}]}`)
    const attempt = {
      failedAtUs: 1,
      node: 'w',
      attempt: 1,
      name: 'Boom',
      message: `kind ${n % 2}`,
      stack: 's',
      cause: null,
    }
    const record = JSON.stringify({ version: 1, id: toId(n), attempts: [attempt, attempt] })
    writeFileSync(path.join(dir, `failed/.meta/${toId(n)}.json`), record)
  }
  writeTask(dir, 'done', toId(20), gzipSync('zipped text'))
  writeTask(dir, 'done', toId(21), 'x'.repeat(100_000))
  return dir
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any view of acts (${colorScheme})`, async ({ browser, tempDir, serve }) => {
    // A dozen views, each read whole.
    test.setTimeout(180_000)
    const url = await serve(makeQueue(tempDir), '--write')
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    // What differs in the dark is the colours.
    const only = colorScheme === 'dark' ? 'color-contrast' : null
    const check = (view: string): Promise<void> => expectAccessible(page, view, only)
    await page.goto(url)
    await showState(page, 'Failed')
    await rows(page).first().click()
    await pane(page).getByRole('tree').waitFor()
    await pane(page).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menu').waitFor()
    await check('pane with its menu')
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.type('a')
    await expect(page.getByRole('option').first()).toBeVisible()
    await check('filter with completions')
    await filterField(page).fill('nosuch:1')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toBeVisible()
    await check('filter with a fault')
    await page.keyboard.press('Escape')
    await page.getByRole('grid').focus()
    await page.keyboard.press('w')
    await page.getByRole('region', { name: 'Failures by reason' }).waitFor()
    await check('groups')
    await page.keyboard.press('w')
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+a')
    await expect(page.getByText('12 tasks selected')).toBeVisible()
    await page.keyboard.press('Shift+R')
    await page.getByRole('dialog').getByText('Front', { exact: true }).click()
    await check('question')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete 12 tasks' }).click()
    await expectCount(page, 'Trash', '12')
    await expect(tray(page)).toContainText('Deleted 12 tasks')
    await check('tray')
    await tray(page).getByRole('button', { name: 'Results' }).click()
    await expect(page.getByRole('dialog').getByRole('listitem')).not.toHaveCount(0)
    await check('results')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'History', exact: true }).click()
    await expect(page.getByRole('dialog').getByRole('listitem')).not.toHaveCount(0)
    await check('history')
    await page.keyboard.press('Escape')
    await showState(page, 'Trash')
    await page.getByRole('button', { name: 'Empty the trash…' }).click()
    await page.getByRole('dialog').waitFor()
    await check('emptying the trash')
    await page.keyboard.press('Escape')
    await showState(page, 'Done')
    await rows(page).first().click()
    await expect(pane(page).getByText(/^The first/)).toBeVisible()
    await check('large payload')
    await rows(page).nth(1).click()
    await pane(page).getByRole('button', { name: 'Open compressed (gzip)' }).click()
    await expect(pane(page)).toContainText('zipped text')
    await check('opened payload')
    await page.getByRole('grid').focus()
    await page.keyboard.press('e')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Compare/ })
      .click()
    await page.getByRole('dialog').getByRole('radio').first().waitFor()
    await check('edit')
    await context.close()
  })
}
