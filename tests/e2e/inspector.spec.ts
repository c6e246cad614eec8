/** The inspector as a person uses it: the built server on a real queue, a real browser, other processes moving files. */
import { mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { snapshotOf, writeTask } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible, namesIn, pane, rows, showState, sidebar, stateButton } from './parts.ts'

test('a queue that Python wrote shows up with the right counts and contents, and stays as it was', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue()
  const before = snapshotOf(dir)
  await page.goto(await serve(dir))
  for (const name of ['Pending 6', 'In progress 1', 'Scheduled 3', 'Failed 1', 'Done 1']) {
    await expect(sidebar(page).getByRole('button', { name, exact: true })).toBeVisible()
  }
  await expect(rows(page)).toHaveCount(6)
  await expect(rows(page).nth(2)).toContainText('{"big":12345678901234567890}')
  await expect(rows(page).nth(1)).toContainText('snowman ☃ and 😀')
  await rows(page).nth(2).click()
  await expect(pane(page)).toContainText('12345678901234567890')
  await expect(pane(page)).toContainText(namesIn(path.join(dir, 'pending')).toSorted()[2] ?? 'no such task')
  await showState(page, 'Scheduled')
  await expect(rows(page)).toHaveCount(3)
  await showState(page, 'Failed')
  await rows(page).first().click()
  await expect(pane(page)).toContainText('plain text')
  expect(snapshotOf(dir)).toEqual(before)
})

test('a change made by another process appears without a reload', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue('small-payloads')
  await page.goto(await serve(dir))
  await expect(rows(page)).toHaveCount(3)
  writeTask(dir, 'creating', '1795418499999999_new', 'pushed by another process')
  renameSync(path.join(dir, 'creating/1795418499999999_new'), path.join(dir, 'pending/1795418499999999_new'))
  await expect(stateButton(page, 'Pending')).toHaveAccessibleName('Pending 4')
  await expect(rows(page).filter({ hasText: 'pushed by another process' })).toBeVisible()
  mkdirSync(path.join(dir, 'late-worker'))
  renameSync(
    path.join(dir, 'pending/1795418499999999_new'),
    path.join(dir, 'late-worker/1795418499999999_new'),
  )
  await expect(sidebar(page).getByRole('button', { name: /^late-worker 1/ })).toBeVisible()
  await expect(stateButton(page, 'Pending')).toHaveAccessibleName('Pending 3')
})

test('G leads to a task by the beginning of its id, to a row, and to the end; the wheel goes on from there', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue('small-payloads')
  for (let at = 0; at < 1_500; at++) {
    const name = `${1_795_500_000_000_000 + at * 1_000}_${String(at).padStart(8, '0')}`
    writeFileSync(path.join(dir, 'pending', name), '')
  }
  await page.goto(await serve(dir))
  await expect(stateButton(page, 'Pending')).toHaveAccessibleName('Pending 1,503')
  const jump = async (text: string): Promise<void> => {
    await page.keyboard.press('g')
    await page.getByRole('dialog', { name: 'Jump to' }).getByRole('textbox').fill(text)
    await page.keyboard.press('Enter')
  }
  await jump('1795500000900')
  const chosen = page.locator('[role=row][aria-selected=true]')
  await expect(chosen).toHaveCount(1)
  await expect(chosen).toBeInViewport()
  await expect(chosen).toHaveAttribute('data-index', '903')
  await page.keyboard.press('Escape')
  await jump('end')
  await expect(page.locator('[role=row][data-index="1502"]')).toBeInViewport()
  await jump('1')
  await expect(page.locator('[role=row][data-index="0"]')).toBeInViewport()
  await page.getByRole('grid').hover()
  await page.mouse.wheel(0, 2_800)
  await expect(page.locator('[role=row][data-index="100"]')).toBeInViewport()
  await expect(page.locator('[role=row][data-index="100"]')).toContainText('00000097')
  await jump('tomorrow')
  await expect(page.getByRole('dialog')).toContainText('This is no id')
})

test('requeue puts a failed task to the back of pending', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue()
  const [failed = ''] = namesIn(path.join(dir, 'failed'))
  const bytes = readFileSync(path.join(dir, 'failed', failed))
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await rows(page).first().click()
  await pane(page).getByRole('button', { name: 'Requeue', exact: true }).click()
  await expect(stateButton(page, 'Failed')).toHaveAccessibleName('Failed 0')
  await expect(stateButton(page, 'Pending')).toHaveAccessibleName('Pending 7')
  const moved = namesIn(path.join(dir, 'pending')).toSorted().at(-1) ?? ''
  expect(moved).toContain(failed)
  expect(readFileSync(path.join(dir, 'pending', moved))).toEqual(bytes)
})

