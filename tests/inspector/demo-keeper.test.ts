import { existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { DemoKeeper } from '../../shared/inspector/demo/demo-keeper.ts'
import type { ActorSpec } from '../../shared/inspector/demo/demo.ts'
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../shared/inspector/queue-session.ts'
import { makePayload, PAYLOAD_KINDS } from '../../shared/inspector/demo/payloads.ts'

/** A demo whose actors do nothing: the real ones are tested with the server's process. */
function makeKeeper() {
  const started: ActorSpec[] = []
  let stopped = 0
  const keeper = new DemoKeeper((spec) => {
    started.push(spec)
    return {
      stop() {
        stopped++
        return Promise.resolve()
      },
    }
  })
  onTestFinished(() => keeper.close())
  return { keeper, started, stopped: () => stopped }
}

it('begins with tasks in every state and starts a producer and two workers', async () => {
  const { keeper, started } = makeKeeper()
  const dir = await keeper.open()
  for (const state of ['pending', 'scheduled', 'failed', 'done', 'worker-kyiv']) {
    expect(readdirSync(path.join(dir, state)).filter((name) => !name.startsWith('.'))).not.toEqual([])
  }
  expect(readdirSync(path.join(dir, 'failed', '.meta'))).not.toEqual([])
  expect(started.map(({ role }) => role)).toEqual(['worker', 'worker', 'producer'])
  expect(await keeper.open()).toBe(dir)
  expect(started).toHaveLength(3)
})

it('begins with a dead node that holds tasks, and with a file that is no task: something to mend', async () => {
  const { keeper } = makeKeeper()
  const session = new QueueSession(await readQueueDir(await keeper.open()))
  onTestFinished(() => session.close())
  await session.start()
  const nodes = session.latest?.nodes ?? []
  expect(nodes.filter(({ liveness }) => liveness === 'dead')).toMatchObject([
    { node: 'worker-kyiv', tasks: 2 },
  ])
  expect((await session.problems.list()).map(({ path: file }) => file)).toEqual(['pending/notes.txt'])
})

it('stops its actors and removes its directory', async () => {
  const { keeper, stopped } = makeKeeper()
  const dir = await keeper.open()
  await keeper.close()
  expect(stopped()).toBe(3)
  expect(existsSync(dir)).toBe(false)
})

it('makes a new demo where somebody took the directory away', async () => {
  const { keeper } = makeKeeper()
  const dir = await keeper.open()
  rmSync(dir, { recursive: true })
  const second = await keeper.open()
  expect(second).not.toBe(dir)
  expect(existsSync(second)).toBe(true)
})

it('carries every kind of payload, one of them larger than a list row or a preview shows', () => {
  const sizes = PAYLOAD_KINDS.map((kind) => makePayload(kind).length)
  expect(sizes).toContain(0)
  expect(Math.max(...sizes)).toBeGreaterThan(64 * 1024)
})
