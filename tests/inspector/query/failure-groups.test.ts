import { rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FailureGroups } from '../../../shared/contract/query.ts'
import { toFailureTitle } from '../../../shared/inspector/query/failure-title.ts'
import { arriveTask, writeTask } from '../../helpers/queue-dirs.ts'
import { waitUntil } from '../../helpers/wait-until.ts'
import { openSearchedQueue, writeReason } from './searched-queue.ts'
import type { SearchedQueue } from './searched-queue.ts'

/** Every group's expression finds as many as the group counts, and no task is in two groups. */
async function expectExact(queue: SearchedQueue, { groups, looked }: FailureGroups): Promise<void> {
  const seen = new Set<string>()
  for (const { expression, count } of groups) {
    const { names } = await queue.find(expression, 'failed')
    expect(names, expression).toHaveLength(count)
    for (const name of names) seen.add(name)
  }
  expect(seen.size).toBe(looked)
}

describe('groups of failures', () => {
  it('gathers reasons that differ in numbers and ids only, each with an expression that finds it', async () => {
    const queue = await openSearchedQueue((dir) => {
      for (let at = 0; at < 6; at++) writeTask(dir, 'failed', `${at + 1}_a`, `payload ${at}`)
      for (let at = 0; at < 3; at++)
        writeReason(dir, `${at + 1}_a`, {
          name: 'TimeoutError',
          message: `no answer after ${at * 31} ms\nat line ${at}`,
        })
      writeReason(dir, '4_a', { name: 'Error', message: 'quote " and \\ and\ttab' })
      writeReason(dir, '5_a', { name: 'Error', message: '' })
    })
    const groups = await queue.session.failureGroups()
    expect(groups).toMatchObject({ by: 'reasons', looked: 6, total: 6 })
    expect(groups.groups[0]).toMatchObject({ title: 'TimeoutError: no answer after # ms', count: 3 })
    expect(groups.groups[0]?.example).toMatch(/^TimeoutError: no answer after \d+ ms$/)
    expect(groups.groups[0]?.firstAtMs).toBeLessThanOrEqual(groups.groups[0]?.lastAtMs ?? 0)
    expect(groups.groups.map(({ title }) => title).toSorted()).toEqual([
      'No reason was kept',
      'TimeoutError: no answer after # ms',
      'no message',
      'quote " and \\ and tab',
    ])
    await expectExact(queue, groups)
  })

  it('are of what a search found, where one is named, and no others', async () => {
    const queue = await openSearchedQueue((dir) => {
      for (let at = 0; at < 6; at++) {
        writeTask(dir, 'failed', `${at + 1}_a`, at < 4 ? 'long payload' : '')
        writeReason(dir, `${at + 1}_a`, { name: at % 2 === 0 ? 'Even' : 'Odd', message: 'x' })
      }
    })
    const { queryId } = queue.session.openQuery({ state: 'failed', node: null }, 'size:>5 failure:"Even: x"')
    await waitUntil('the search', () => queue.session.queries.get(queryId).progress().phase === 'live')
    const [all, found] = await Promise.all([
      queue.session.failureGroups(),
      queue.session.failureGroups(queryId),
    ])
    expect(all.groups.map(({ count }) => count)).toEqual([3, 3])
    expect(found).toMatchObject({ looked: 2, total: 2, groups: [{ title: 'Even: x', count: 2 }] })
    await expect(queue.session.failureGroups('unknown')).rejects.toMatchObject({ code: 'UNKNOWN_HANDLE' })
  })

  it.each([
    ['TypeError', 'cannot read 5 of undefined', 'TypeError: cannot read # of undefined'],
    ['Error', 'user 550e8400-e29b-41d4-a716-446655440000 is gone', 'user # is gone'],
    ['Error', 'object 0x7f4ee33de760 at deadbeef01', 'object # at #'],
    ['HttpError', 'HttpError: 503', 'HttpError: #'],
    ['Boom', '', 'Boom'],
    ['Error', 'feedface decade', 'feedface decade'],
  ])('calls %s: %s by its title', (name, message, title) => {
    expect(toFailureTitle({ name, message })).toBe(title)
  })

  it('groups by a telling JSON key where no reasons are kept', async () => {
    const queue = await openSearchedQueue((dir) => {
      for (let at = 0; at < 9; at++)
        writeTask(
          dir,
          'failed',
          `${at + 1}_a`,
          JSON.stringify({ id: at, kind: at % 3 === 0 ? 'email' : 'sms "x"' }),
        )
      writeTask(dir, 'failed', '20_b', '{"id":1}')
      writeTask(dir, 'failed', '21_b', 'plain words')
      writeTask(dir, 'failed', '22_b', Buffer.from([0, 1, 2, 255]))
      writeTask(dir, 'failed', '23_b', '')
      writeTask(dir, 'failed', '24_b', JSON.stringify({ kind: 'email', fill: 'x'.repeat(70_000) }))
    })
    const groups = await queue.session.failureGroups()
    expect(groups.by).toBe('payloads')
    expect(groups.groups.map(({ title, count }) => [title, count]).slice(0, 2)).toEqual([
      ['kind: sms "x"', 6],
      ['kind: email', 3],
    ])
    await expectExact(queue, groups)
  })

  it('groups by shape where no key tells', async () => {
    const queue = await openSearchedQueue((dir) => {
      for (let at = 0; at < 4; at++)
        writeTask(dir, 'failed', `${at + 1}_a`, JSON.stringify({ user: at, order: at }))
      writeTask(dir, 'failed', '10_b', JSON.stringify({ 'a key': 1 }))
      writeTask(dir, 'failed', '11_b', '[1]')
      writeTask(dir, 'failed', '12_b', '17')
    })
    const groups = await queue.session.failureGroups()
    expect(groups.groups[0]).toMatchObject({ title: 'order user', count: 4 })
    await expectExact(queue, groups)
  })

  it('follows what comes and goes', async () => {
    const queue = await openSearchedQueue((dir) => {
      writeTask(dir, 'failed', '1_a', 'x')
      writeReason(dir, '1_a', { name: 'Error', message: 'first' })
    })
    expect((await queue.session.failureGroups()).groups.map(({ title }) => title)).toEqual(['first'])
    writeReason(queue.dir, '2_b', { name: 'Error', message: 'second' })
    arriveTask(queue.dir, 'failed', '2_b', 'x')
    rmSync(path.join(queue.dir, 'failed', '1_a'))
    await waitUntil('the new groups', async () => {
      const { groups } = await queue.session.failureGroups()
      return groups.map(({ title }) => title).join() === 'second'
    })
  })
})