test('a failed task is retried with the keyboard alone', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue()
  await page.goto(await serve(dir, '--write'))
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('4')
  await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
  await expect(rows(page)).toHaveCount(1)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(pane(page)).toBeVisible()
  await page.keyboard.press('r')
  await expect(stateButton(page, 'Failed')).toHaveAccessibleName('Failed 0')
  expect(namesIn(path.join(dir, 'pending'))).toHaveLength(7)
})

test('release asks first, names the node, and returns the task', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue()
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'In progress')
  await rows(page).first().click()
  await pane(page).getByRole('button', { name: 'Release' }).click()
  const dialog = page.getByRole('dialog', { name: /worker-b/ })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(namesIn(path.join(dir, 'worker-b'))).toHaveLength(1)
  await pane(page).getByRole('button', { name: 'Release' }).click()
  await dialog.getByRole('button', { name: 'Release' }).click()
  await expect(stateButton(page, 'In progress')).toHaveAccessibleName('In progress 0')
  expect(namesIn(path.join(dir, 'worker-b'))).toEqual([])
  expect(namesIn(path.join(dir, 'pending'))).toHaveLength(7)
})

test('a pushed payload lies in pending byte for byte', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue('small-payloads')
  await page.goto(await serve(dir, '--write'))
  await expect(rows(page)).toHaveCount(3)
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'Push a task' })
  await dialog.getByRole('textbox', { name: 'Payload' }).fill('{"n": 12345678901234567890}')
  await dialog.getByRole('button', { name: /^Push task/ }).click()
  await expect(dialog).toBeHidden()
  await expect(stateButton(page, 'Pending')).toHaveAccessibleName('Pending 4')
  const newest = namesIn(path.join(dir, 'pending')).toSorted().at(-1) ?? ''
  expect(
    readFileSync(path.join(dir, 'pending', newest))
      .subarray(24)
      .toString(),
  ).toBe('{"n": 12345678901234567890}')
})

test('bad JSON is not pushed, and the dialog says why', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue('small-payloads')
  await page.goto(await serve(dir, '--write'))
  await expect(rows(page)).toHaveCount(3)
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'Push a task' })
  await dialog.getByRole('textbox', { name: 'Payload' }).fill('{"n": }')
  await expect(dialog.getByRole('status')).not.toBeEmpty()
  await expect(dialog.getByRole('button', { name: /^Push task/ })).toBeDisabled()
  await page.keyboard.press('Control+Enter')
  expect(namesIn(path.join(dir, 'pending'))).toHaveLength(3)
})

test('without --write every action is locked and says how to unlock it', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue()
  const before = snapshotOf(dir)
  await page.goto(await serve(dir))
  await showState(page, 'Failed')
  await rows(page).first().click()
  await expect(pane(page).getByRole('button', { name: 'Requeue', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  await pane(page).getByRole('button', { name: 'Requeue', exact: true }).hover()
  await expect(page.getByText(/--write/).first()).toBeVisible()
  await page.keyboard.press('r')
  await page.keyboard.press('n')
  expect(snapshotOf(dir)).toEqual(before)
})

test('a task that a worker took between click and effect is reported and left alone', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue()
  const [failed = ''] = namesIn(path.join(dir, 'failed'))
  await page.goto(await serve(dir, '--write'))
  await showState(page, 'Failed')
  await rows(page).first().click()
  await expect(pane(page).getByRole('button', { name: 'Requeue', exact: true })).toBeVisible()
  await page.keyboard.press('.')
  unlinkSync(path.join(dir, 'failed', failed))
  writeTask(dir, 'worker-a', failed, 'taken')
  await expect(pane(page)).toContainText('moved on')
  await expect(pane(page).getByRole('button', { name: 'Requeue', exact: true })).toBeHidden()
  await page.getByRole('grid').press('r')
  await expect(page.getByText(/already taken by worker-a/i).first()).toBeVisible()
  expect(namesIn(path.join(dir, 'pending'))).toHaveLength(6)
  expect(namesIn(path.join(dir, 'worker-a'))).toEqual([failed])
})

test('hostile ids, nodes, payloads and reasons stay text', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue('small-payloads')
  const attack = '<img src=x onerror=globalThis.pwned=1><script>globalThis.pwned=1</script>'
  const name = `5_${attack.replaceAll('/', '\u2215')}`
  writeTask(dir, 'pending', name, JSON.stringify({ attack, bidi: '\u202egnp.exe' }))
  const node = 'node<img src=x onerror=globalThis.pwned=1>\u202e'
  mkdirSync(path.join(dir, node))
  writeTask(dir, node, name, attack)
  writeTask(dir, 'failed', name, attack)
  mkdirSync(path.join(dir, 'failed/.meta'))
  const attempt = {
    failedAtUs: 1,
    node: attack,
    attempt: 1,
    name: attack,
    message: attack,
    stack: attack,
    cause: attack,
  }
  writeFileSync(
    path.join(dir, `failed/.meta/${name}.json`),
    JSON.stringify({ version: 1, id: name, attempts: [attempt] }),
  )
  writeFileSync(path.join(dir, 'pending/<b>foreign</b>'.replace('</', '<\u2215')), 'x')
  await page.goto(await serve(dir, '--write'))
  for (const label of ['Pending', 'In progress', 'Failed']) {
    await showState(page, label)
    await rows(page).first().click()
    await expect(pane(page)).toContainText('onerror=globalThis.pwned')
    for (const form of ['Text', 'Hex']) await pane(page).getByText(form, { exact: true }).click()
  }
  await sidebar(page)
    .getByRole('button', { name: /^Problems/ })
    .click()
  await expect(page.getByText('foreign').first()).toBeVisible()
  expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false)
  expect(await page.locator('img[src=x]').count()).toBe(0)
})

