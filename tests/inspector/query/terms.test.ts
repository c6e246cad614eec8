import { spawnSync } from 'node:child_process'
import { mkdirSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../shared/contract/limits.ts'
import { writeTask } from '../../helpers/queue-dirs.ts'
import { openSearchedQueue, writeReason } from './searched-queue.ts'

const HOUR_US = 3_600_000_000
const nowUs = Date.now() * 1000

describe('a search', () => {
  it('finds by id, and by words in id, reason or payload, in any case unless a capital letter is given', async () => {
    const queue = await openSearchedQueue((dir) => {
      writeTask(dir, 'failed', '11_alpha', 'nothing')
      writeTask(dir, 'failed', '22_beta', 'The Quick Alpha')
      writeTask(dir, 'failed', '33_gamma', 'brown')
      writeReason(dir, '33_gamma', { name: 'Error', message: 'no alpha here' })
    })
    const find = async (expression: string) => (await queue.find(expression, 'failed')).names
    expect(await find('alpha')).toEqual(['11_alpha', '22_beta', '33_gamma'])
    expect(await find('Alpha')).toEqual(['22_beta'])
    expect(await find('id:alpha')).toEqual(['11_alpha'])
    expect(await find('text:alpha')).toEqual(['22_beta'])
    expect(await find('reason:alpha')).toEqual(['33_gamma'])
    expect(await find('-alpha')).toEqual([])
    expect(await find('-text:alpha')).toEqual(['11_alpha', '33_gamma'])
    expect(await find('alpha -id:11 -brown')).toEqual(['22_beta'])
    expect(await find('')).toEqual(['11_alpha', '22_beta', '33_gamma'])
    expect(await find('text:"quick alpha" id:22')).toEqual(['22_beta'])
    expect(await find('state:failed id:22')).toEqual(['22_beta'])
    expect(await find('state:done')).toEqual([])
  })

  it('finds by error name, group, attempts, node, and whether a reason was kept', async () => {
    const queue = await openSearchedQueue((dir) => {
      for (const id of ['1_a', '2_b', '3_c']) writeTask(dir, 'failed', id, 'x')
      writeReason(dir, '1_a', {
        name: 'TimeoutError',
        message: 'no answer after 31 ms\nmore',
        node: 'worker-1',
        attempt: 4,
      })
      writeReason(dir, '2_b', { name: 'TypeError', message: 'x is undefined', node: 'worker-10', attempt: 1 })
    })
    const find = async (expression: string) => (await queue.find(expression, 'failed')).names
    expect(await find('error:TimeoutError')).toEqual(['1_a'])
    expect(await find('error:T*Error')).toEqual(['1_a', '2_b'])
    expect(await find('failure:"TimeoutError: no answer after # ms"')).toEqual(['1_a'])
    expect(await find('reason:/after \\d+ ms/')).toEqual(['1_a'])
    expect(await find('attempts:>3')).toEqual(['1_a'])
    expect(await find('node:worker-1')).toEqual(['1_a'])
    expect(await find('node:worker-*')).toEqual(['1_a', '2_b'])
    expect(await find('-has:reason')).toEqual(['3_c'])
  })

  it('finds tasks in progress by node, attempts and silence, in the order of the nodes', async () => {
    const queue = await openSearchedQueue(
      (dir) => {
        writeTask(dir, 'worker-a', '1795416245206308_1_a~3', 'x')
        writeTask(dir, 'worker-b', '1795416245206300_2_b', 'x')
      },
      ['worker-a', 'worker-b'],
    )
    const find = async (expression: string) => (await queue.find(expression, 'in-progress')).names
    expect(await find('node:worker-b')).toEqual(['1795416245206300_2_b'])
    expect(await find('attempts:3')).toEqual(['1795416245206308_1_a~3'])
    expect(await find('text:x')).toEqual(['1795416245206308_1_a~3', '1795416245206300_2_b'])
    expect(await find('is:stale')).toEqual([])
  })

  it('finds by times, sizes and due times', async () => {
    const soon = `${nowUs + HOUR_US / 2}_soon`
    const later = `${nowUs + 5 * HOUR_US}_later`
    const past = `${nowUs - HOUR_US}_past`
    const queue = await openSearchedQueue((dir) => {
      writeTask(dir, 'scheduled', soon, 'x'.repeat(2000))
      writeTask(dir, 'scheduled', later, '')
      writeTask(dir, 'scheduled', past, 'x')
      utimesSync(path.join(dir, 'scheduled', past), new Date(), new Date(2026, 9, 5, 12))
    })
    const find = async (expression: string) => (await queue.find(expression, 'scheduled')).names
    expect(await find('due:<1h')).toEqual([past, soon])
    expect(await find('due:>1h')).toEqual([later])
    expect(await find('is:overdue')).toEqual([past])
    expect(await find('size:>1k')).toEqual([soon])
    expect(await find('is:empty')).toEqual([later])
    expect(await find('kind:empty')).toEqual([later])
    expect(await find('pushed:2026-10-05')).toEqual([past])
    expect(await find('pushed:<1h')).toEqual([soon, later])
    expect(await find('entered:<1h age:<1h')).toEqual([past, soon, later])
    expect(await find('age:>1h')).toEqual([])
  })

  it('compares JSON values exactly, beyond what a double can say', async () => {
    const payloads = {
      '1_a': '{"user":{"id":9007199254740993,"tags":["red","Blue"]},"price":0.1}',
      '2_b': '{"user":{"id":9007199254740992},"price":0.10000000000000001}',
      '3_c': '{"user":{"id":"9007199254740993"},"ok":true,"none":null,"odd key":1e400}',
      '4_d': '[{"n":1},{"n":2}]',
      '5_e': 'user id 9007199254740993',
    }
    const queue = await openSearchedQueue((dir) => {
      for (const [name, payload] of Object.entries(payloads)) writeTask(dir, 'pending', name, payload)
    })
    const find = async (expression: string) => (await queue.find(expression)).names
    expect(await find('$.user.id = 9007199254740993')).toEqual(['1_a'])
    expect(await find('$.user.id > 9007199254740992')).toEqual(['1_a'])
    expect(await find('$.user.id <= 9007199254740992')).toEqual(['2_b'])
    expect(await find('$.user.id = "9007199254740993"')).toEqual(['3_c'])
    expect(await find('$.user.id != 9007199254740993')).toEqual(['2_b', '3_c'])
    expect(await find('$.price = 0.1')).toEqual(['1_a'])
    expect(await find('$["odd key"] > 1e399')).toEqual(['3_c'])
    expect(await find('$["odd key"] = 1e400')).toEqual(['3_c'])
    expect(await find('$["odd key"] < 1e401')).toEqual(['3_c'])
    expect(await find('$.user.tags[*] = "Blue"')).toEqual(['1_a'])
    expect(await find('$.user.tags[0] ~ re')).toEqual(['1_a'])
    expect(await find('$.user.tags[*] ~ /^bl/i')).toEqual(['1_a'])
    expect(await find('$.user.id ~ 4740993')).toEqual(['1_a', '3_c'])
    expect(await find('$.ok = true')).toEqual(['3_c'])
    expect(await find('$.none = null')).toEqual(['3_c'])
    expect(await find('$[*].n >= 2')).toEqual(['4_d'])
    expect(await find('$.user')).toEqual(['1_a', '2_b', '3_c'])
    expect(await find('-$.user kind:json')).toEqual(['4_d'])
    expect(await find('shape:"price user"')).toEqual(['1_a', '2_b'])
    expect(await find('$.constructor')).toEqual([])
  })

  it('finds text, regular expressions and bytes, also across the borders of what is read at once', async () => {
    const filler = 64 * 1024 - 24
    const queue = await openSearchedQueue((dir) => {
      writeTask(
        dir,
        'pending',
        '1_a',
        Buffer.concat([Buffer.alloc(filler - 2, 'x'), Buffer.from('déad Ärger')]),
      )
      writeTask(
        dir,
        'pending',
        '2_b',
        Buffer.concat([
          Buffer.alloc(filler + 256 * 1024 - 3, 0),
          Buffer.from('deadbeef00ff', 'hex'),
          Buffer.alloc(9),
        ]),
      )
      writeTask(dir, 'pending', '3_c', Buffer.from('line one\nLINE TWO'))
    })
    const find = async (expression: string) => (await queue.find(expression)).names
    expect(await find('text:"xxdéad"')).toEqual(['1_a'])
    expect(await find('text:"ärger"')).toEqual(['1_a'])
    expect(await find('text:"Ärger"')).toEqual(['1_a'])
    expect(await find('text:"ÄRGER"')).toEqual([])
    expect(await find('bytes:dead beef 00ff')).toEqual(['2_b'])
    expect(await find('bytes:"00 de ad"')).toEqual(['2_b'])
    expect(await find('bytes:beefdead')).toEqual([])
    expect(await find('/^line two$/im')).toEqual(['3_c'])
    expect(await find('/^line two$/i')).toEqual([])
    expect(await find('kind:binary')).toEqual(['2_b'])
    expect(await find('kind:text')).toEqual(['1_a', '3_c'])
  })

  it('finds what is wrong with files, and says of what it could not tell', async () => {
    const queue = await openSearchedQueue((dir) => {
      writeTask(dir, 'pending', '1_good', '{"a":1}')
      writeFileSync(path.join(dir, 'pending', '2_short'), 'abc')
      writeTask(dir, 'pending', '3_flipped', 'abc')
      writeFileSync(path.join(dir, 'pending', '3_flipped'), 'abd', { flag: 'a' })
      symlinkSync('/etc/hostname', path.join(dir, 'pending', '4_link'))
      mkdirSync(path.join(dir, 'pending', '5_dir'))
      spawnSync('mkfifo', [path.join(dir, 'pending', '6_fifo')])
    })
    const corrupt = await queue.find('is:corrupt')
    expect(corrupt.names).toEqual(['2_short', '3_flipped'])
    expect(corrupt.progress).toMatchObject({
      phase: 'live',
      unanswered: 3,
      error: '3 tasks could not be read.',
    })
    expect((await queue.find('is:foreign')).names).toEqual(['4_link', '5_dir', '6_fifo'])
    const words = await queue.find('-text:nowhere')
    expect(words.names).toEqual(['1_good', '2_short', '3_flipped'])
    expect(words.progress.unanswered).toBe(3)
  })

  it('searches a large payload up to its limit and says so', async () => {
    const queue = await openSearchedQueue((dir) => {
      writeTask(dir, 'pending', '1_large', Buffer.from('{"head":1,'))
      const file = path.join(dir, 'pending', '1_large')
      truncateSync(file, LIMITS.searchedBytes + 1024 * 1024)
      writeFileSync(file, 'tail"}', { flag: 'a' })
    })
    expect((await queue.find('text:head')).names).toEqual(['1_large'])
    for (const expression of ['text:tail', '/tail/', '$.head = 1', '-text:tail']) {
      const { names, progress } = await queue.find(expression)
      expect(names, expression).toEqual([])
      expect(progress, expression).toMatchObject({ unanswered: 1 })
      expect(progress.error, expression).toContain('first 16 MiB only')
    }
    expect(statSync(path.join(queue.dir, 'pending', '1_large')).size).toBeGreaterThan(LIMITS.searchedBytes)
  })
})
