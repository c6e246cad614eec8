/**
 * `npm run screenshots [-- --only NAME]`: the gallery, docs/gallery/: every view and state, from the built server host on
 * queues that stand still (gallery/queues.ts). People look at it; what tests compare is in tests/e2e/visual.spec.ts.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright'
import { ensureBuilt, REPO_DIR } from './built-app.ts'
import { openBrowser, openPage, takePicture, withServer } from './gallery/camera.ts'
import type { Lens } from './gallery/camera.ts'
import { makeMillion, makeStory } from './gallery/queues.ts'
import { VIEWS } from './gallery/views.ts'
import type { LensName, View } from './gallery/views.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    out: { type: 'string', default: join(REPO_DIR, 'docs/gallery') },
    /** Where the queue of a million lies: memory, if there is any. */
    million: { type: 'string', default: '/dev/shm/fq-gallery-million' },
  },
})

const LENSES: Readonly<Record<LensName, Readonly<Record<string, Lens>>>> = {
  both: { '': lens('light'), '-dark': lens('dark') },
  light: { '': lens('light') },
  dark: { '-dark': lens('dark') },
  wide: { '-1920': { ...lens('light'), width: 1920, height: 1080 } },
  zoomed: { '-zoom-200': { ...lens('dark'), zoom: 2 } },
}

function lens(scheme: Lens['scheme']): Lens {
  return { scheme, width: 1280, height: 800, zoom: 1 }
}

ensureBuilt()
mkdirSync(values.out, { recursive: true })
const work = mkdtempSync(join(tmpdir(), 'fq-gallery-'))
const views = VIEWS.filter(({ name }) => values.only === undefined || name === values.only)
const browser = await openBrowser()
try {
  for (const view of views) await takeView(browser, view)
} finally {
  await browser.close()
  rmSync(work, { recursive: true, force: true })
}
if (values.only === undefined) writeIndex()

async function takeView(from: Browser, view: View): Promise<void> {
  await withServer(toArguments(view), async (url) => {
    for (const [suffix, through] of view.lenses.flatMap((name) => Object.entries(LENSES[name]))) {
      const page = await openPage(from, url, through)
      await view.lead(page)
      await takePicture(page, join(values.out, `${view.name}${suffix}.webp`))
      await page.context().close()
    }
  })
  process.stderr.write(`${view.name}\n`)
}

function toArguments({ queue, readOnly }: View): string[] {
  if (queue === 'none') return []
  if (queue === 'demo') return ['--demo']
  const dir = queue === 'million' ? makeMillion(values.million) : makeStory(queue, freshDir(queue))
  return readOnly === true ? [dir] : [dir, '--write']
}

/** The path is in the pictures: one that reads well. */
function freshDir(name: string): string {
  return join(mkdtempSync(join(work, 'q-')), name)
}

function writeIndex(): void {
  const pictures = readdirSync(values.out)
  const sections = VIEWS.map(({ name, title }) => {
    const own = pictures.filter((file) => file.replace(/(-dark|-1920|-zoom-200)?\.webp$/, '') === name)
    return `## ${title}\n\n${own.map((file) => `![${title}](${file})`).join('\n')}\n`
  })
  const head = '# Gallery\n\nMade by `npm run screenshots`: every view and state, in both schemes.\n'
  writeFileSync(join(values.out, 'README.md'), `${head}\n${sections.join('\n')}`)
}