test('a directory that is deleted while it is open is told, and its return too', async ({
  page,
  makeQueue,
  serve,
  tempDir,
}) => {
  const dir = makeQueue()
  await page.goto(await serve(dir))
  await expect(rows(page)).toHaveCount(6)
  renameSync(dir, path.join(tempDir, 'away'))
  await expect(page.getByText(/lost/i).first()).toBeVisible()
  renameSync(path.join(tempDir, 'away'), dir)
  await expect(page.getByText(/^Live/).first()).toBeVisible()
  writeTask(dir, 'failed', '99_after', 'x')
  await expect(stateButton(page, 'Failed')).toHaveAccessibleName('Failed 2')
})

test('the welcome screen opens a typed path, says what is wrong with a bad one, and touches nothing', async ({
  page,
  makeQueue,
  serve,
  tempDir,
}) => {
  const noQueue = path.join(tempDir, 'no-queue')
  mkdirSync(noQueue)
  await page.goto(await serve())
  const field = page.getByRole('textbox', { name: /Path of a queue/ })
  for (const [bad, message] of [
    [path.join(tempDir, 'nowhere'), 'does not exist'],
    [noQueue, 'is no FemtoQueue'],
    ['relative', 'relative'],
  ] as const) {
    await field.fill(bad)
    await page.getByRole('button', { name: 'Open path' }).click()
    await expect(page.getByText(message).first()).toBeVisible()
  }
  expect(readdirSync(noQueue)).toEqual([])
  await field.fill(makeQueue())
  await page.getByRole('button', { name: 'Open path' }).click()
  await expect(stateButton(page, 'Pending')).toHaveAccessibleName('Pending 6')
})

test('a wrong token gets a screen that says what to do, and nothing else', async ({
  page,
  makeQueue,
  serve,
}) => {
  const url = await serve(makeQueue())
  await page.goto(url.replace(/#t=.*/, '#t=wrong'))
  await expect(page.getByText('This link has expired')).toBeVisible()
  await expect(sidebar(page)).toBeHidden()
})

test('a corrupt file is a problem with its consequence, and its contents are not shown', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue('small-payloads')
  writeFileSync(
    path.join(dir, 'pending/5_corrupt'),
    Buffer.concat([Buffer.from([1]), Buffer.alloc(23), Buffer.from('do not show this')]),
  )
  await page.goto(await serve(dir))
  await sidebar(page).getByRole('button', { name: 'Problems 1' }).click()
  await expect(page.getByText('hangs for ever')).toBeVisible()
  await showState(page, 'Pending')
  await rows(page).first().click()
  await expect(pane(page)).toContainText('Checksum does not match')
  await expect(page.getByText('do not show this')).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in any view (${colorScheme})`, async ({ browser, makeQueue, serve }) => {
    // Seven views, each read whole.
    test.setTimeout(120_000)
    const dir = makeQueue()
    writeFileSync(path.join(dir, 'pending/.DS_Store'), '')
    const url = await serve(dir, '--write')
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    const check = (view: string): Promise<void> => expectAccessible(page, view)
    await page.goto(url)
    await expect(rows(page)).toHaveCount(6)
    await check('pending')
    for (const label of ['In progress', 'Scheduled', 'Failed', 'Done']) {
      await showState(page, label)
      await rows(page).first().click()
      await expect(pane(page)).toBeVisible()
      await check(label)
    }
    await sidebar(page)
      .getByRole('button', { name: /^Problems/ })
      .click()
    await check('problems')
    await page.keyboard.press('n')
    await expect(page.getByRole('dialog')).toBeVisible()
    await check('push')
    await context.close()
  })
}
