import { once } from 'node:events'
import { beforeEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { makeTempDir, recreateRecordedQueue, snapshotOf } from '../helpers/queue-dirs.ts'
import { startLoopbackServer } from '../helpers/loopback-server.ts'
import type { LoopbackServer } from '../helpers/loopback-server.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const OPEN_CALL = JSON.stringify({ i: '1', p: { u: '/host/openQueue', b: { json: { kind: 'start' } } } })

let dir = ''
let server: LoopbackServer

beforeEach(async () => {
  dir = recreateRecordedQueue(makeTempDir(), 'every-state')
  server = await startLoopbackServer({ startDir: dir })
})

async function statusOfRefusal(socket: WebSocket): Promise<number | undefined> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }]
  return response.statusCode
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number]
  return code
}

describe('the WebSocket', () => {
  it.each([
    ['without an Origin', {}],
    ['with an Origin null', { Origin: 'null' }],
    ['with the Origin of another port', { Origin: 'http://127.0.0.1:1' }],
    ['with the Origin of localhost', { Origin: 'http://localhost' }],
    ['with the Origin of another site', { Origin: 'https://evil.example' }],
  ])('is refused %s', async (_name, headers) => {
    expect(await statusOfRefusal(server.openSocket(headers))).toBe(403)
  })

  it('is refused with a foreign Host', async () => {
    const socket = server.openSocket({ Origin: server.own.origin, Host: 'evil.example' })
    expect(await statusOfRefusal(socket)).toBe(421)
  })

  it('is refused when another site opened it', async () => {
    const socket = server.openSocket({ Origin: server.own.origin, 'Sec-Fetch-Site': 'cross-site' })
    expect(await statusOfRefusal(socket)).toBe(403)
  })

  it.each(['/', '/rpc/', '/rpc?token=x', '/%72pc'])('is refused on %s', async (path) => {
    expect(await statusOfRefusal(server.openSocket({ Origin: server.own.origin }, path))).toBe(404)
  })

  it.each([
    ['a wrong token', 'x'.repeat(43)],
    ['an empty token', ''],
    ['a call instead of the token', OPEN_CALL],
  ])('is closed with 4401 after %s, and nothing is answered', async (_name, first) => {
    const before = snapshotOf(dir)
    const socket = server.openSocket()
    const answers: unknown[] = []
    socket.on('message', (data) => answers.push(data))
    await once(socket, 'open')
    socket.send(first)
    socket.send(OPEN_CALL)
    expect(await closeCode(socket)).toBe(4401)
    expect(answers).toEqual([])
    expect(snapshotOf(dir)).toEqual(before)
  })

  it('is closed with 4401 after the right token as bytes', async () => {
    const socket = server.openSocket()
    await once(socket, 'open')
    socket.send(Buffer.from(server.token))
    expect(await closeCode(socket)).toBe(4401)
  })

  it('drops a stranger who sends more than a token', async () => {
    const socket = server.openSocket()
    await once(socket, 'open')
    socket.send('x'.repeat(1024 * 1024))
    expect(await closeCode(socket)).toBe(1006)
  })

  it('lets only so many strangers in at once, and the next one when they are gone', async () => {
    const strangers = Array.from({ length: 8 }, () => server.openSocket())
    await Promise.all(strangers.map((socket) => once(socket, 'open')))
    expect(await statusOfRefusal(server.openSocket())).toBe(503)
    for (const socket of strangers) socket.close()
    await waitUntil('room for the owner', async () => {
      const socket = server.openSocket()
      const [result] = await Promise.race([
        once(socket, 'open').then(() => ['open']),
        once(socket, 'error').then(() => ['error']),
      ])
      return result === 'open'
    })
  })

  it('lets go a client that gives no sign of life, and keeps one that does', async () => {
    const pinging = await startLoopbackServer({}, undefined, 200)
    const alive = await pinging.openAdmittedSocket()
    const silent = pinging.openSocket(undefined, undefined, { autoPong: false })
    await once(silent, 'open')
    silent.send(pinging.token)
    expect(await closeCode(silent)).toBe(1006)
    expect(alive.readyState).toBe(alive.OPEN)
  })

  it('answers calls after the token', async () => {
    const socket = await server.openAdmittedSocket()
    socket.send(OPEN_CALL)
    const [answer] = (await once(socket, 'message')) as [Buffer]
    expect(answer.toString()).toContain('queueId')
  })

  it('is closed with 4400 after a frame that is no call', async () => {
    const socket = await server.openAdmittedSocket()
    socket.send('{"not":"a call"')
    expect(await closeCode(socket)).toBe(4400)
  })

  it('is closed when a frame is larger than any push', async () => {
    const socket = await server.openAdmittedSocket()
    socket.send(Buffer.alloc(25 * 1024 * 1024))
    expect([1006, 1009]).toContain(await closeCode(socket))
  })
})
