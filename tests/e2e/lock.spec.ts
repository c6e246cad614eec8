/** The lock of a queue: locking is one click, unlocking asks, and every window shows it. */
import path from 'node:path'
import { makeEmptyQueue, writeTask } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible, expectCount, namesIn, pane, rows, showState, sidebar } from './parts.ts'

test('the lock of the status bar stops every act, in every window, until it is opened again', async ({
  page,
  context,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  for (const n of [1, 2]) writeTask(dir, 'failed', `179541800000000${n}_${'ab'.repeat(16)}`, `{"n":${n}}`)
  const url = await serve(dir, '--write')
  await page.goto(url)
  await showState(page, 'Failed')
  const other = await context.newPage()
  await other.goto(url)
  await showState(other, 'Failed')
  await page.getByRole('button', { name: 'Lock: allow looking only' }).click()
  await expect(page.getByRole('button', { name: 'Unlock: allow acts' })).toBeVisible()
  // The other window shows it by itself.
  await expect(other.getByRole('button', { name: 'Unlock: allow acts' })).toBeVisible()
  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('r')
  expect(namesIn(path.join(dir, 'pending'))).toEqual([])
  await other.getByRole('button', { name: 'Unlock: allow acts' }).click()
  const question = other.getByRole('dialog', { name: 'Allow acts on this queue?' })
  await expect(question).toContainText('in every window that shows this queue')
  await expect(question).toContainText('“What was done here” lists all of them')
  await expect(question.getByRole('button', { name: 'Keep it locked' })).toBeFocused()
  await expectAccessible(other, 'unlocking')
  await other.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(other.getByRole('button', { name: 'Unlock: allow acts' })).toBeFocused()
  await other.keyboard.press('Enter')
  await question.getByRole('button', { name: 'Unlock', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Lock: allow looking only' })).toBeVisible()
  await rows(other).first().click()
  await pane(other).getByRole('button', { name: 'Requeue', exact: true }).click()
  await expectCount(other, 'Pending', '1')
  await expect(sidebar(page)).toContainText('Pending')
})
