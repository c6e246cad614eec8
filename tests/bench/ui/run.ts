/**
 * `npm run bench:ui -- [--dir DIR] [--tasks 1000000]`: the page in a real Chromium, on the built server. What it costs to
 * arrive, how late a change on disk is on the screen, and how evenly a list of a million rows scrolls while tasks move,
 * beside an empty page in the same browser. Writes docs/benchmarks.md.
 */
import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { findChromiumOrNull } from '../../../scripts/chromium.ts'
import { makeQueue } from '../index/queues.ts'
import { measureArrivals, measureFloors, readInitialScripts } from './arrival.ts'
import { describeMachine, readFileSystemName, toTable, writeSection } from '../report.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: path.join(tmpdir(), 'fq-bench-ui') },
    tasks: { type: 'string', default: '1000000' },
  },
})
const REPO = path.join(import.meta.dirname, '../../..')
/** Each makes two changes: claimed and done. */
const TASKS_PER_S = 250
const SECONDS = 8
const ROW_PX = 28
const PLAIN_ROWS = 3_000

/** Times in ms since 1970 at which the page showed each count of done tasks. */
interface Shown {
  readonly atMs: number
  readonly done: number
}

async function startServer(dir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = spawn(process.execPath, [path.join(REPO, 'dist/server/server.js'), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(server.stdout, 'data')) as [Buffer]
  return {
    url: line.toString().replace(/^Inspector at (\S+)\s*$/s, '$1'),
    async stop() {
      server.kill('SIGTERM')
      await once(server, 'exit')
    },
  }
}

async function startLoad(dir: string): Promise<number[]> {
  const script = path.join(import.meta.dirname, '../index/load.ts')
  const load = spawn(process.execPath, [script, dir, String(TASKS_PER_S), String(SECONDS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  load.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  await once(load, 'close')
  return JSON.parse(output) as number[]
}

/** From the rename to done/ to the frame that shows the count, ms. */
async function measureLatency(page: Page, dir: string): Promise<number[]> {
  const shown = page.evaluate(
    (milliseconds) =>
      new Promise<Shown[]>((resolve) => {
        const seen: Shown[] = []
        const read = (): void => {
          const label = document.querySelector('nav [aria-label^="Done "]')?.getAttribute('aria-label') ?? ''
          const done = Number(label.replace(/\D/g, ''))
          if (done !== seen.at(-1)?.done)
            seen.push({ atMs: performance.timeOrigin + performance.now(), done })
          requestAnimationFrame(read)
        }
        read()
        setTimeout(resolve, milliseconds, seen)
      }),
    (SECONDS + 8) * 1_000,
  )
  const doneAtMs = await startLoad(dir)
  const seen = await shown
  const before = seen[0]?.done ?? 0
  return doneAtMs.map(
    (atMs, at) => (seen.find(({ done }) => done >= before + at + 1)?.atMs ?? Infinity) - atMs,
  )
}

/** Frame times in ms while the page scrolls, and the longest time that a row in view had no contents yet. */
function scrollFor(page: Page, milliseconds: number): Promise<{ frames: number[]; longestBlankMs: number }> {
  return page.evaluate(
    ({ duration, rowPx }) =>
      new Promise((resolve) => {
        const grid = document.querySelector('[role=grid]')
        const frames: number[] = []
        let last = performance.now()
        const endAt = last + duration
        let blankSince: number | null = null
        let longestBlankMs = 0
        const isBlank = (): boolean => {
          if (grid === null) return false
          const first = Math.ceil(grid.scrollTop / rowPx)
          const end = Math.floor((grid.scrollTop + grid.clientHeight) / rowPx) - 1
          const filled = new Set<number>()
          for (const row of grid.querySelectorAll<HTMLElement>('[role=row][data-index]')) {
            if (row.textContent !== '') filled.add(Number(row.dataset['index']))
          }
          for (let index = first; index < end; index++) if (!filled.has(index)) return true
          return false
        }
        const step = (): void => {
          const now = performance.now()
          frames.push(now - last)
          last = now
          if (grid !== null) {
            blankSince = isBlank() ? (blankSince ?? now) : null
            if (blankSince !== null) longestBlankMs = Math.max(longestBlankMs, now - blankSince)
            grid.scrollTop += 90
          }
          if (now < endAt) requestAnimationFrame(step)
          else resolve({ frames, longestBlankMs })
        }
        requestAnimationFrame(step)
      }),
    { duration: milliseconds, rowPx: ROW_PX },
  )
}

/** The same number of rows on the screen, of plain text, all there from the beginning: what scrolling costs by itself. */
async function openPlainPage(browser: Browser): Promise<Page> {
  const plain = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const row = (index: number): string =>
    `<div role="row" data-index="${index}" style="display:grid;grid-template-columns:84px 232px 1fr 76px;height:${ROW_PX}px;contain:strict">` +
    `<span>12 min</span><span>1795416245206308 ${index}</span><span>{"to":"somebody","subject":"${index}"}</span><span>100 B</span></div>`
  await plain.setContent(
    `<div role="grid" style="height:780px;overflow:auto;font:12px sans-serif">${Array.from({ length: PLAIN_ROWS }, (_, index) => row(index)).join('')}</div>`,
  )
  return plain
}

const ms = (milliseconds: number): string => `${milliseconds.toFixed(0)} ms`
const share = (numbers: readonly number[], limit: number): string =>
  `${((numbers.filter((number) => number <= limit).length / numbers.length) * 100).toFixed(1)} %`
const percentile = (numbers: readonly number[], part: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) * part)] ?? Number.NaN

const executablePath = findChromiumOrNull()
if (executablePath === null) throw new Error('No Chromium here: install one, or set FQ_CHROMIUM to its path.')
const dir = makeQueue(path.join(values.dir, values.tasks), Number(values.tasks))
const server = await startServer(dir)
const browser = await chromium.launch({
  executablePath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
const scripts = readInitialScripts(path.join(REPO, 'dist/renderer'))
const overview = await measureArrivals(browser, server.url)
const list = await measureArrivals(browser, `${server.url}/pending`)
const floors = await measureFloors(browser, server.url, scripts)
await page.goto(`${server.url}/pending`)
await page.getByRole('grid').locator('[role=row][data-index="0"]').waitFor()
const latency = await measureLatency(page, dir)
const churn = startLoad(dir)
const scrolled = await scrollFor(page, SECONDS * 1_000)
await churn
const empty = await browser.newPage({ viewport: { width: 1280, height: 800 } })
await empty.goto('about:blank')
const floor = await scrollFor(empty, 3_000)
await empty.close()
const plainPage = await openPlainPage(browser)
const plainChurn = startLoad(dir)
const plain = await scrollFor(plainPage, 5_000)
await plainChurn
await browser.close()
await server.stop()

const FRAME_MS = 17.5
const rows = [
  ['JavaScript before anything is asked for, gzipped', `${(scripts.gzippedBytes / 1_000).toFixed(0)} kB`],
  [
    'first paint after the answer',
    `${ms(overview.firstPaintMs)} (the same page without its scripts: ${ms(floors.emptyPaintMs)})`,
  ],
  [
    'overview with its figures, and answering a key, after the answer',
    `${ms(overview.interactiveMs)} (a page that runs as much plain JavaScript: ${ms(floors.plainScriptMs)})`,
  ],
  ['rows of a list of that length, and answering a key, after the answer', ms(list.interactiveMs)],
  [
    'CPU time of the page until then: overview, list',
    `${ms(overview.cpuMs)}, ${ms(list.cpuMs)} (as much plain JavaScript: ${ms(floors.plainCpuMs)})`,
  ],
  [
    `change on disk until it is on screen, ${TASKS_PER_S * 2} changes/s, p50 / p99`,
    `${percentile(latency, 0.5).toFixed(0)} / ${percentile(latency, 0.99).toFixed(0)} ms`,
  ],
  [
    'frames within 1/60 s while scrolling under that load',
    `${share(scrolled.frames, FRAME_MS)} (plain rows of text under the same load: ${share(plain.frames, FRAME_MS)}; an empty page at rest: ${share(floor.frames, FRAME_MS)})`,
  ],
  ['longest time that a row in view was empty while scrolling', `${scrolled.longestBlankMs.toFixed(0)} ms`],
]
for (const row of rows) console.log(row.join(': '))
writeSection(
  'ui',
  `## The page (\`npm run bench:ui\`)

${describeMachine()}; ${readFileSystemName(values.dir)}; ${Number(values.tasks).toLocaleString('en')} pending tasks; headless Chromium, software rendering.

${toTable(['what', 'measured'], rows)}
`,
)
rmSync(values.dir, { recursive: true })
