/** The push lab, what became of what was pushed, and edited payloads, on a real queue through the built server. */
import { mkdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { makeEmptyQueue, writeTask } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'
import { expectCount, namesIn, pane, rows, showState, tray } from './parts.ts'

const payloadOf = (dir: string, state: string, name: string): string =>
  readFileSync(path.join(dir, state, name))
    .subarray(24)
    .toString()

async function openLab(page: Page, url: string): Promise<Locator> {
  await page.goto(url)
  await expect(page.getByTestId('empty-list')).toBeVisible()
  await page.keyboard.press('n')
  const lab = page.getByRole('dialog', { name: 'Push a task' })
  await expect(lab.getByRole('textbox', { name: 'Payload' })).toBeFocused()
  return lab
}

/** As a person does: all of it chosen, then written over. */
async function rewrite(page: Page, dialog: Locator, text: string): Promise<void> {
  await dialog.getByRole('textbox', { name: 'Payload' }).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}

test('a template is filled in for each of many tasks, and they are followed until they are done', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  const lab = await openLab(page, await serve(dir, '--write'))
  await page.keyboard.insertText('{"n": {{n}}, "id": "{{uuid}}"}')
  await expect(lab.getByRole('region', { name: 'The first task will be' })).toContainText('{"n": 1, "id": "')
  await lab.getByRole('textbox', { name: 'Copies' }).fill('25')
  await page.keyboard.press('Control+Enter')
  await expect(lab).toBeHidden()
  await expectCount(page, 'Pending', '25')
  const payloads = namesIn(path.join(dir, 'pending'))
    .toSorted()
    .map((name) => JSON.parse(payloadOf(dir, 'pending', name)) as { n: number; id: string })
  expect(payloads.map(({ n }) => n)).toEqual(Array.from({ length: 25 }, (_, at) => at + 1))
  expect(new Set(payloads.map(({ id }) => id)).size).toBe(25)
  await tray(page).getByRole('button', { name: 'Follow' }).click()
  const followed = page.getByRole('dialog', { name: 'What became of them' })
  await expect(followed.getByRole('listitem').first()).toContainText('Pending')
  const [first = ''] = namesIn(path.join(dir, 'pending')).toSorted()
  mkdirSync(path.join(dir, 'worker-x'))
  renameSync(path.join(dir, 'pending', first), path.join(dir, 'worker-x', first))
  await expect(followed.getByRole('listitem').first()).toContainText('worker-x')
  renameSync(path.join(dir, 'worker-x', first), path.join(dir, 'done', first))
  await expect(followed.getByRole('listitem').first()).toContainText('Done')
})

test('an empty editor pushes nothing but an empty payload that is called so, and takes a click anywhere in its box', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  const lab = await openLab(page, await serve(dir, '--write'))
  const push = lab.getByRole('button', { name: 'Push task' })
  await expect(push).toBeDisabled()
  await expect(lab.getByRole('status')).toContainText('Nothing is written yet')
  await page.keyboard.press('Control+Enter')
  await expect(lab).toBeVisible()
  // The focus is elsewhere; a click below the only line writes there, and Ctrl+A chooses nothing of the page behind.
  await lab.getByRole('heading', { name: 'Push a task' }).click()
  await page.keyboard.press('Control+a')
  expect(await page.evaluate(() => getSelection()?.toString() ?? '')).toBe('')
  const editor = lab.getByRole('textbox', { name: 'Payload' })
  const box = await editor.boundingBox()
  if (box === null) throw new Error('the editor has no box')
  expect(box.height).toBeGreaterThan(200)
  await page.mouse.click(box.x + box.width / 2, box.y + box.height - 6)
  await expect(editor).toBeFocused()
  await page.keyboard.type('[1]')
  await expect(push).toBeEnabled()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await lab.getByText('Text', { exact: true }).click()
  await expect(lab.getByRole('status')).toContainText('An empty payload')
  await push.click()
  await expectCount(page, 'Pending', '1')
  const [name = ''] = namesIn(path.join(dir, 'pending'))
  expect(payloadOf(dir, 'pending', name)).toBe('')
})

test('what is typed on after a field has lost the focus is no command', async ({
  page,
  makeQueue,
  serve,
}) => {
  await page.goto(await serve(makeQueue('small-payloads'), '--write'))
  await expect(rows(page)).toHaveCount(3)
  await page.getByRole('searchbox').or(page.getByRole('combobox')).first().click()
  await page.keyboard.type('i')
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.type('n')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  // After a rest it is one again; Escape ends what was typed at once.
  await page.keyboard.press('Escape')
  await page.keyboard.press('n')
  await expect(page.getByRole('dialog', { name: 'Push a task' })).toBeVisible()
})

