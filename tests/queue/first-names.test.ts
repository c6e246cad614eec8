import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FirstNames } from '../../shared/queue/first-names.ts'
import { encodeTask, parseTaskName, sortTaskNames } from '../../shared/queue/index.ts'
import { makeTempDir, ManualClock, openQueue, text } from './temp-queue.ts'

function read(first: FirstNames): Array<string | null> {
  return Array.from({ length: first.length }, (_, position) => first.at(position))
}

function add(first: FirstNames, names: readonly string[]): void {
  for (const name of names) first.add(name, parseTaskName(name)?.stampUs ?? Number.NaN)
  first.sort()
}

describe('the first of many names', () => {
  it('are those that sorting all of them puts in front, whatever their order, length and letters', () => {
    const name = fc
      .tuple(fc.integer({ min: 0, max: 9e15 }), fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }))
      .map(([us, suffix]) => `${us}_${suffix.replaceAll(/[/\0]/g, '-').toWellFormed()}`)
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (names, limit) => {
          const first = new FirstNames(limit)
          add(first, names)
          // Which of those with the very last stamp are kept is left to chance.
          const lastUs = first.length === 0 ? 0 : first.stampAt(first.length - 1)
          const isBefore = (each: string | null): boolean =>
            (parseTaskName(each ?? '')?.stampUs ?? 0) < lastUs
          const expected = sortTaskNames([...names]).slice(0, limit)
          expect(first.length).toBe(expected.length)
          expect(read(first).filter(isBefore)).toEqual(expected.filter(isBefore))
        },
      ),
    )
  })

  it('are read again after clear(), and beyond what there is room for at first', () => {
    const first = new FirstNames(10_000)
    for (const count of [5000, 3, 30_000]) {
      first.clear()
      const names = Array.from(
        { length: count },
        (_, i) => `${1e15 + ((i * 7919) % count)}_${'x'.repeat(i % 200)}y`,
      )
      add(first, names)
      expect(read(first)).toEqual(sortTaskNames(names).slice(0, 10_000))
    }
    expect(first.at(10_000)).toBeNull()
  })

  it('a million of one stamp are bounded too', () => {
    const first = new FirstNames(100)
    add(
      first,
      Array.from({ length: 1000 }, (_, i) => `5_${i}`),
    )
    expect(first.length).toBe(100)
    first.clear()
    add(first, ['7_a', '6_b'])
    expect(read(first)).toEqual(['6_b', '7_a'])
  })
})

describe('what was listed', () => {
  it('is not offered before what is pushed later, when its id is absurdly far ahead', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock()
    const queue = openQueue({ dataDir, clock, nodeId: 'n' })
    for (const days of [3, 2]) {
      const stamp = clock.wallUs() + days * 24 * 3600e6
      fs.writeFileSync(path.join(dataDir, 'pending', `${stamp}_absurd`), encodeTask(Buffer.from(`${days}`)))
    }
    const offered = ['a', 'b'].map((payload) => {
      queue.push(payload)
      return text(queue.pop()?.data ?? Buffer.alloc(0))
    })
    expect(offered).toEqual(['a', 'b'])
    expect([queue.pop(), queue.pop(), queue.pop()].map((task) => task && text(task.data))).toEqual([
      '2',
      '3',
      null,
    ])
  })
})
