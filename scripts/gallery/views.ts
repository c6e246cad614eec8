/** Every picture of the gallery: on which queue, by which steps, through which lens. */
import type { Page } from 'playwright'
import type { QueueStory } from './queues.ts'

type QueueName = QueueStory | 'million' | 'demo' | 'none'
export type LensName = 'both' | 'light' | 'dark' | 'wide' | 'zoomed'

export interface View {
  readonly name: string
  /** What there is to see, for the index of the gallery. */
  readonly title: string
  readonly queue: QueueName
  readonly readOnly?: boolean
  readonly lenses: readonly LensName[]
  /** Steps from the moment that the page shows something. */
  readonly lead: (page: Page) => Promise<void>
}

export const VIEWS: readonly View[] = [
  {
    name: 'welcome',
    title: 'The first screen',
    queue: 'none',
    lenses: ['both', 'wide', 'zoomed'],
    lead: stay,
  },
  {
    name: 'welcome-error',
    title: 'A path that is no queue',
    queue: 'none',
    lenses: ['light'],
    async lead(page) {
      await page.getByRole('textbox').fill('/srv/queues/mail')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'overview',
    title: 'What matters now, and why',
    queue: 'emails',
    lenses: ['both', 'wide', 'zoomed'],
    lead: seeOverview,
  },
  {
    name: 'reasons',
    title: 'Failures by their reason',
    queue: 'emails',
    lenses: ['both'],
    async lead(page) {
      await seeState(4)(page)
      await page.keyboard.press('w')
      await page.getByRole('region', { name: 'Failures by reason' }).getByRole('button').first().waitFor()
    },
  },
  {
    name: 'found',
    title: 'A search in payloads',
    queue: 'emails',
    lenses: ['both'],
    async lead(page) {
      await seeState(4)(page)
      await page.keyboard.press('/')
      await page.keyboard.type('$.template = "receipt"')
      await page.keyboard.press('Enter')
      await page.getByText(/\d found/).waitFor()
    },
  },
  {
    name: 'filter',
    title: 'What the one field understands',
    queue: 'emails',
    lenses: ['light'],
    async lead(page) {
      await seeState(4)(page)
      await page.keyboard.press('/')
    },
  },
  {
    name: 'node',
    title: 'One worker and what it holds',
    queue: 'emails',
    lenses: ['both'],
    async lead(page) {
      await page
        .getByRole('navigation')
        .getByRole('button', { name: /^mailer-1/ })
        .click()
    },
  },
  {
    name: 'requeued',
    title: 'Requeued, and the way back',
    queue: 'emails',
    lenses: ['light'],
    async lead(page) {
      await seeState(4)(page)
      await page.getByRole('button', { name: /^Requeue all/ }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Requeue/ })
        .click()
      await page.getByRole('button', { name: 'Undo' }).waitFor()
    },
  },
  {
    name: 'pending',
    title: 'Waiting tasks',
    queue: 'emails',
    lenses: ['both', 'wide', 'zoomed'],
    lead: seeState(1),
  },
  {
    name: 'failed',
    title: 'Failed tasks, and why this one failed',
    queue: 'emails',
    lenses: ['both', 'wide', 'zoomed'],
    lead: seeFirstOf(4),
  },
  {
    name: 'in-progress',
    title: 'What the workers hold',
    queue: 'emails',
    lenses: ['both'],
    lead: seeFirstOf(2),
  },
  {
    name: 'scheduled',
    title: 'Tasks that wait for their time',
    queue: 'emails',
    lenses: ['both'],
    lead: seeState(3),
  },
  {
    name: 'read-only',
    title: 'A queue opened for looking only',
    queue: 'emails',
    readOnly: true,
    lenses: ['light'],
    lead: seeFirstOf(4),
  },
  {
    name: 'selection',
    title: 'Several tasks chosen',
    queue: 'emails',
    lenses: ['both'],
    async lead(page) {
      await seeState(4)(page)
      await rows(page).nth(1).click()
      await rows(page)
        .nth(7)
        .click({ modifiers: ['Shift'] })
    },
  },
  {
    name: 'confirm',
    title: 'What an act on many tasks asks first',
    queue: 'emails',
    lenses: ['both'],
    async lead(page) {
      await seeState(4)(page)
      await rows(page).nth(1).click()
      await rows(page)
        .nth(7)
        .click({ modifiers: ['Shift'] })
      await page.keyboard.press('r')
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'push', title: 'Pushing tasks', queue: 'emails', lenses: ['both', 'zoomed'], lead: press('n') },
  {
    name: 'palette',
    title: 'Every command by its name',
    queue: 'emails',
    lenses: ['both'],
    lead: press('Control+k'),
  },
  { name: 'help', title: 'The keyboard', queue: 'emails', lenses: ['both'], lead: press('?') },
  { name: 'folded', title: 'Sidebar and flow strip folded', queue: 'emails', lenses: ['light'], lead: fold },
  { name: 'empty', title: 'A queue without a task', queue: 'empty', lenses: ['both'], lead: seeState(1) },
  { name: 'empty-failed', title: 'Nothing has failed', queue: 'empty', lenses: ['light'], lead: seeState(4) },
  { name: 'twelve', title: 'Twelve tasks', queue: 'twelve', lenses: ['both'], lead: seeState(1) },
  {
    name: 'million',
    title: 'A million tasks, in the middle of them',
    queue: 'million',
    lenses: ['both', 'wide'],
    async lead(page) {
      await seeState(1)(page)
      await rows(page).filter({ hasText: 'uploads/' }).first().waitFor({ timeout: 60_000 })
      await page.getByRole('grid').evaluate((grid) => grid.scrollTo(0, grid.scrollHeight / 2))
      // Its names are listed first, then its rows are read.
      await rows(page).filter({ hasText: 'uploads/' }).first().waitFor({ timeout: 60_000 })
    },
  },
  {
    name: 'odd',
    title: 'Long names, other scripts, bytes and nothing',
    queue: 'odd',
    lenses: ['both'],
    lead: seeState(1),
  },
  {
    name: 'huge-payload',
    title: 'A payload of two megabytes',
    queue: 'odd',
    lenses: ['light'],
    lead: seePayload('"kind":"report"'),
  },
  {
    name: 'binary-payload',
    title: 'A payload of bytes',
    queue: 'odd',
    lenses: ['dark'],
    lead: seePayload('00 07 0e'),
  },
  {
    name: 'long-id',
    title: 'A name of 220 characters',
    queue: 'odd',
    lenses: ['light'],
    lead: seePayload('a name of 220'),
  },
  {
    name: 'problems',
    title: 'What does not belong in a queue',
    queue: 'odd',
    lenses: ['both'],
    lead: seeProblems,
  },
  {
    name: 'demo',
    title: 'The demo at work',
    queue: 'demo',
    lenses: ['both'],
    async lead(page) {
      await seeState(1)(page)
      await page.waitForTimeout(DEMO_RUN_MS)
    },
  },
]

/** Until the charts have something to show. */
const DEMO_RUN_MS = 15_000

const rows = (page: Page) => page.getByRole('grid').locator('[role=row][data-index]')

/** The last of them is found by reading, a moment after the others. */
async function seeProblems(page: Page): Promise<void> {
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /^Problems/ })
    .click()
  await page.getByText('Corrupt task').waitFor()
}

async function seeOverview(page: Page): Promise<void> {
  await page.getByRole('navigation').waitFor()
  await page.keyboard.press('0')
  await page.getByRole('region', { name: 'Failures' }).getByRole('listitem').first().waitFor()
}

async function stay(): Promise<void> {}

function press(keys: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.getByRole('navigation').waitFor()
    await page.keyboard.press(keys)
  }
}

function seeState(key: number): (page: Page) => Promise<void> {
  return async (page) => {
    await page.getByRole('navigation').waitFor()
    await page.keyboard.press(String(key))
  }
}

function seeFirstOf(key: number): (page: Page) => Promise<void> {
  return async (page) => {
    await seeState(key)(page)
    await rows(page).nth(1).click()
  }
}

function seePayload(text: string): (page: Page) => Promise<void> {
  return async (page) => {
    await seeState(1)(page)
    await rows(page).filter({ hasText: text }).first().click()
  }
}

async function fold(page: Page): Promise<void> {
  await seeFirstOf(4)(page)
  await page.keyboard.press('b')
  await page.keyboard.press('f')
}