test('a push at a rate shows how far it is, and is cancelled', async ({ page, tempDir, serve }) => {
  const dir = makeEmptyQueue(tempDir)
  const lab = await openLab(page, await serve(dir, '--write'))
  await page.keyboard.insertText('{}')
  await lab.getByRole('textbox', { name: 'Copies' }).fill('5000')
  await lab.getByRole('textbox', { name: 'Per second' }).fill('4')
  await lab.getByRole('button', { name: /^Push 5,000 tasks/ }).click()
  await expect(tray(page)).toContainText('Pushing 5,000 tasks')
  await expect(tray(page).getByRole('progressbar')).toBeVisible()
  await tray(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(tray(page)).toContainText('Cancelled')
  await expect(tray(page).getByRole('progressbar')).toHaveCount(0)
  const pushed = namesIn(path.join(dir, 'pending')).length
  expect(pushed).toBeLessThan(5_000)
  await expectCount(page, 'Pending', String(pushed))
})

test('a wrong variable, bad copies and bad JSON are told where they are, and nothing is pushed', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  const lab = await openLab(page, await serve(dir, '--write'))
  const push = lab.getByRole('button', { name: /^Push/ })
  await page.keyboard.insertText('{"n": {{nope}}}')
  await expect(lab.getByRole('status')).toContainText('there is no variable {{nope}}')
  await expect(push).toBeDisabled()
  await rewrite(page, lab, '{"n": ')
  await expect(lab.getByRole('status')).toContainText('Line 1, column')
  await rewrite(page, lab, '{}')
  await lab.getByRole('textbox', { name: 'Copies' }).fill('0')
  await expect(lab.getByRole('status')).toContainText('whole number')
  await page.keyboard.press('Control+Enter')
  expect(namesIn(path.join(dir, 'pending'))).toEqual([])
})

test('a draft outlives Esc, and goes when it is cleared', async ({ page, tempDir, serve }) => {
  const lab = await openLab(page, await serve(makeEmptyQueue(tempDir), '--write'))
  const payload = lab.getByRole('textbox', { name: 'Payload' })
  await page.keyboard.insertText('{"n": 1}')
  await page.keyboard.press('Escape')
  await expect(lab).toBeHidden()
  await page.keyboard.press('n')
  await expect(payload).toHaveText('{"n": 1}')
  await lab.getByRole('button', { name: 'Clear the draft' }).click()
  await expect(payload).not.toContainText('{"n": 1}')
  await expect(lab.getByRole('button', { name: 'Clear the draft' })).toHaveCount(0)
})

test('files become tasks with exactly their bytes, and a template is kept', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  const lab = await openLab(page, await serve(dir, '--write'))
  await page.keyboard.insertText('{"kind": "mail"}')
  await lab.getByRole('button', { name: 'Save as a template…' }).click()
  await lab.getByRole('textbox', { name: 'Name of the template' }).fill('mail')
  await page.keyboard.press('Enter')
  await lab.getByText('Files', { exact: true }).click()
  await lab
    .getByLabel('Choose files…')
    .last()
    .setInputFiles([
      { name: 'a.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 255, 13, 10]) },
      { name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('text') },
    ])
  await lab.getByRole('button', { name: /^Push 2 tasks/ }).click()
  await expectCount(page, 'Pending', '2')
  const bytes = namesIn(path.join(dir, 'pending'))
    .toSorted()
    .map((name) =>
      readFileSync(path.join(dir, 'pending', name))
        .subarray(24)
        .toString('hex'),
    )
  expect(bytes).toEqual(['00ff0d0a', '74657874'])
  await page.keyboard.press('n')
  await lab.getByRole('button', { name: 'mail', exact: true }).click()
  await expect(lab.getByRole('textbox', { name: 'Payload' })).toHaveText('{"kind": "mail"}')
})

test('a payload is edited, compared and pushed anew, and both tasks name each other', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  const id = `1795418000000001_${'ef'.repeat(16)}`
  writeTask(dir, 'failed', id, '{"to":"a@example.com","n":12345678901234567890}\r\n')
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await rows(page).first().click()
  await expect(pane(page)).toContainText('12345678901234567890')
  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog', { name: 'Edit and requeue' })
  const editor = dialog.getByRole('textbox', { name: 'Payload' })
  await expect(editor).toBeFocused()
  await page.keyboard.press('Control+Home')
  for (let at = 0; at < 7; at++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Delete')
  await page.keyboard.type('b')
  await page.keyboard.press('Control+Enter')
  const difference = dialog.getByRole('region', { name: 'Difference' })
  await expect(difference).toContainText('a@example.com')
  await expect(difference).toContainText('b@example.com')
  expect(namesIn(path.join(dir, 'pending'))).toEqual([])
  await page.keyboard.press('Control+Enter')
  await expect(dialog).toBeHidden()
  await expectCount(page, 'Pending', '1')
  await expectCount(page, 'Failed', '1')
  const [edited = ''] = namesIn(path.join(dir, 'pending'))
  expect(payloadOf(dir, 'pending', edited)).toBe('{"to":"b@example.com","n":12345678901234567890}\r\n')
  await expect(pane(page)).toContainText('Edited into')
  await showState(page, 'Pending')
  await rows(page).first().click()
  await expect(pane(page)).toContainText('Edited from')
  await expect(pane(page)).toContainText(id)
})

