/**
 * What whoever can push may write: markup, scripts, addresses and characters that hide, in ids, node names, payloads, failure
 * reasons and file names. Over every view: it stays text, nothing runs, nothing is asked of elsewhere (fixtures.ts), and
 * nothing hides.
 */
import type { Page } from '@playwright/test'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { writeTask } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'

/** `pwned` is set by whatever of it runs. Slashes end a file name: names have a look-alike instead. */
const CORPUS = [
  '<script>globalThis.pwned=1</script>',
  '<img src=x onerror=globalThis.pwned=1>',
  '<svg onload=globalThis.pwned=1>',
  '<iframe srcdoc="<script>parent.pwned=1</script>">',
  '<style>@import url(https://attacker.example/x.css);</style>',
  '<link rel=stylesheet href=https://attacker.example/x.css>',
  '<base href=https://attacker.example/>',
  '<meta http-equiv=refresh content="0;url=https://attacker.example/">',
  '"><a href=javascript:globalThis.pwned=1>click</a>',
  "' onmouseover='globalThis.pwned=1",
  '{{constructor.constructor("globalThis.pwned=1")()}}',
  '${globalThis.pwned=1}',
  'https://attacker.example/?q=1',
  'javascript:globalThis.pwned=1',
  '](javascript:globalThis.pwned=1) ![x](https://attacker.example/x.png)',
  '__proto__',
  'invoice\u202egnp.exe',
  'a\u2066b\u2069c\u200bd\ufeffe\u00ad',
  'bell\u0007 escape\u001b[31m nel\u0085',
  'combining' + '\u0301'.repeat(60),
] as const
const STATES = ['pending', 'scheduled', 'failed', 'done'] as const
const LABELS = ['Pending', 'In progress', 'Scheduled', 'Failed', 'Done'] as const

/** What acts on the text around it and is not seen. */
const HIDDEN =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]'

function toName(text: string): string {
  return text.replaceAll('/', '\u2215').replaceAll('\0', '')
}

/** Every attack in every place of a queue that takes text. */
function makeHostileQueue(dir: string): void {
  mkdirSync(path.join(dir, 'failed/.meta'), { recursive: true })
  for (const [at, attack] of CORPUS.entries()) {
    const id = `${100 + at}_${toName(attack)}`
    for (const state of STATES) writeTask(dir, state, id, JSON.stringify({ [attack]: attack, at }))
    writeTask(dir, 'done', `${500 + at}_plain${at}`, attack)
    const node = toName(`hostile${at} ${attack}`)
    mkdirSync(path.join(dir, node))
    writeTask(dir, node, id, attack)
    writeFileSync(path.join(dir, 'pending', toName(`foreign ${attack}`)), attack)
    const attempt = {
      failedAtUs: at,
      node: attack,
      attempt: 1,
      name: attack,
      message: attack,
      stack: attack,
      cause: attack,
    }
    writeFileSync(
      path.join(dir, `failed/.meta/${id}.json`),
      JSON.stringify({ version: 1, id, attempts: [attempt] }),
    )
  }
}

/** Nothing ran, nothing of the data became an element, nothing in sight hides. */
async function expectInert(page: Page, view: string): Promise<void> {
  const found = await page.evaluate((hidden) => {
    const bad =
      'img[src="x"], iframe, base, meta[http-equiv], link[href*="attacker"], [onload], [onerror], [onmouseover], a[href]'
    const ownScripts = [...document.scripts].filter((script) => script.src.startsWith(location.origin))
    const labels = [...document.querySelectorAll('[aria-label], [title]')].map(
      (element) => `${element.getAttribute('aria-label') ?? ''} ${element.getAttribute('title') ?? ''}`,
    )
    const text = `${document.title}\n${document.body.innerText}\n${labels.join('\n')}`
    return {
      pwned: 'pwned' in globalThis,
      elements: [...document.querySelectorAll(bad)].map((element) => element.outerHTML.slice(0, 200)),
      foreignScripts: document.scripts.length - ownScripts.length,
      hidden: text
        .split('\n')
        .filter((line) => new RegExp(hidden).test(line))
        .map((line) => JSON.stringify(line.slice(0, 120))),
    }
  }, HIDDEN)
  expect(found, view).toEqual({ pwned: false, elements: [], foreignScripts: 0, hidden: [] })
}

