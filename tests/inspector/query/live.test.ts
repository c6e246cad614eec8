import { mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { QueryProgress } from '../../../shared/contract/query.ts'
import { makeRandom } from '../../helpers/random.ts'
import { arriveTask, writeTask } from '../../helpers/queue-dirs.ts'
import { waitUntil } from '../../helpers/wait-until.ts'
import { openSearchedQueue, toList } from './searched-queue.ts'

function fillPending(dir: string, count: number, payload: (at: number) => string): void {
  for (let at = 0; at < count; at++) writeTask(dir, 'pending', `${1000 + at}_t`, payload(at))
}

describe('a search that goes on', () => {
  it('takes in what arrives and matches, and lets go what leaves', async () => {
    const queue = await openSearchedQueue(
      (dir) => {
        writeTask(dir, 'pending', '1_a', 'wanted')
        writeTask(dir, 'pending', '2_b', 'other')
      },
      ['worker'],
    )
    const { queryId } = queue.session.openQuery(toList('pending'), 'text:wanted')
    await queue.ended(queryId)
    arriveTask(queue.dir, 'pending', '3_c', 'wanted too')
    arriveTask(queue.dir, 'pending', '4_d', 'something else')
    await waitUntil('the arrival', () => queue.found(queryId).join() === '1_a,3_c')
    renameSync(path.join(queue.dir, 'pending', '1_a'), path.join(queue.dir, 'worker', '1_a'))
    await waitUntil('the departure', () => queue.found(queryId).join() === '3_c')
    await waitUntil('the counts', () => {
      const { matches, total, scanned } = queue.session.queries.get(queryId).progress()
      return matches === 1 && total === 3 && scanned === 3
    })
  })

  it('finds the latest first where the list shows the latest first', async () => {
    const queue = await openSearchedQueue((dir) => {
      for (let at = 0; at < 5_000; at++) writeTask(dir, 'failed', `${10_000 + at}_t`, 'x')
    })
    const { queryId } = queue.session.openQuery(toList('failed'), 'text:x')
    for await (const { matches } of queue.session.queries.follow(queryId, undefined)) {
      if (matches === 0) continue
      queue.session.queries.get(queryId).cancel()
      break
    }
    const found = queue.found(queryId, 'failed')
    // Threads look through parts side by side, and the very latest part may be the second to end.
    const [earliest = 0, latest = 0] = [found[0], found.at(-1)].map(
      (name) => Number.parseInt(name ?? '') - 10_000,
    )
    expect(found.length).toBeLessThan(5_000)
    expect(latest).toBeGreaterThan(4_000)
    expect(earliest).toBeGreaterThan(4_000 - found.length)
  })

  it('takes in new nodes and forgets nodes that are gone', async () => {
    const queue = await openSearchedQueue()
    const { queryId } = queue.session.openQuery(toList('in-progress'), 'text:x')
    await queue.ended(queryId)
    mkdirSync(path.join(queue.dir, 'late'))
    arriveTask(queue.dir, 'late', '1_a', 'x')
    await waitUntil('the task of the new node', () => queue.found(queryId, 'in-progress').join() === '1_a')
    rmSync(path.join(queue.dir, 'late'), { recursive: true })
    await waitUntil('the node is gone', () => queue.session.queries.get(queryId).progress().matches === 0)
  })

  it('turns with time: tasks come in and go out by their age without any event', async () => {
    const queue = await openSearchedQueue((dir) => {
      writeTask(dir, 'pending', '1_a', 'x')
    })
    const young = queue.session.openQuery(toList('pending'), 'age:<2s').queryId
    const old = queue.session.openQuery(toList('pending'), 'age:>=2s -text:nothing').queryId
    const due = queue.session.openQuery(toList('pending'), '-due:<1s').queryId
    await queue.ended(young)
    await waitUntil(
      'the task has grown old',
      () => queue.found(old).length === 1 && queue.found(young).length === 0,
    )
    expect(queue.found(due)).toEqual([])
  })

  it('agrees with a plain look after any order of arrivals and departures', async () => {
    const random = makeRandom(7)
    const queue = await openSearchedQueue((dir) => {
      fillPending(dir, 300, (at) => (at % 3 === 0 ? 'wanted' : 'other'))
    })
    const { queryId } = queue.session.openQuery(toList('pending'), 'text:wanted')
    const there = new Map(Array.from({ length: 300 }, (_, at) => [`${1000 + at}_t`, at % 3 === 0]))
    for (let step = 0; step < 400; step++) {
      const name = `${1000 + Math.floor(random() * 600)}_t`
      const file = path.join(queue.dir, 'pending', name)
      if (there.has(name)) {
        rmSync(file)
        there.delete(name)
      } else {
        // A name comes back with what it held before: the watcher may miss that it was away.
        const isWanted = Number.parseInt(name, 10) % 3 === 1
        arriveTask(queue.dir, 'pending', name, isWanted ? 'wanted' : 'other')
        there.set(name, isWanted)
      }
      if (step % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const expected = [...there].filter(([, isWanted]) => isWanted).map(([name]) => name)
    await waitUntil('agreement', () => queue.found(queryId).toSorted().join() === expected.toSorted().join())
  })

  it('serves windows of what was found, in both orders and around a task', async () => {
    const queue = await openSearchedQueue((dir) => {
      fillPending(dir, 20, (at) => (at % 2 === 0 ? 'even' : 'odd'))
    })
    const { queryId } = queue.session.openQuery(toList('pending'), 'text:even')
    const { revision } = await queue.ended(queryId)
    const window = await queue.session.window(toList('pending'), 'newest', 0, 3, { queryId })
    expect(window).toMatchObject({ revision, total: 10, offset: 0 })
    expect(window.rows.map(({ name }) => name)).toEqual(['1018_t', '1016_t', '1014_t'])
    const around = await queue.session.window(
      toList('pending'),
      'oldest',
      { node: null, name: '1010_t' },
      4,
      { queryId },
    )
    expect(around.offset).toBe(3)
    expect(around.rows.map(({ name }) => name)).toEqual(['1006_t', '1008_t', '1010_t', '1012_t'])
    expect(queue.session.names(toList('pending'), 'oldest', 8, 10, queryId).map(({ name }) => name)).toEqual([
      '1016_t',
      '1018_t',
    ])
  })

  it('tells of its progress as it goes, and ends the stream when it is closed', async () => {
    const queue = await openSearchedQueue((dir) => {
      fillPending(dir, 500, () => 'x')
    })
    const { queryId, phase } = queue.session.openQuery(toList('pending'), 'text:x')
    expect(phase).toBe('scanning')
    const seen: QueryProgress[] = []
    for await (const progress of queue.session.queries.follow(queryId, undefined)) {
      seen.push(progress)
      if (progress.phase === 'live') queue.session.queries.close(queryId)
    }
    expect(seen.at(-1)).toMatchObject({
      phase: 'live',
      scanned: 500,
      total: 500,
      matches: 500,
      unanswered: 0,
    })
    expect(seen.map(({ revision }) => revision)).toEqual(
      seen.map(({ revision }) => revision).toSorted((a, b) => a - b),
    )
    expect(() => queue.session.queries.get(queryId)).toThrow('Start it again')
  })

  it('stops when it is cancelled, keeps what it found, and still lets go what leaves', async () => {
    const queue = await openSearchedQueue((dir) => {
      fillPending(dir, 1_500, () => 'wanted')
    })
    const { queryId } = queue.session.openQuery(toList('pending'), 'text:wanted')
    const query = queue.session.queries.get(queryId)
    await waitUntil('a first hit', () => query.progress().matches > 0)
    query.cancel()
    const cancelled = query.progress()
    expect(cancelled.phase).toBe('cancelled')
    const before = queue.found(queryId)
    expect(before).toHaveLength(cancelled.matches)
    arriveTask(queue.dir, 'pending', '1_new', 'wanted')
    rmSync(path.join(queue.dir, 'pending', before[0] ?? ''))
    await waitUntil('the departure', () => query.progress().matches === cancelled.matches - 1)
    expect(queue.found(queryId)).toEqual(before.slice(1))
  })

  it('ends as failed on a regular expression without end, and harms neither other searches nor the list', async () => {
    const queue = await openSearchedQueue((dir) => {
      fillPending(dir, 40, (at) => (at % 4 === 0 ? `${'a'.repeat(40)}!` : 'wanted'))
    })
    const wild = queue.session.openQuery(toList('pending'), '/(a+)+$/').queryId
    const plain = queue.session.openQuery(toList('pending'), 'text:wanted').queryId
    expect(await queue.ended(plain)).toMatchObject({ phase: 'live', matches: 30, unanswered: 0 })
    const progress = await queue.ended(wild)
    expect(progress.phase).toBe('failed')
    expect(progress.error).toContain('took longer than a second')
    expect(progress.unanswered).toBeGreaterThanOrEqual(3)
    expect((await queue.find('text:wanted')).names).toHaveLength(30)
  }, 120_000)

  it('gives up single slow files and goes on behind them', async () => {
    const queue = await openSearchedQueue((dir) => {
      fillPending(dir, 30, (at) => (at === 10 ? `${'a'.repeat(40)}!` : `row ${at} a`))
    })
    const { names, progress } = await queue.find('/(a+)+$/')
    expect(progress).toMatchObject({ phase: 'live', unanswered: 1 })
    expect(progress.error).toContain('given up')
    expect(names).toHaveLength(29)
  })

  it('refuses what it cannot understand and more searches than it can follow', async () => {
    const queue = await openSearchedQueue()
    expect(() => queue.session.openQuery(toList('pending'), '$.a[')).toThrow(/At character 4: .*bracket/)
    const stop = new AbortController()
    for (let at = 0; at < 8; at++) {
      const { queryId } = queue.session.openQuery(toList('pending'), `id:${at}`)
      void queue.session.queries.follow(queryId, stop.signal).next()
    }
    expect(() => queue.session.openQuery(toList('pending'), 'id:9')).toThrow('open already')
    stop.abort()
  })
})
