/** The one filter field, groups of failures and exports, on a real queue through the built server. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { makeEmptyQueue, writeTask } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'
import { expectCount, filterField, namesIn, rows, showState, tray } from './parts.ts'

/** 40 failed tasks: every fourth of user 42, half failed by a timeout. */
function makeSearchQueue(parent: string): string {
  const dir = makeEmptyQueue(parent)
  mkdirSync(path.join(dir, 'failed/.meta'))
  for (let n = 0; n < 40; n++) {
    const id = `1795418${String(n).padStart(9, '0')}_${'cd'.repeat(16)}`
    writeTask(dir, 'failed', id, JSON.stringify({ user: { id: n % 4 === 0 ? 42 : n }, text: `order ${n}` }))
    const isTimeout = n % 2 === 0
    const attempt = {
      failedAtUs: 1_795_418_000_000_000 + n,
      node: 'worker-a',
      attempt: 1,
      name: isTimeout ? 'TimeoutError' : 'TypeError',
      message: isTimeout ? `no answer after ${n} ms` : 'x is not a function',
      stack: null,
      cause: null,
    }
    const record = JSON.stringify({ version: 1, id, attempts: [attempt] })
    writeFileSync(path.join(dir, `failed/.meta/${id}.json`), record)
  }
  return dir
}

async function openFailed(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await showState(page, 'Failed')
  await expectCount(page, 'Failed', '40')
}

test('the field filters while one types, searches payloads by Enter, and says where it is wrong', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeSearchQueue(tempDir)
  await openFailed(page, await serve(dir, '--write'))
  await page.keyboard.press('/')
  await expect(filterField(page)).toBeFocused()
  await page.keyboard.type('id:00000000')
  await expect(page.getByText('10 found')).toBeVisible()
  await expect(rows(page)).toHaveCount(10)
  await filterField(page).fill('$.user.id = 42')
  await expect(page.getByText('Enter searches the payloads')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByText('10 found')).toBeVisible()
  await expect(rows(page).first()).toContainText('42')
  const late = `1795418${String(99).padStart(9, '0')}_${'cd'.repeat(16)}`
  writeTask(dir, 'failed', late, '{"user":{"id":42}}')
  await expect(page.getByText('11 found')).toBeVisible()
  await filterField(page).fill('age:>5x')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('At character')
  await page.keyboard.press('Escape')
  await expect(filterField(page)).toHaveValue('')
  await expect(page.getByText('found')).toHaveCount(0)
})

test('what a search found is acted on as a whole, and nothing else', async ({ page, tempDir, serve }) => {
  const dir = makeSearchQueue(tempDir)
  await openFailed(page, await serve(dir, '--write'))
  await page.keyboard.press('/')
  await page.keyboard.type('/"id":42\\b/')
  await page.keyboard.press('Enter')
  await expect(page.getByText('10 found')).toBeVisible()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+a')
  await expect(page.getByText('10 tasks selected')).toBeVisible()
  await page.keyboard.press('r')
  await page.getByRole('dialog').getByRole('button', { name: 'Requeue 10 tasks' }).click()
  await expectCount(page, 'Pending', '10')
  for (const name of namesIn(path.join(dir, 'pending'))) {
    expect(readFileSync(path.join(dir, 'pending', name), 'latin1')).toContain('"id":42')
  }
  expect(namesIn(path.join(dir, 'failed'))).toHaveLength(30)
})

test('state: leads to that list, keys are completed, and a filter is saved and found again', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeSearchQueue(tempDir)
  await page.goto(await serve(dir, '--write'))
  await expect(page.getByTestId('empty-list')).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('sta')
  await page.keyboard.press('Tab')
  await expect(filterField(page)).toHaveValue('state:')
  await page.keyboard.type('failed size:>1')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
  await expect(filterField(page)).toHaveValue('size:>1')
  await expect(page.getByText('40 found')).toBeVisible()
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByRole('menuitem', { name: 'Save this filter…' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('not empty')
  await page.keyboard.press('Enter')
  await page.reload()
  await showState(page, 'Failed')
  const chip = page
    .getByRole('list', { name: 'Saved filters' })
    .getByRole('button', { name: 'not empty' })
    .first()
  await chip.click()
  await expect(filterField(page)).toHaveValue('size:>1')
  await chip.click()
  await expect(filterField(page)).toHaveValue('')
})

test('failures are grouped by their reason, and a group is requeued as a whole', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeSearchQueue(tempDir)
  await openFailed(page, await serve(dir, '--write'))
  await page.keyboard.press('w')
  const groups = page.getByRole('region', { name: 'Failures by reason' })
  await expect(groups.getByRole('listitem')).toHaveCount(2)
  const timeouts = groups.getByRole('listitem').filter({ hasText: 'TimeoutError' })
  await timeouts.getByRole('button', { name: 'Requeue 20 tasks' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Requeue 20 tasks' }).click()
  await expectCount(page, 'Pending', '20')
  await expect(groups.getByRole('listitem')).toHaveCount(1)
  await groups.getByRole('button', { name: /TypeError/ }).click()
  await expect(rows(page)).toHaveCount(20)
  await expect(rows(page).first()).toContainText('x is not a function')
})

test('groups are of what the filter finds, and so are what they open and requeue', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeSearchQueue(tempDir)
  await openFailed(page, await serve(dir, '--write'))
  await filterField(page).fill('$.user.id = 42')
  await page.keyboard.press('Enter')
  await expect(page.getByText('10 found')).toBeVisible()
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('w')
  const groups = page.getByRole('region', { name: 'Failures by reason' })
  await expect(groups.getByRole('listitem')).toHaveCount(1)
  await expect(groups).toContainText('Only what the filter finds.')
  const group = groups.getByRole('listitem').first()
  await group.getByRole('button', { name: 'Requeue 10 tasks…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Requeue 10 tasks' }).click()
  await expectCount(page, 'Pending', '10')
  await expect(page.getByText('0 found')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Nothing to group' })).toBeVisible()
  await page.getByRole('button', { name: 'Clear the filter' }).last().click()
  await expect(groups.getByRole('listitem')).toHaveCount(2)
})

for (const [format, item] of [
  ['jsonl', 'Export as JSON Lines…'],
  ['csv', 'Export as CSV…'],
  ['tar', 'Export the payloads as they are…'],
] as const) {
  test(`a list is exported as ${format}, as a download of the browser`, async ({ page, tempDir, serve }) => {
    // The dialog of the File System Access API cannot be driven; browsers without it download.
    await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'))
    const dir = makeSearchQueue(tempDir)
    await openFailed(page, await serve(dir))
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: item }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe(`failed.${format}`)
    const target = path.join(tempDir, 'exported')
    await download.saveAs(target)
    const bytes = readFileSync(target, 'latin1')
    for (const n of [0, 17, 39]) expect(bytes).toContain(`order ${n}`)
    if (format === 'jsonl') expect(bytes.trimEnd().split('\n')).toHaveLength(40)
    await expect(tray(page)).toContainText('40 tasks')
  })
}
