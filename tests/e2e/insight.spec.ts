/** Overview, nodes, problems and places, as a person uses them: the built server, a real browser, real directories. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { writeTask } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'

const QUEUE = path.join(import.meta.dirname, '../../shared/queue/index.ts')
const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Queue' })
const place = (page: Page, name: string) => page.getByRole('region', { name, exact: true }).first()

/** The address of another place of the queue that `serve` has started. */
const at = (url: string, where: string): string => url.replace(/\/pending$/, where)

/** A worker of ours claims tasks and is killed with them. */
function leaveDeadNode(dir: string, node: string, tasks: number): void {
  const script = `
    const { FemtoQueue } = await import(${JSON.stringify(QUEUE)})
    const queue = new FemtoQueue({ dataDir: ${JSON.stringify(dir)}, nodeId: ${JSON.stringify(node)}, onProblem() {} })
    for (let at = 0; at < ${tasks}; at++) queue.pop()
    process.kill(process.pid, 'SIGKILL')`
  spawnSync(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
  expect(readdirSync(path.join(dir, node))).toHaveLength(tasks)
}

/** A minute ago, so that its last activity is no recent one. */
function age(dir: string): void {
  const then = Date.now() / 1000 - 60
  utimesSync(dir, then, then)
}

test('a queue opens with its overview: flow, times, failures, nodes, problems', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue('small-payloads')
  mkdirSync(path.join(dir, 'worker'))
  await page.goto(at(await serve(dir), ''))
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await expect(sidebar(page).getByRole('button', { name: 'Overview' })).toHaveAttribute(
    'aria-current',
    'page',
  )
  await expect(page.getByRole('list', { name: 'What matters now' })).toContainText('3 tasks wait')
  await expect(page.getByRole('application', { name: /^Last hour, tasks/ })).toBeVisible()
  const name = '1795418499999999_seen'
  writeTask(dir, 'pending', name, 'x')
  await expect(sidebar(page).getByRole('button', { name: 'Pending 4', exact: true })).toBeVisible()
  renameSync(path.join(dir, 'pending', name), path.join(dir, 'worker', name))
  await expect(sidebar(page).getByRole('button', { name: /^worker 1/ })).toBeVisible()
  renameSync(path.join(dir, 'worker', name), path.join(dir, 'done', name))
  await expect(place(page, 'Wait and run times').getByRole('row', { name: /^Run/ })).toContainText('1', {
    timeout: 20_000,
  })
  await page.getByText('Last day', { exact: true }).click()
  await expect(page.getByRole('application', { name: /^Last day, tasks/ })).toBeVisible()
})

test('the chart is walked along with the keyboard', async ({ page, makeQueue, serve }) => {
  await page.goto(at(await serve(makeQueue('small-payloads')), '/overview'))
  const chart = page.getByRole('application', { name: /^Last hour, tasks/ })
  await chart.focus()
  await page.keyboard.press('ArrowLeft')
  await expect(place(page, 'Flow')).toContainText(/Pushed (0\/s|not watched)/)
})

test('a dead node’s tasks are returned, and only those', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue('small-payloads')
  leaveDeadNode(dir, 'mailer', 2)
  age(path.join(dir, 'mailer'))
  await page.goto(await serve(dir, '--write'))
  await sidebar(page)
    .getByRole('button', { name: /^mailer 2, dead/ })
    .click()
  const node = place(page, 'Node')
  await expect(node).toContainText('Its process is gone from this machine.')
  await node.getByRole('button', { name: 'Return its 2 tasks' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('2 tasks')
  await dialog.getByRole('button', { name: /^Release/ }).click()
  await expect(sidebar(page).getByRole('button', { name: 'Pending 3', exact: true })).toBeVisible()
  expect(readdirSync(path.join(dir, 'mailer'))).toEqual([])
})

test('a problem is cured by one click, and the cure undone by another', async ({
  page,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue('small-payloads')
  const foreign = path.join(dir, 'pending/.DS_Store')
  writeFileSync(foreign, 'finder')
  await page.goto(await serve(dir, '--write'))
  await sidebar(page).getByRole('button', { name: 'Problems 1' }).click()
  await expect(place(page, 'Problems')).toContainText('Every Python worker that starts, or looks here, stops')
  await page.getByRole('button', { name: 'Set aside: pending/.DS_Store' }).click()
  const messages = page.getByRole('status', { name: 'Messages' })
  await expect(messages).toContainText('Moved to failed/.trash/foreign/pending/.DS_Store')
  await expect(page.getByRole('heading', { name: 'Nothing is wrong here' })).toBeVisible()
  expect(existsSync(foreign)).toBe(false)
  await messages.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('button', { name: 'Set aside: pending/.DS_Store' })).toBeVisible()
  expect(existsSync(foreign)).toBe(true)
})

test('a queue that is locked offers no cure, and says why', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue('small-payloads')
  writeFileSync(path.join(dir, 'pending/notes.txt'), 'x')
  await page.goto(at(await serve(dir), '/problems'))
  await expect(page.getByRole('button', { name: 'Set aside: pending/notes.txt' })).toBeDisabled()
  await expect(place(page, 'Problems')).toContainText('for looking only')
})

