/** What the built server host owes to any page, whatever it shows. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { snapshotOf } from '../helpers/queue-dirs.ts'
import { expect, test } from './fixtures.ts'

test('the page loads under its policy, and the token leaves the address bar', async ({
  page,
  makeQueue,
  serve,
}) => {
  const url = await serve(makeQueue())
  expect(url).toContain('#t=')
  const response = await page.goto(url)
  expect(response?.headers()['content-security-policy']).toContain("default-src 'none'")
  await expect(page.locator('#root')).not.toBeEmpty()
  await expect(page).toHaveURL(new URL('/#/pending', url).href)
  expect(await page.context().cookies()).toEqual([])
})

test('the private file that opens the browser leads to the page', async ({
  page,
  tempDir,
  makeQueue,
  serve,
}) => {
  const url = await serve(makeQueue())
  const file = path.join(tempDir, 'open.html')
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0;url=${url}">`)
  await page.goto(pathToFileURL(file).href)
  await expect(page).toHaveURL(new URL('/#/pending', url).href)
  await expect(page.locator('#root')).not.toBeEmpty()
})

test('a form of another origin changes nothing, and gets no page', async ({
  page,
  makeQueue,
  serve,
  allowComplaints,
}) => {
  allowComplaints('')
  const dir = makeQueue()
  const target = new URL('/', await serve(dir, '--write')).href
  const foreign = new URL('/', await serve(makeQueue('small-payloads'))).href
  await page.route(foreign, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${target}"><input name="payload" value="x"></form>`,
    }),
  )
  const before = snapshotOf(dir)
  await page.goto(foreign)
  const answered = page.waitForResponse(target)
  await page.evaluate(() => document.forms[0]?.submit())
  expect((await answered).status()).toBeGreaterThanOrEqual(400)
  await expect(page.locator('#root')).toHaveCount(0)
  expect(snapshotOf(dir)).toEqual(before)
})

test('a page of another origin gets nothing: no frame, no script, no fetch, no socket', async ({
  page,
  makeQueue,
  serve,
  allowComplaints,
}) => {
  const target = new URL('/', await serve(makeQueue())).href
  const foreign = new URL('/', await serve(makeQueue('small-payloads'))).href
  allowComplaints('')
  // The other server's page has a policy of its own; an attacker's has none.
  await page.route(foreign, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>attacker</title>' }),
  )
  await page.goto(foreign)
  const results = await page.evaluate(async (address) => {
    const attempt = async (act: () => Promise<unknown>): Promise<string> => {
      try {
        return `got ${String(await act())}`
      } catch {
        return 'refused'
      }
    }
    const settle = (node: HTMLElement): Promise<string> =>
      new Promise((resolve, reject) => {
        node.addEventListener('load', () => resolve('loaded'))
        node.addEventListener('error', () => reject(new Error('refused')))
        document.body.append(node)
      })
    return {
      fetch: await attempt(async () => (await fetch(address)).text()),
      opaqueFetch: await attempt(async () => (await fetch(address, { mode: 'no-cors' })).type),
      formPost: await attempt(
        async () => (await fetch(address, { method: 'POST', body: new FormData() })).status,
      ),
      script: await attempt(() => settle(Object.assign(document.createElement('script'), { src: address }))),
      socket: await attempt(
        () =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(`${address.replace('http', 'ws')}rpc`)
            socket.addEventListener('open', () => resolve('open'))
            socket.addEventListener('error', () => reject(new Error('refused')))
          }),
      ),
    }
  }, target)
  // Same site, other port: the browser lets an opaque answer through only where the resource policy does.
  expect(results).toEqual({
    fetch: 'refused',
    opaqueFetch: expect.stringMatching(/refused|opaque/),
    formPost: 'refused',
    script: 'refused',
    socket: 'refused',
  })
  const frame = await page.evaluate((address) => {
    const element = Object.assign(document.createElement('iframe'), { src: address })
    document.body.append(element)
    return new Promise((resolve) =>
      element.addEventListener('load', () => resolve(element.contentDocument?.body.textContent ?? 'foreign')),
    )
  }, target)
  expect(frame).toBe('foreign')
  expect(page.frames().map((child) => child.url())).not.toContain(target)
})