test('the original of an edited task goes to the trash when the person says so; duplicates are new tasks', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  writeTask(dir, 'failed', `1795418000000001_${'ef'.repeat(16)}`, new Uint8Array([0, 1, 2]))
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await rows(page).first().click()
  await page.keyboard.press('d')
  await expectCount(page, 'Pending', '1')
  await pane(page).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Edit and requeue…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit and requeue' })
  await rewrite(page, dialog, '00 01 ff')
  await dialog.getByRole('button', { name: /^Compare/ }).click()
  await dialog.getByRole('radio', { name: /Move it to the trash/ }).check()
  await dialog.getByRole('button', { name: /^Push the edited task/ }).click()
  await expectCount(page, 'Trash', '1')
  await expectCount(page, 'Pending', '2')
  const bytes = namesIn(path.join(dir, 'pending')).map((name) =>
    readFileSync(path.join(dir, 'pending', name))
      .subarray(24)
      .toString('hex'),
  )
  expect(bytes.toSorted()).toEqual(['000102', '0001ff'])
})

test('files that are dropped onto the lab by the pointer are pushed with exactly their bytes', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  const lab = await openLab(page, await serve(dir, '--write'))
  const dropped = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([new Uint8Array([0, 255, 128, 10])], 'bytes.bin'))
    transfer.items.add(new File(['{"from": "a file"}'], 'order.json'))
    return transfer
  })
  const target = lab.getByRole('textbox', { name: 'Payload' })
  for (const event of ['dragenter', 'dragover', 'drop'])
    await target.dispatchEvent(event, { dataTransfer: dropped })
  const files = lab.getByRole('list', { name: 'Files' })
  await expect(files.getByRole('listitem')).toHaveText([/bytes\.bin\s*4 B/, /order\.json\s*18 B/])
  await lab.getByRole('button', { name: /^Push 2 tasks/ }).click()
  await expectCount(page, 'Pending', '2')
  const payloads = namesIn(path.join(dir, 'pending'))
    .toSorted()
    .map((name) =>
      readFileSync(path.join(dir, 'pending', name))
        .subarray(24)
        .toString('latin1'),
    )
  expect(payloads).toEqual(['\0\u00ff\u0080\n', '{"from": "a file"}'])
})

for (const [what, copies, begin] of [
  [
    'a push of 100,000 copies',
    100_000,
    async (page: Page) => {
      await expect(page.getByTestId('empty-list')).toBeVisible()
      await page.keyboard.press('n')
      const lab = page.getByRole('dialog', { name: 'Push a task' })
      await expect(lab.getByRole('textbox', { name: 'Payload' })).toBeFocused()
      await page.keyboard.insertText('{}')
      await lab.getByRole('textbox', { name: 'Copies' }).fill('100000')
      await lab.getByRole('button', { name: /^Push 100,000 tasks/ }).click()
    },
  ],
  [
    'duplicating 20,000 tasks',
    20_000,
    async (page: Page, dir: string) => {
      for (let n = 0; n < 20_000; n++)
        writeTask(dir, 'failed', `1795418${String(n).padStart(9, '0')}_${'ab'.repeat(16)}`, 'again')
      await expectCount(page, 'Failed', '20,000')
      await showState(page, 'Failed')
      await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'false')
      await page.getByRole('grid').focus()
      await page.keyboard.press('Control+a')
      await expect(page.getByText('20,000 tasks selected')).toBeVisible()
      await page.keyboard.press('d')
    },
  ],
] as const) {
  test(`${what} is cancelled in the middle: what was made is told and undone, and nothing is left half`, async ({
    page,
    tempDir,
    serve,
  }) => {
    test.slow()
    const dir = makeEmptyQueue(tempDir)
    await page.goto(await serve(dir, '--write'))
    await begin(page, dir)
    await tray(page).getByRole('button', { name: 'Cancel' }).click()
    await expect(tray(page)).toContainText('Cancelled')
    const made = namesIn(path.join(dir, 'pending')).length
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(copies)
    await expect(tray(page)).toContainText(
      `${made.toLocaleString('en')} tasks of ${copies.toLocaleString('en')}`,
    )
    await expectCount(page, 'Pending', made.toLocaleString('en'))
    expect(namesIn(path.join(dir, 'creating'))).toEqual([])
    await tray(page).getByRole('button', { name: 'Undo' }).click()
    await expectCount(page, 'Trash', made.toLocaleString('en'))
    await expect(tray(page)).toContainText(`Moved back ${made.toLocaleString('en')} tasks`)
    expect(namesIn(path.join(dir, 'pending'))).toEqual([])
    expect(namesIn(path.join(dir, 'creating'))).toEqual([])
  })
}