test('back and forward lead through the places, and no address bears the token', async ({
  page,
  makeQueue,
  serve,
}) => {
  const url = await serve(makeQueue())
  await page.goto(at(url, ''))
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.keyboard.press('4')
  await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
  await expect(page).toHaveURL(/#\/failed$/)
  await page.keyboard.press('5')
  await expect(page).toHaveURL(/#\/done$/)
  await page.keyboard.press('Alt+ArrowLeft')
  await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.keyboard.press('Alt+ArrowRight')
  await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
  const token = new URL(url).hash.slice('#t='.length).replace('/pending', '')
  expect(page.url()).not.toContain(token)
})

test('a reason on the overview leads to its tasks each time it is clicked', async ({
  page,
  makeQueue,
  serve,
}) => {
  await page.goto(at(await serve(makeQueue()), ''))
  const reason = place(page, 'Failures').getByRole('listitem').getByRole('button').first()
  for (let visit = 0; visit < 2; visit++) {
    await reason.click()
    await expect(page).toHaveURL(/#\/failed\?filter=/)
    await expect(page.getByRole('grid', { name: 'Failed tasks' })).toBeVisible()
    await page.keyboard.press('0')
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  }
})

test('a link to a task shows it, also after a reload', async ({ page, makeQueue, serve }) => {
  const dir = makeQueue()
  const name = readdirSync(path.join(dir, 'failed')).find((entry) => !entry.startsWith('.')) ?? ''
  await page.goto(at(await serve(dir), `/failed?${new URLSearchParams({ task: name }).toString()}`))
  await expect(page.getByRole('complementary')).toContainText('plain text')
  await page.reload()
  await expect(page.getByRole('complementary')).toContainText('plain text')
  await expect(page).toHaveURL(/#\/failed\?task=/)
})

test('notifications are off until they are wished for, and hold no payload', async ({
  page,
  context,
  makeQueue,
  serve,
}) => {
  const dir = makeQueue('small-payloads')
  await context.grantPermissions(['notifications'])
  await page.addInitScript(() => {
    const shown: string[] = []
    class Recorder extends EventTarget {
      static permission = 'granted'
      static requestPermission = async () => 'granted'
      constructor(title: string, options?: NotificationOptions) {
        super()
        shown.push(`${title} | ${options?.body}`)
      }
      close(): void {}
    }
    Object.assign(globalThis, { Notification: Recorder, shownNotifications: shown })
  })
  const shown = (): Promise<string[]> =>
    page.evaluate(() => Reflect.get(globalThis, 'shownNotifications') as string[])
  await page.goto(at(await serve(dir), '/overview'))
  await page.getByRole('button', { name: 'Notifications: Notifications are off' }).click()
  await page.getByRole('checkbox', { name: /^Tasks fail/ }).check()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Notifications: Notifications are on' })).toBeVisible()
  const [name = ''] = readdirSync(path.join(dir, 'pending'))
  renameSync(path.join(dir, 'pending', name), path.join(dir, 'failed', name))
  await expect.poll(shown).toHaveLength(1)
  expect((await shown())[0]).toMatch(/^small-payloads: A task has failed \| /)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in overview, node and problems, ${colorScheme}`, async ({
    page,
    makeQueue,
    serve,
  }) => {
    test.slow()
    const dir = makeQueue('small-payloads')
    leaveDeadNode(dir, 'mailer', 2)
    writeFileSync(path.join(dir, 'pending/.DS_Store'), 'finder')
    mkdirSync(path.join(dir, '.git'))
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const url = await serve(dir, '--write')
    const audit = async (): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    }
    await page.goto(at(url, '/overview'))
    await expect(page.getByRole('application', { name: /^Last hour, tasks/ })).toBeVisible()
    await expect(place(page, 'Problems')).toContainText('Foreign file')
    await audit()
    await page.getByRole('button', { name: /^Notifications/ }).click()
    await expect(page.getByRole('checkbox', { name: /^Tasks fail/ })).toBeVisible()
    await audit()
    await page.keyboard.press('Escape')
    await sidebar(page)
      .getByRole('button', { name: /^mailer 2/ })
      .click()
    await expect(place(page, 'Node')).toBeVisible()
    await audit()
    await page.keyboard.press('6')
    await expect(place(page, 'Problems')).toContainText('Stray directory')
    await audit()
  })
}
