/** What it costs to arrive, each time in a browser profile that has seen nothing yet, beside what the machine itself takes. */
import type { Browser, Page } from 'playwright'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

/** The median of so many arrivals. */
const ROUNDS = 5
const VIEWPORT = { width: 1280, height: 800 }

export interface Arrival {
  /** ms from the end of the server's answer to the first paint. */
  readonly firstPaintMs: number
  /** ms from there until the counts and the first figures or rows are on the screen and a key was answered. */
  readonly interactiveMs: number
  /** CPU time of the page's main thread until then, ms: what a busy machine does not stretch. */
  readonly cpuMs: number
}

export interface InitialScripts {
  readonly gzippedBytes: number
  readonly bytes: number
}

/** The JavaScript that the page loads before anybody asks for more. */
export function readInitialScripts(pageDir: string): InitialScripts {
  const html = readFileSync(path.join(pageDir, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, file]) => file ?? '')
  const contents = files.map((file) => readFileSync(path.join(pageDir, file)))
  return {
    bytes: contents.reduce((sum, content) => sum + content.length, 0),
    gzippedBytes: contents.reduce((sum, content) => sum + gzipSync(content).length, 0),
  }
}

export async function measureArrivals(browser: Browser, url: string): Promise<Arrival> {
  const arrivals = await repeat(browser, async (page) => {
    await page.addInitScript(waitForAnswer)
    await page.goto(url)
    await page.waitForFunction(() => 'fqInteractiveMs' in window)
    return page.evaluate(() => Number(Reflect.get(window, 'fqInteractiveMs')))
  })
  return {
    firstPaintMs: median(arrivals.map(({ paintMs }) => paintMs)),
    interactiveMs: median(arrivals.map(({ value, answeredMs }) => value - answeredMs)),
    cpuMs: median(arrivals.map(({ cpuMs }) => cpuMs)),
  }
}

/** The same page with no script at all, and with as many bytes of functions that are each called once instead of ours. */
export async function measureFloors(
  browser: Browser,
  url: string,
  scripts: InitialScripts,
): Promise<{ emptyPaintMs: number; plainScriptMs: number; plainCpuMs: number }> {
  const empty = await repeat(browser, async (page) => {
    await page.route('**/*.js', (route) => route.abort())
    await page.goto(url)
    return 0
  })
  const plain = await servePlainPage(scripts.bytes)
  const run = await repeat(browser, async (page) => {
    await page.goto(plain.url)
    await page.waitForFunction(() => 'fqInteractiveMs' in window)
    return page.evaluate(() => Number(Reflect.get(window, 'fqInteractiveMs')))
  })
  plain.close()
  return {
    emptyPaintMs: median(empty.map(({ paintMs }) => paintMs)),
    plainScriptMs: median(run.map(({ value, answeredMs }) => value - answeredMs)),
    plainCpuMs: median(run.map(({ cpuMs }) => cpuMs)),
  }
}

interface Round {
  readonly paintMs: number
  readonly answeredMs: number
  readonly cpuMs: number
  readonly value: number
}

async function repeat(browser: Browser, arrive: (page: Page) => Promise<number>): Promise<Round[]> {
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext({ viewport: VIEWPORT })
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const value = await arrive(page)
    const { metrics } = await session.send('Performance.getMetrics')
    const cpuMs = (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0)
    const { paintMs, answeredMs } = await page.evaluate(() => {
      const { responseEnd } = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming
      const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN
      return { paintMs: paint - responseEnd, answeredMs: responseEnd }
    })
    rounds.push({ value, paintMs, answeredMs, cpuMs })
    await context.close()
  }
  return rounds
}

/** Runs in the page: presses B in each frame once the counts and the figures or rows are there, until the sidebar is folded. */
function waitForAnswer(): void {
  let isAnswered = false
  const look = (): void => {
    const counts = document.querySelector('nav [aria-label^="Pending "]')?.getAttribute('aria-label') ?? ''
    const figures = document.querySelector('[aria-label="What matters now"] li, [role=row][data-index] time')
    if (/\d/.test(counts) && figures !== null) {
      // B folds the sidebar: the frame that shows it is the answer.
      const isFolded = document.querySelector('nav[data-folded]') !== null
      if (isFolded) isAnswered = true
      else document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'b', bubbles: true }))
    }
    if (isAnswered) Object.assign(window, { fqInteractiveMs: performance.now() })
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

async function servePlainPage(scriptBytes: number): Promise<{ url: string; close: () => void }> {
  const script = toPlainScript(scriptBytes)
  const server = createServer((request, response) => {
    const isScript = request.url === '/plain.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.setHeader('cache-control', 'no-store')
    response.end(
      isScript ? script : '<!doctype html><p>Plain</p><script type="module" src="/plain.js"></script>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() }
}

function toPlainScript(bytes: number): string {
  const lines: string[] = []
  for (let length = 0, at = 0; length < bytes; at++) {
    const line = `function f${at}(a,b){const c={key:a,label:b+${at}};return c.key===c.label?c:[a,b,c].map((d)=>d)}f${at}(${at},"x");`
    lines.push(line)
    length += line.length
  }
  return `${lines.join('\n')}\nrequestAnimationFrame(()=>{window.fqInteractiveMs=performance.now()})`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
