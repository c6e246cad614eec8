/** What a person with little room has: the list and the inspector both, or one of them and a way back. */
import { expect, test } from './fixtures.ts'
import { writeTask } from '../helpers/queue-dirs.ts'
import { expectAccessible, pane, rows, showState, sidebar } from './parts.ts'

test('in a narrow window the inspector stands under the list, and the chosen row stays in sight', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue()
  for (let at = 0; at < 40; at++) writeTask(dir, 'done', `${1_000 + at}_t`, 'x')
  await page.setViewportSize({ width: 900, height: 800 })
  await page.goto(await serve(dir))
  await showState(page, 'Done')
  const row = page.locator('[data-index="15"]')
  await row.click()
  await expect(pane(page)).toBeVisible()
  await expect(row).toHaveAttribute('aria-selected', 'true')
  const grid = page.getByRole('grid', { name: 'Done tasks' })
  await expect
    .poll(async () => {
      const [inRow, inGrid, inPane] = await Promise.all([
        row.boundingBox(),
        grid.boundingBox(),
        pane(page).boundingBox(),
      ])
      if (inRow === null || inGrid === null || inPane === null) return 'not drawn'
      const isAbove = inGrid.y + inGrid.height <= inPane.y + 1
      const isSeen = inRow.y >= inGrid.y && inRow.y + inRow.height <= inGrid.y + inGrid.height + 1
      return { isAbove, isSeen, isWide: inPane.width > 600 }
    })
    .toEqual({ isAbove: true, isSeen: true, isWide: true })
  await expectAccessible(page, 'the inspector under the list')
})

test('in a low window the inspector covers the list and shows the way back', async ({
  page,
  makeQueue,
  serve,
}) => {
  await page.setViewportSize({ width: 640, height: 400 })
  await page.goto(await serve(makeQueue()))
  await page.keyboard.press('1')
  await rows(page).first().click()
  await page.getByRole('button', { name: 'Back to the list' }).click()
  await expect(pane(page)).toBeHidden()
  await expect(rows(page).first()).toBeInViewport()
})

test('the queue’s own menu copies its path, and says what this server cannot open', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue()
  await page.goto(await serve(dir))
  await sidebar(page).getByText(dir).click()
  await expect(page.getByText('This server shows this queue only')).toBeVisible()
  await expect(page.getByRole('menuitem', { name: 'Open another queue…' })).toBeHidden()
  await page.getByRole('menuitem', { name: 'Copy the path' }).click()
  await expect(page.getByText('Copied the path.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(dir)
})

test('the column by which a list is sorted says so, and turns it round', async ({
  page,
  makeQueue,
  serve,
}) => {
  await page.goto(await serve(makeQueue()))
  await showState(page, 'Scheduled')
  await expect(page.getByRole('columnheader', { name: 'Due' })).toHaveAttribute('aria-sort', 'ascending')
  await showState(page, 'Pending')
  const head = page.getByRole('columnheader', { name: 'Task' })
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
  const first = await rows(page).first().getByRole('gridcell').nth(1).innerText()
  await head.getByRole('button').click()
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  await expect(rows(page).last().getByRole('gridcell').nth(1)).toHaveText(first)
})
