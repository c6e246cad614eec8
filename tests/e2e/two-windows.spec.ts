/** Two windows on one queue, through the built server: they act on the same tasks, and share the lock. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from './fixtures.ts'
import {
  expectAccessible,
  expectCount,
  makeFailedQueue,
  namesIn,
  pane,
  rows,
  selectAll,
  showState,
  sidebar,
  toName,
  tray,
} from './parts.ts'

test('two windows that requeue the same tasks at once move each once, and tell what the other had moved', async ({
  page,
  context,
  tempDir,
  serve,
}) => {
  // Two pages and their server share two cores.
  test.slow()
  const dir = makeFailedQueue(tempDir, 600)
  const url = await serve(dir, '--write')
  const pages = [page, await context.newPage()]
  for (const one of pages) {
    await one.goto(url)
    await showState(one, 'Failed')
    await expectCount(one, 'Failed', '600')
    await selectAll(one, '600')
    await one.keyboard.press('r')
  }
  const button = { name: 'Requeue 600 tasks' }
  await Promise.all(pages.map((one) => one.getByRole('dialog').getByRole('button', button).click()))
  for (const one of pages) await expect(one.getByRole('dialog')).toBeHidden()
  await expectCount(page, 'Pending', '600')
  const identities = namesIn(path.join(dir, 'pending')).map((name) => name.slice(name.indexOf('_') + 1))
  expect(identities.toSorted()).toEqual(Array.from({ length: 600 }, (_, n) => toName(n)))
  expect(namesIn(path.join(dir, 'failed'))).toEqual([])
  const history = page.getByRole('dialog', { name: 'History' })
  await page.getByRole('button', { name: 'History', exact: true }).click()
  await expect(history.getByText('Requeue, 600 tasks')).toHaveCount(2)
  const counts = readAudit(tempDir)
  expect(counts.reduce((sum, { moved }) => sum + moved, 0)).toBe(600)
  expect(counts.map(({ moved, skipped, failed }) => moved + skipped + failed)).toEqual([600, 600])
  expect(counts.map(({ failed }) => failed)).toEqual([0, 0])
  await page.keyboard.press('Escape')
  // Both windows show both acts; the one that came second says of each task where it is.
  for (const one of pages) {
    await expect(tray(one).getByRole('article')).toHaveCount(2)
    const late = tray(one)
      .getByRole('article')
      .filter({ hasText: /Left alone: / })
      .first()
    await late.getByRole('button', { name: 'Results' }).click()
    const skipped = one.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Skipped' })
    await expect(skipped.first()).toContainText('Already moved to pending.')
  }
})

/** How each act ended, by the audit that lies outside the queue. */
function readAudit(tempDir: string): { moved: number; skipped: number; failed: number }[] {
  const state = path.join(tempDir, 'state')
  const file = readdirSync(state, { recursive: true, encoding: 'utf8' }).find((one) =>
    one.endsWith('audit.log'),
  )
  return readFileSync(path.join(state, file ?? ''), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"ended":true'))
    .map((line) => JSON.parse(line) as { moved: number; skipped: number; failed: number })
}

test('the lock of the status bar stops every act, in every window, until it is opened again', async ({
  page,
  context,
  tempDir,
  serve,
}) => {
  // Two pages and their server share two cores.
  test.slow()
  const dir = makeFailedQueue(tempDir, 2)
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
  await expect(question).toContainText('“History” below lists all of them')
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
