/** Acts on tasks, by mouse and by keyboard, on a real queue through the built server. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { writeTask } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'
import {
  expectCount,
  makeFailedQueue,
  namesIn,
  pane,
  rows,
  selectAll,
  showState,
  stateButton,
  toName,
  tray,
} from './parts.ts'

test('a requeue is undone by the button of its message, and another by one key', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeFailedQueue(tempDir, 3)
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await rows(page).first().click()
  await pane(page).getByRole('button', { name: 'Requeue', exact: true }).click()
  await expectCount(page, 'Pending', '1')
  await expect(pane(page)).toContainText('it was failed, and is pending now')
  // The same key once more, and the row's neighbour is left alone.
  await page.keyboard.press('r')
  await page.getByRole('status', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click()
  await expectCount(page, 'Failed', '3')
  expect(namesIn(path.join(dir, 'pending'))).toEqual([])
  await page.getByRole('grid').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('r')
  await expectCount(page, 'Pending', '1')
  await page.keyboard.press('z')
  await expectCount(page, 'Failed', '3')
  expect(namesIn(path.join(dir, 'failed')).toSorted()).toEqual([0, 1, 2].map(toName))
})

test('a failure that a task got over is told as past, and no two of them bear one number', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeFailedQueue(tempDir, 1)
  mkdirSync(path.join(dir, 'failed/.meta'))
  // Each requeue begins to count anew.
  const attempts = ['TooLate', 'Refused'].map((name, at) => ({
    failedAtUs: 1_795_418_000_000_000 - at * 60_000_000,
    node: `mailer-${at + 1}`,
    attempt: 1,
    name,
    message: 'no answer',
    stack: null,
    cause: null,
  }))
  writeFileSync(path.join(dir, `failed/.meta/${toName(0)}.json`), JSON.stringify({ version: 1, attempts }))
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await rows(page).first().click()
  const failure = pane(page).getByRole('region', { name: 'Failure' })
  await expect(failure).toContainText('TooLate: no answer')
  await failure.getByText('Earlier failures (1)').click()
  await expect(failure).toContainText('Refused: no answer')
  await expect(failure).not.toContainText('Attempt')
  await expect(failure).not.toContainText('An earlier attempt failed')
  renameSync(path.join(dir, 'failed', toName(0)), path.join(dir, 'done', toName(0)))
  const past = pane(page).getByRole('region', { name: 'Earlier failures' })
  await expect(past).toContainText(/Done .*\. An earlier attempt failed:/)
  await expect(past).toContainText('TooLate: no answer')
  const colours = await past
    .getByText('no answer')
    .first()
    .evaluate((element) => {
      const probe = document.createElement('span')
      probe.style.color = 'var(--fq-failed)'
      document.body.append(probe)
      return [getComputedStyle(element).color, getComputedStyle(probe).color]
    })
  expect(colours[0]).not.toBe(colours[1])
})

test('all of a list is requeued as it was at the click, and undone from the history after a reload', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeFailedQueue(tempDir, 1_200)
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await expectCount(page, 'Failed', '1,200')
  await selectAll(page, '1,200')
  for (let n = 1_200; n < 1_203; n++) writeTask(dir, 'failed', toName(n), 'came later')
  await expectCount(page, 'Failed', '1,203')
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog', { name: 'Requeue 1,200 tasks?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
  expect(namesIn(path.join(dir, 'pending'))).toEqual([])
  await page.keyboard.press('r')
  await dialog.getByRole('button', { name: 'Requeue 1,200 tasks' }).click()
  await expect(tray(page)).toContainText('Requeued 1,200 tasks')
  await expectCount(page, 'Pending', '1,200')
  expect(namesIn(path.join(dir, 'failed')).toSorted()).toEqual([1_200, 1_201, 1_202].map(toName))
  await tray(page).getByRole('button', { name: 'Results' }).click()
  await expect(page.getByRole('dialog').getByRole('listitem').first()).toContainText('Moved')
  await page.keyboard.press('Escape')
  await page.reload()
  await page.getByRole('button', { name: 'History', exact: true }).click()
  const history = page.getByRole('dialog', { name: 'History' })
  await history.getByRole('button', { name: 'Undo' }).first().click()
  await expect(history.getByText('Undone').first()).toBeVisible()
  await expect(history.getByRole('button', { name: 'Redo' })).toBeVisible()
  // The undo is told in the row of its act: no row has come, and none has moved.
  await expect(history.getByRole('listitem')).toHaveCount(1)
  expect(namesIn(path.join(dir, 'failed'))).toHaveLength(1_203)
  expect(namesIn(path.join(dir, 'pending'))).toEqual([])
})

test('what becomes of requeued tasks is told live, kept in the history, and leads to those that failed again', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeFailedQueue(tempDir, 12)
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await expect(rows(page)).toHaveCount(12)
  await selectAll(page, '12')
  await page.keyboard.press('r')
  await page.getByRole('dialog').getByRole('button', { name: 'Requeue 12 tasks' }).click()
  await expect(tray(page)).toContainText('0 done, 12 waiting')
  for (const name of namesIn(path.join(dir, 'pending'))) {
    const id = name.slice(name.indexOf('_') + 1)
    const isBad = id <= toName(2)
    renameSync(path.join(dir, 'pending', name), path.join(dir, isBad ? 'failed' : 'done', id))
  }
  await expect(tray(page)).toContainText('3 failed again, 9 done, 0 waiting')
  writeTask(dir, 'failed', toName(40), 'a stranger')
  await expectCount(page, 'Failed', '4')
  await page.getByRole('button', { name: 'History', exact: true }).click()
  const history = page.getByRole('dialog', { name: 'History' })
  await expect(history.getByRole('listitem')).toContainText('3 failed again, 9 done, 0 waiting')
  await history.getByRole('button', { name: 'Undo' }).click()
  await expect(history.getByRole('listitem')).toContainText('Undo found nothing to move back')
  await expect(tray(page)).toContainText('Nothing could be undone.')
  await expect(tray(page)).toContainText('9 are done, 3 have failed.')
  await history.getByRole('button', { name: '3 failed again' }).click()
  await expect(history).toBeHidden()
  await expect(page.getByText('3 found')).toBeVisible()
  await expect(rows(page)).toHaveCount(3)
})

test('what workers took between the click and the act is left alone and told per task', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeFailedQueue(tempDir, 20)
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await expect(rows(page)).toHaveCount(20)
  await selectAll(page, '20')
  for (let n = 0; n < 3; n++) {
    renameSync(path.join(dir, 'failed', toName(n)), path.join(dir, 'done', toName(n)))
  }
  await page.keyboard.press('r')
  await page.getByRole('dialog').getByRole('button', { name: 'Requeue 20 tasks' }).click()
  await expect(tray(page)).toContainText('Requeued 17 tasks of 20')
  await expect(tray(page)).toContainText('Left alone: 3 tasks')
  await tray(page).getByRole('button', { name: 'Results' }).click()
  const results = page.getByRole('dialog')
  await expect(results.getByRole('listitem')).toHaveCount(3)
  await expect(results.getByRole('listitem').first()).toContainText('Skipped')
  expect(namesIn(path.join(dir, 'done')).toSorted()).toEqual([0, 1, 2].map(toName))
})

test('a range over rows that were never shown is chosen exactly', async ({ page, tempDir, serve }) => {
  const dir = makeFailedQueue(tempDir, 900)
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await rows(page).nth(2).click()
  await page.keyboard.press('Escape')
  await page.getByRole('grid').focus()
  await page.keyboard.press('Shift+End')
  await expect(page.getByText('898 tasks selected')).toBeVisible()
  await page.keyboard.press('Delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete 898 tasks' }).click()
  await expectCount(page, 'Trash', '898')
  expect(namesIn(path.join(dir, 'failed')).toSorted()).toEqual([898, 899].map(toName))
})

test('deleted tasks are restored, and the trash is emptied only when its count was typed', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeFailedQueue(tempDir, 3)
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await selectAll(page, '3')
  await page.keyboard.press('Delete')
  const confirm = page.getByRole('dialog', { name: 'Delete 3 tasks?' })
  await expect(confirm.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await confirm.getByRole('button', { name: 'Delete 3 tasks' }).click()
  await expectCount(page, 'Trash', '3')
  await showState(page, 'Trash')
  await expect(rows(page).first()).toContainText('failed')
  await rows(page).first().click()
  await pane(page).getByRole('button', { name: 'Restore' }).click()
  await expectCount(page, 'Failed', '1')
  await page.getByRole('button', { name: 'Empty the trash…' }).click()
  const purge = page.getByRole('dialog', { name: 'Delete for good 2 tasks?' })
  const act = purge.getByRole('button', { name: 'Delete for good 2 tasks' })
  await expect(act).toBeDisabled()
  await purge.getByRole('textbox', { name: 'Type 2 to go on' }).fill('2')
  await act.click()
  await expect(stateButton(page, 'Trash')).toHaveAccessibleName('Trash 0')
  expect(
    readdirSync(path.join(dir, 'failed/.trash'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ),
  ).toEqual([])
  expect(namesIn(path.join(dir, 'failed'))).toHaveLength(1)
})

test('a pending task is held out of reach and let go again, by keyboard alone', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue('small-payloads')
  await page.goto(await serve(dir, '--write'))
  await expect(rows(page)).toHaveCount(3)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('h')
  await expectCount(page, 'Held', '1')
  expect(namesIn(path.join(dir, 'pending'))).toHaveLength(2)
  expect(existsSync(path.join(dir, 'failed/.held'))).toBe(true)
  await page.keyboard.press('7')
  await expect(page.getByRole('grid', { name: 'Held tasks' })).toBeVisible()
  await expect(rows(page)).toHaveCount(1)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('h')
  await expectCount(page, 'Pending', '3')
  expect(namesIn(path.join(dir, 'pending'))).toHaveLength(3)
})

test('a task is requeued for a time, and rescheduled under its own identity', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeFailedQueue(tempDir, 1)
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await rows(page).first().click()
  await pane(page)
    .getByRole('button', { name: 'Requeue', exact: true })
    .click({ modifiers: ['Shift'] })
  const dialog = page.getByRole('dialog', { name: 'Requeue this task?' })
  await expect(dialog).toContainText('Waits behind all that is pending now')
  await dialog.getByText('Front', { exact: true }).click()
  await expect(dialog).toContainText('two of them run it at once')
  await dialog.getByText('At a time', { exact: true }).click()
  await dialog.getByLabel('Due at').fill('2031-05-06T07:08:09')
  await dialog.getByRole('button', { name: 'Requeue', exact: true }).click()
  await expectCount(page, 'Scheduled', '1')
  await page.keyboard.press('3')
  await expect(rows(page)).toHaveCount(1)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('t')
  const again = page.getByRole('dialog', { name: 'Reschedule this task?' })
  await again.getByLabel('Due at').fill('2032-05-06T07:08:09')
  await again.getByRole('button', { name: 'Reschedule' }).click()
  const dueS = (): number => Math.floor(Number(namesIn(path.join(dir, 'scheduled'))[0]?.split('_')[0]) / 1e6)
  await expect.poll(dueS).toBe(new Date('2032-05-06T07:08:09').getTime() / 1_000)
  const [name = ''] = namesIn(path.join(dir, 'scheduled'))
  expect(
    readFileSync(path.join(dir, 'scheduled', name))
      .subarray(24)
      .toString(),
  ).toBe('{"n":0}')
})

test('the row menu offers what the state allows, by pointer and by key', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue('small-payloads')
  await page.goto(await serve(dir, '--write'))
  await rows(page).nth(1).click({ button: 'right' })
  const menu = page.getByRole('menu')
  await expect(menu.getByRole('menuitem', { name: /^Hold/ })).toBeVisible()
  await expect(menu.getByRole('menuitem', { name: /^Requeue/ })).toHaveCount(0)
  await menu.getByRole('menuitem', { name: /^Mark done/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Mark done this task?' })
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await dialog.getByRole('button', { name: 'Mark done' }).click()
  await expectCount(page, 'Done', '1')
  await page.getByRole('grid').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+F10')
  await expect(menu.getByRole('menuitem', { name: /^Inspect/ })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(menu).toBeHidden()
})
