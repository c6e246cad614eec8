/** Parts of the window by what they are to a person, and acts that many tests begin with. */
import { readdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import { makeEmptyQueue, writeTask } from '../helpers/queue-dirs.ts'

export const sidebar = (page: Page): Locator => page.getByRole('navigation', { name: 'Queue' })
export const stateButton = (page: Page, label: string): Locator =>
  sidebar(page).getByRole('button', { name: new RegExp(`^${label} `) })
export const rows = (page: Page): Locator => page.getByRole('grid').locator('[role=row][data-index]')
export const pane = (page: Page): Locator => page.getByRole('complementary')
export const tray = (page: Page): Locator => page.getByRole('region', { name: 'Work' })
export const filterField = (page: Page): Locator => page.getByRole('combobox', { name: 'Filter and search' })

export async function showState(page: Page, label: string): Promise<void> {
  await stateButton(page, label).click()
  await expect(page.getByRole('grid', { name: `${label} tasks` })).toBeVisible()
}

/** Waits until the sidebar counts so many. */
export async function expectCount(page: Page, label: string, count: string): Promise<void> {
  await expect(stateButton(page, label)).toHaveAccessibleName(`${label} ${count}`)
}

/** Task files of a directory; what begins with a dot is the inspector's own. */
export const namesIn = (dir: string): string[] => readdirSync(dir).filter((name) => !name.startsWith('.'))

/** @param only The one rule that can differ where the rest was judged before; null: all of them. */
export async function expectAccessible(
  page: Page,
  view: string,
  only: 'color-contrast' | null = null,
): Promise<void> {
  const axe = new AxeBuilder({ page })
  const { violations } = await (only === null ? axe : axe.withRules(only)).analyze()
  expect(
    violations.map(
      ({ id, nodes }) => `${view}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    ),
  ).toEqual([])
}

/** A queue with so many failed tasks, `{"n":0}` the oldest. */
export function makeFailedQueue(parent: string, count: number): string {
  const dir = makeEmptyQueue(parent)
  for (let n = 0; n < count; n++) writeTask(dir, 'failed', toName(n), `{"n":${n}}`)
  return dir
}

/** The n-th of them. */
export const toName = (n: number): string => `1795418${String(n).padStart(9, '0')}_${'ab'.repeat(16)}`

/** Chooses all of a list, and waits until that is fixed. */
export async function selectAll(page: Page, count: string): Promise<void> {
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'false')
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+a')
  await expect(page.getByText(`${count} tasks selected`)).toBeVisible()
  await expect(page.getByText(/exactly those that were here at \d\d:\d\d:\d\d/)).toBeVisible()
}
