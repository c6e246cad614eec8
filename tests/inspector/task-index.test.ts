import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NameList } from '../../shared/inspector/task-index.ts'
import { compareTaskNames } from '../../shared/queue/index.ts'

const taskName = fc
  .tuple(fc.oneof(fc.nat(40), fc.bigInt({ min: 0n, max: 10n ** 18n })), fc.stringMatching(/^[a-f<> ]{1,6}$/))
  .map(([time, suffix]) => `${time}_${suffix}`)
/** Short numbers whose second underscore stands where that of a usual name stands. */
const misleadingName = fc
  .stringMatching(/^[1-9][0-9]{6,9}$/)
  .map((time) => `${time}_${'5'.repeat(15 - time.length)}_x`)
const usualName = fc.nat(99).map((at) => `17954184997130${String(at).padStart(2, '0')}_x`)
const anyName = fc.oneof(taskName, misleadingName, usualName)

describe('NameList', () => {
  it('equals a plain sorted array after any additions, removals and replacements', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), name: anyName }),
      fc.record({ kind: fc.constant('delete' as const), name: anyName }),
      fc.record({ kind: fc.constant('replace' as const), names: fc.uniqueArray(anyName, { maxLength: 30 }) }),
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120 }), fc.nat(50), fc.nat(50), (changes, offset, limit) => {
        const list = new NameList()
        let model = new Set<string>()
        for (const step of changes) {
          if (step.kind === 'add') {
            expect(list.add(step.name)).toBe(!model.has(step.name))
            model.add(step.name)
          } else if (step.kind === 'delete') {
            expect(list.delete(step.name)).toBe(model.delete(step.name))
          } else {
            list.replaceAll([...step.names])
            model = new Set(step.names)
          }
        }
        const sorted = [...model].toSorted(compareTaskNames)
        expect([...list]).toEqual(sorted)
        expect(list.size).toBe(sorted.length)
        expect(list.window(offset, limit)).toEqual(sorted.slice(offset, offset + limit))
        sorted.forEach((name, at) => {
          expect(list.positionOf(name)).toBe(at)
        })
      }),
    )
  })

  it('keeps positions right while blocks split and empty', () => {
    const names = Array.from(
      { length: 5000 },
      (_, at) => `${String(1_700_000_000_000_000 + ((at * 7919) % 5000))}_x`,
    )
    const list = new NameList()
    for (const name of names) list.add(name)
    const sorted = names.toSorted(compareTaskNames)
    for (const name of sorted.slice(1000, 3600)) list.delete(name)
    const left = [...sorted.slice(0, 1000), ...sorted.slice(3600)]
    expect(list.window(990, 20)).toEqual(left.slice(990, 1010))
    expect(list.positionOf(left.at(-1) ?? '')).toBe(left.length - 1)
    expect(list.first()).toBe(left[0])
  })

  const zeroPaddedName = fc.nat(120).map((time) => `${String(time).padStart(4, '0')}_x`)
  const listOf = (names: readonly string[]): { list: NameList; sorted: string[] } => {
    const list = new NameList()
    list.replaceAll([...names])
    return { list, sorted: names.toSorted(compareTaskNames) }
  }
  const names = fc.uniqueArray(fc.oneof(anyName, zeroPaddedName), { maxLength: 60 })

  it('finds every name with a prefix, and no other', () => {
    const prefix = fc.oneof(
      fc.stringMatching(/^[0-9]{0,3}$/),
      fc.stringMatching(/^[0-9]{1,2}_[a-f<> ]{0,2}$/),
    )
    fc.assert(
      fc.property(names, prefix, (some, wanted) => {
        const { list, sorted } = listOf(some)
        expect([...list.withPrefix(wanted)]).toEqual(sorted.filter((name) => name.startsWith(wanted)))
        for (const name of some) {
          const beginning = name.slice(0, 1 + (name.length >>> 1))
          expect([...list.withPrefix(beginning)]).toEqual(
            sorted.filter((other) => other.startsWith(beginning)),
          )
        }
      }),
    )
  })

  it('finds the tasks between two times, whatever the length of their numbers', () => {
    fc.assert(
      fc.property(names, fc.nat(130), fc.nat(10 ** 9), (some, from, length) => {
        const { list, sorted } = listOf(some)
        const { start, end } = list.rangeOfTime(String(from), String(from + length))
        const timeOf = (name: string): bigint => BigInt(name.slice(0, name.indexOf('_')))
        const expected = sorted.filter(
          (name) => timeOf(name) >= BigInt(from) && timeOf(name) < BigInt(from + length),
        )
        expect(list.window(start, end - start)).toEqual(expected)
      }),
    )
  })

  it('can be walked both ways from a name while other names come and go', () => {
    const { list, sorted } = listOf(Array.from({ length: 2000 }, (_, at) => `${at + 1000}_x`))
    const met: string[] = []
    for (let last: string | null = null; ; last = met.at(-1) ?? null) {
      const next: string[] = list.namesAfter(last, 7)
      if (next.length === 0) break
      met.push(...next)
      list.delete(next[3] ?? '')
      list.delete(next.at(-1) ?? '')
    }
    expect(met).toEqual(sorted)
    const left = [...list]
    const back: string[] = []
    for (let first: string | null = null; ; first = back[0] ?? null) {
      const next = list.namesBefore(first, 11)
      if (next.length === 0) break
      back.unshift(...next)
    }
    expect(back).toEqual(left)
  })

  it('finds a task by its original id, also where its name bears a stamp', () => {
    const stamped = '1795416245206308_1795416245000000_abc~2'
    const { list } = listOf(['5_abc', stamped, '17_abc'])
    expect(list.nameOfId('17_abc')).toBe('17_abc')
    expect(list.nameOfId('1795416245000000_abc')).toBe(stamped)
    expect(list.nameOfId('1795416245000000_ab')).toBeNull()
  })
})