const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Queue' })
const pane = (page: Page) => page.getByRole('complementary')

test.describe('a queue from a stranger', () => {
  test.setTimeout(180_000)

  test.beforeEach(({ page }) => {
    page.on('dialog', (dialog) => {
      throw new Error(`A dialog of the browser was opened: ${dialog.message()}`)
    })
  })

  test('is text in every list and every pane', async ({ page, makeQueue, serve }) => {
    const dir = makeQueue('small-payloads')
    makeHostileQueue(dir)
    await page.goto(await serve(dir, '--write'))
    for (const label of LABELS) {
      await sidebar(page)
        .getByRole('button', { name: new RegExp(`^${label} `) })
        .click()
      const grid = page.getByRole('grid', { name: `${label} tasks` })
      await expect(grid.locator('[role=row][data-index]').first()).toBeVisible()
      await expectInert(page, label)
      await grid.locator('[role=row][data-index]').first().click()
      for (let row = 0; row < CORPUS.length; row++) {
        await expect(pane(page)).toBeVisible()
        await page.keyboard.press('j')
        if (row % 4 === 0) await expectInert(page, `${label}, row ${row}`)
      }
      for (const form of ['Text', 'Hex', 'JSON']) {
        const choice = pane(page).getByText(form, { exact: true })
        if ((await choice.count()) > 0) await choice.first().click()
        await expectInert(page, `${label} as ${form}`)
      }
    }
  })

  test('is text in problems, nodes, dialogs, the palette and messages', async ({
    page,
    makeQueue,
    serve,
  }) => {
    const dir = makeQueue('small-payloads')
    makeHostileQueue(dir)
    await page.goto(await serve(dir, '--write'))
    await sidebar(page)
      .getByRole('button', { name: /^Problems/ })
      .click()
    await expect(page.getByText('foreign').first()).toBeVisible()
    await expectInert(page, 'problems')
    const nodes = sidebar(page).getByRole('button', { name: /hostile\d+ / })
    await expect(nodes.first()).toBeVisible()
    for (const at of [0, 1, 8]) {
      await nodes.nth(at).click()
      await page.getByRole('grid').locator('[role=row][data-index]').first().click()
      await expectInert(page, `node ${at}`)
      await page.keyboard.press('l')
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectInert(page, `the question before a release from node ${at}`)
      await page.keyboard.press('Escape')
    }
    for (const [key, view] of [
      ['Control+k', 'palette'],
      ['?', 'help'],
      ['n', 'push'],
    ] as const) {
      await page.keyboard.press(key)
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectInert(page, view)
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
    }
  })

  test('is text in the title, in the path, and in the error for a place that is none', async ({
    page,
    tempDir,
    makeQueue,
    serve,
  }) => {
    const attack = toName('<img src=x onerror=globalThis.pwned=1>\u202egnp')
    await page.goto(await serve())
    await page.getByLabel('Path of a queue’s directory').fill(path.join(tempDir, attack))
    await page.getByRole('button', { name: 'Open path' }).click()
    await expect(page.getByText(/does not exist/).first()).toBeVisible()
    await expectInert(page, 'the error')
    makeQueue()
    const dir = path.join(tempDir, attack)
    mkdirSync(dir)
    for (const name of ['pending', 'done', 'failed', 'scheduled', 'creating']) mkdirSync(path.join(dir, name))
    await page.getByLabel('Path of a queue’s directory').fill(dir)
    await page.getByRole('button', { name: 'Open path' }).click()
    await expect(page).toHaveTitle(/⟨202E⟩/)
    await expectInert(page, 'the window')
  })
})
