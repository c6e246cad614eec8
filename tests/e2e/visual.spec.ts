/**
 * The main views look as they did when somebody last looked at them and said yes: what stands where, and in which colour.
 * After a wanted change: `npx playwright test visual --update-snapshots`, and look at the gallery.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeStory } from '../../scripts/gallery/queues.ts'
import { VIEWS } from '../../scripts/gallery/views.ts'
import { differenceOf, toBlockPicture } from './block-picture.ts'
import type { BlockPicture } from './block-picture.ts'
import { expect, test } from './fixtures.ts'

const COMPARED = new Set(['welcome', 'failed', 'problems', 'push', 'palette', 'empty'])
/** Of 255: another browser's letters move the mean of a block less than that. */
const COLOUR_TOLERANCE = 14
/** A count or a time more or less; a missing column, bar or button is more. */
const BLOCKS_TOLERANCE = 0.02
/** The newest point of a chart may move. */
const STILL = 0.01
/** The page's clock runs a day ahead and stands still: then every file is "1 d" old, however slow the machine. */
const AHEAD_MS = 25 * 3_600_000

for (const scheme of ['light', 'dark'] as const) {
  for (const view of VIEWS.filter(({ name }) => COMPARED.has(name))) {
    test(`"${view.title}" looks as agreed, ${scheme}`, async ({
      page,
      browser,
      serve,
      tempDir,
    }, testInfo) => {
      const { queue, name } = view
      if (queue === 'million' || queue === 'demo') throw new Error(`${queue} does not stand still`)
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.clock.setFixedTime(Date.now() + AHEAD_MS)
      const dir = queue === 'none' ? null : makeStory(queue, path.join(tempDir, 'queue'))
      await page.goto(await serve(...(dir === null ? [] : [dir, '--write'])))
      await view.lead(page)
      await page.mouse.move(0, 0)
      await page.evaluate(() => document.fonts.ready)

      const file = path.join(import.meta.dirname, 'visual', `${name}-${scheme}.json`)
      const png = path.join(testInfo.outputDir, `${name}-${scheme}.png`)
      let seen: BlockPicture = []
      const take = async (): Promise<BlockPicture> => {
        seen = await toBlockPicture(browser, await page.screenshot({ path: png, animations: 'disabled' }))
        return seen
      }
      if (['all', 'changed'].includes(testInfo.config.updateSnapshots) || !existsSync(file)) {
        await expect.poll(async () => differenceOf(await take(), await take(), 0)).toBeLessThan(STILL)
        mkdirSync(path.dirname(file), { recursive: true })
        writeFileSync(file, `[\n${seen.map((row) => `  ${JSON.stringify(row.join(' '))}`).join(',\n')}\n]\n`)
        return
      }
      const agreed = (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((row) => row.split(' '))
      await expect
        .poll(async () => differenceOf(agreed, await take(), COLOUR_TOLERANCE), {
          message: `the share of blocks that differ; see ${png}`,
        })
        .toBeLessThan(BLOCKS_TOLERANCE)
    })
  }
}
