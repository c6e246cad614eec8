import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareTaskNames,
  isNodeId,
  isTaskName,
  originalIdOf,
  parseTaskName,
  sortTaskNames,
  toStampedName,
} from '../../shared/queue/index.ts'
import type { NamePlace, ParsedTaskName } from '../../shared/queue/index.ts'

const PYTHON_ID = '1795416245206308_<built-in method hex of bytes object at 0x7f4ee33de760>'
const OWN_ID = '1795416245206308_0123456789abcdef0123456789abcdef'

/** The grammar in task-id.ts, as regular expressions. */
function parseByGrammar(name: string, place: NamePlace): ParsedTaskName | null {
  if (!/^\d+_.+$/s.test(name) || name.includes('/') || name.includes('\0')) return null
  const uncounted = place === 'node' ? 1 : 0
  const [, stamp, originalId, originalUs, count] = /^(\d{16,})_((\d+)_.+?)(?:~(\d{1,9}))?$/s.exec(name) ?? []
  if (stamp === undefined || originalId === undefined) {
    const us = Number(name.slice(0, name.indexOf('_')))
    return { name, stampUs: us, originalId: name, originalUs: us, stamped: false, attempts: uncounted }
  }
  const attempts = count === undefined ? uncounted : Number(count)
  return {
    name,
    stampUs: Number(stamp),
    originalId,
    originalUs: Number(originalUs),
    stamped: true,
    attempts,
  }
}

describe('task names', () => {
  it('reads an original id as itself', () => {
    for (const id of [
      PYTHON_ID,
      OWN_ID,
      '0_a',
      '5_b',
      '17954162452063081_x',
      '123_456_abc',
      'x_1'.replace('x', '3'),
    ]) {
      expect(parseTaskName(id)).toMatchObject({ originalId: id, stamped: false, attempts: 0 })
    }
  })

  it('refuses what is no bare task name', () => {
    for (const name of [
      '',
      '.',
      '..',
      'a_b',
      '_x',
      '12',
      '12_',
      '1_a/b',
      '../1_a',
      '1_\0',
      '.DS_Store',
      '-1_a',
      '1.5_a',
      ' 1_a',
    ]) {
      expect(isTaskName(name), name).toBe(false)
      expect(parseTaskName(name), name).toBeNull()
    }
  })

  it('reads every name as the grammar says', () => {
    const piece = fc.oneof(
      fc.constantFrom('1795416245206308', '17954162452063081', '00000000000000001', '9'.repeat(30), '12'),
      fc.constantFrom('_', '~', '~3', '~1234567890', '/', '\0', '\n', 'a', 'ü', '_7_', '__', '0'),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
        fc.constantFrom('waiting' as const, 'node' as const),
        (name, place) => {
          expect(parseTaskName(name, place)).toEqual(parseByGrammar(name, place))
          expect(isTaskName(name)).toBe(parseByGrammar(name, place) !== null)
          expect(originalIdOf(name)).toBe(parseByGrammar(name, place)?.originalId ?? name)
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it('takes a stamp and a count off again', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(PYTHON_ID, OWN_ID, '123_456_abc', '1_b~3', '1795416245206308_456_abc', '7_~9~9'),
        fc.integer({ min: 0, max: 9e15 }),
        fc.integer({ min: 0, max: 999_999 }),
        fc.constantFrom('waiting' as const, 'node' as const),
        (originalId, stampUs, attempts, place) => {
          const name = toStampedName(stampUs, originalId, attempts, place)
          expect(parseTaskName(name, place)).toMatchObject({ originalId, stampUs, attempts, stamped: true })
        },
      ),
    )
  })

  it('reads back an id that itself ends like a count, after a first claim as after a return', () => {
    for (const [place, attempts] of [
      ['node', 1],
      ['waiting', 0],
    ] as const) {
      expect(parseTaskName(toStampedName(1, '1_b~3', attempts, place), place)).toMatchObject({
        originalId: '1_b~3',
        attempts,
      })
    }
  })

  it('counts a claim without a number as the first one, and a waiting task without one as never claimed', () => {
    const name = `1795416245206399_${OWN_ID}`
    expect(parseTaskName(name, 'node')?.attempts).toBe(1)
    expect(parseTaskName(name, 'waiting')?.attempts).toBe(0)
  })

  it('reads a foreign name with two numbers by its first one, unless that has 16 digits', () => {
    expect(parseTaskName('123_456_abc')?.originalId).toBe('123_456_abc')
    expect(parseTaskName('1795416245206308_456_abc')?.originalId).toBe('456_abc')
    expect(parseTaskName('1795416245206308_abc~3')?.originalId).toBe('1795416245206308_abc~3')
  })

  it('compares ids of any length as numbers', () => {
    const inOrder = [
      '0_z',
      '9_a',
      '10_a',
      '999999999999999_a',
      '1795416245206308_a',
      '1795416245206308_b',
      '17954162452063080_a',
      '99999999999999999999999_a',
    ]
    expect(sortTaskNames(inOrder.toReversed())).toEqual(inOrder)
    expect(compareTaskNames('0010_a', '9_a')).toBeGreaterThan(0)
    expect(compareTaskNames('90071992547409931_a', '90071992547409930_a')).toBeGreaterThan(0)
  })

  it('sorts as comparing says, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.string({ minLength: 1 }))),
        (pairs) => {
          const names = pairs.map(([us, suffix]) => `${us}_${suffix}`)
          const sorted = sortTaskNames([...names])
          for (let i = 1; i < sorted.length; i++) {
            const [before, after] = [sorted[i - 1] ?? '', sorted[i] ?? '']
            expect(BigInt(before.split('_')[0] ?? '') <= BigInt(after.split('_')[0] ?? '')).toBe(true)
          }
        },
      ),
    )
  })
})

describe('node ids', () => {
  it('accepts names that can be a directory everywhere', () => {
    for (const id of ['a', 'worker-1', 'host.example', 'Node 7', 'ü']) expect(isNodeId(id), id).toBe(true)
  })

  it('refuses paths, reserved names, device names and control characters', () => {
    const bad = [
      '',
      '.',
      '..',
      'a/b',
      '../x',
      'a\\b',
      'pending',
      'DONE',
      'creating',
      'CON',
      'nul.txt',
      'a:b',
      'a|b',
      'a\0',
      'a\n',
      '.git',
      'a.',
      'a ',
      'x'.repeat(129),
      1,
      null,
    ]
    for (const id of bad) expect(isNodeId(id), String(id)).toBe(false)
  })
})
