import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeTempDir, recreateRecordedQueue, snapshotOf } from '../helpers/queue-dirs.ts'
import { PAGE_TEXT, startLoopbackServer } from '../helpers/loopback-server.ts'
import type { LoopbackServer } from '../helpers/loopback-server.ts'

let dir = ''
let before: Record<string, string> = {}
let server: LoopbackServer

beforeEach(async () => {
  dir = recreateRecordedQueue(makeTempDir(), 'every-state')
  before = snapshotOf(dir)
  server = await startLoopbackServer({ startDir: dir })
})

function request(lines: readonly string[], body = ''): Promise<string> {
  return server.exchange(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
}

/** The answer has this status, shows nothing of the page, and the queue is as it was. */
function expectRefused(answer: string, status: number): void {
  expect(answer.split('\r\n')[0]).toContain(` ${status} `)
  expect(answer).not.toContain(PAGE_TEXT)
  expect(answer.toLowerCase()).not.toContain('access-control-')
  expect(answer).not.toContain(server.token)
  expect(snapshotOf(dir)).toEqual(before)
}

describe('a plain request', () => {
  it('of our own page is answered, under the strict policy and without any cookie or CORS header', async () => {
    const answer = await request(['GET / HTTP/1.1', `Host: ${server.own.host}`])
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toContain(PAGE_TEXT)
    for (const header of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      'x-content-type-options: nosniff',
      'cross-origin-resource-policy: same-origin',
      'cross-origin-opener-policy: same-origin',
      'x-frame-options: DENY',
      'referrer-policy: no-referrer',
      'cache-control: no-store',
    ]) {
      expect(answer).toContain(header)
    }
    expect(answer.toLowerCase()).not.toMatch(/set-cookie|access-control|x-powered-by/)
  })

  it.each([
    ['a foreign Host (DNS rebinding)', ['Host: inspector.evil.example'], 421],
    ['the right name with another port', ['Host: 127.0.0.1:1'], 421],
    ['localhost, which is another origin', ['Host: localhost'], 421],
    ['an IPv6 Host', ['Host: [::1]'], 421],
  ])('with %s is refused', async (_name, headers, status) => {
    expectRefused(await request(['GET / HTTP/1.1', ...headers]), status)
  })

  it('without a Host is refused', async () => {
    expectRefused(await request(['GET / HTTP/1.1']), 400)
  })

  it('of HTTP/1.0 without a Host is refused', async () => {
    expectRefused(await request(['GET / HTTP/1.0']), 421)
  })

  it('with two Hosts is refused', async () => {
    const { host } = server.own
    const answer = await request(['GET / HTTP/1.1', `Host: ${host}`, 'Host: evil.example'])
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer).not.toContain(PAGE_TEXT)
  })

  it.each([
    ['null', 'null'],
    ['of another port', 'http://127.0.0.1:1'],
    ['of localhost', 'http://localhost'],
    ['of another site', 'https://evil.example'],
    ['with a scheme of its own', 'chrome-extension://abc'],
  ])('with an Origin %s is refused', async (_name, origin) => {
    const head = ['GET / HTTP/1.1', `Host: ${server.own.host}`, `Origin: ${origin}`]
    expectRefused(await request(head), 403)
  })

  it.each([
    ['a script include', '/assets/main.js', 'cross-site', 'no-cors', 'script'],
    ['a fetch', '/', 'cross-site', 'cors', 'empty'],
    ['an iframe', '/', 'cross-site', 'navigate', 'iframe'],
    ['an iframe of another port', '/', 'same-site', 'navigate', 'iframe'],
    ['an object', '/', 'cross-site', 'navigate', 'object'],
    ['a link straight to a script', '/assets/main.js', 'cross-site', 'navigate', 'document'],
  ])('from another site as %s is refused', async (_name, path, site, mode, dest) => {
    const head = [`GET ${path} HTTP/1.1`, `Host: ${server.own.host}`]
    const fetchHeaders = [`Sec-Fetch-Site: ${site}`, `Sec-Fetch-Mode: ${mode}`, `Sec-Fetch-Dest: ${dest}`]
    expectRefused(await request([...head, ...fetchHeaders]), 403)
  })

  it.each([
    'http://evil.example/',
    '//evil.example/',
    '/..',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/assets%2fmain.js',
    '/assets%5cmain.js',
    '/assets\\main.js',
    '/main.js%00.html',
    '/assets//main.js',
    '*',
  ])('for %s is refused', async (target) => {
    expectRefused(await request([`GET ${target} HTTP/1.1`, `Host: ${server.own.host}`]), 400)
  })

  it('with a NUL byte in its target is refused', async () => {
    expectRefused(await request(['GET /\0 HTTP/1.1', `Host: ${server.own.host}`]), 400)
  })

  it('for our own address in absolute form is refused', async () => {
    const { host, origin } = server.own
    expectRefused(await request([`GET ${origin}/ HTTP/1.1`, `Host: ${host}`]), 400)
  })

  it('for a file that is not part of the page finds nothing', async () => {
    expectRefused(await request(['GET /etc/passwd HTTP/1.1', `Host: ${server.own.host}`]), 404)
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('of %s is refused', async (method) => {
    const head = [`${method} / HTTP/1.1`, `Host: ${server.own.host}`, 'Content-Length: 3']
    expectRefused(await request(head, 'a=b'), 405)
  })

  it('of CONNECT gets no answer at all', async () => {
    expect(await request(['CONNECT evil.example:443 HTTP/1.1', `Host: ${server.own.host}`])).toBe('')
  })

  it('that announces a body is refused before the body is read', async () => {
    const head = ['GET / HTTP/1.1', `Host: ${server.own.host}`, 'Content-Length: 99999999']
    expectRefused(await request(head), 413)
  })

  it('with a huge header is refused', async () => {
    const head = ['GET / HTTP/1.1', `Host: ${server.own.host}`, `X-Huge: ${'x'.repeat(10 * 1024)}`]
    expectRefused(await request(head), 431)
  })

  it('whose lines never end is given up', async () => {
    const slow = await startLoopbackServer(
      {},
      { headerBytes: 8_192, headersTimeoutMs: 50, requestTimeoutMs: 100, connections: 4 },
    )
    const socket = connect(slow.port, '127.0.0.1')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: ')
    socket.resume()
    await closed
  })

  it('with a slow body is refused without waiting for it', async () => {
    const head = ['POST / HTTP/1.1', `Host: ${server.own.host}`, 'Content-Length: 1000000']
    expectRefused(await request(head, 'only the beginning'), 405)
  })

  it('asking for leave to send a body is not given it', async () => {
    const head = ['POST / HTTP/1.1', `Host: ${server.own.host}`, 'Content-Length: 3', 'Expect: 100-continue']
    const answer = await request(head)
    expect(answer).not.toContain('100 Continue')
    expectRefused(answer, 405)
  })

  it('is not even read where too many wait already', async () => {
    const limits = { headerBytes: 8_192, headersTimeoutMs: 60_000, requestTimeoutMs: 60_000, connections: 2 }
    const crowded = await startLoopbackServer({}, limits)
    const waiting = [1, 2].map(() => connect(crowded.port, '127.0.0.1'))
    await Promise.all(waiting.map((socket) => once(socket, 'connect')))
    expect(await crowded.exchange(`GET / HTTP/1.1\r\nHost: ${crowded.own.host}\r\n\r\n`)).toBe('')
    for (const socket of waiting) socket.destroy()
  })

  it('that smuggles a second one behind a length and a transfer coding is refused', async () => {
    const smuggled = `0\r\n\r\nGET / HTTP/1.1\r\nHost: ${server.own.host}\r\n\r\n`
    const head = [
      'POST / HTTP/1.1',
      `Host: ${server.own.host}`,
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
    ]
    const answer = await request(head, smuggled)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer).not.toContain(PAGE_TEXT)
  })

  it('that is not HTTP is refused', async () => {
    expect(await server.exchange('\x16\x03\x01 not http\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })
})
