import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSamePlace, parseHashOrNull, toHash } from '../../renderer/store/route.ts'
import type { Route } from '../../renderer/store/route.ts'

const bareName = fc
  .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
  .filter((name) => name !== '.' && name !== '..' && !/[/\0]/.test(name) && name.isWellFormed())
const listed = fc.oneof(
  fc.record({
    state: fc.constantFrom('pending', 'scheduled', 'failed', 'done', 'held'),
    node: fc.constant(null),
  }),
  fc.record({ state: fc.constantFrom('in-progress', 'trash'), node: fc.option(bareName) }),
)
const route: fc.Arbitrary<Route> = fc.oneof(
  fc.constantFrom('overview', 'problems').map((kind) => ({ place: { kind }, filter: '', task: null })),
  fc
    .tuple(
      listed,
      fc.string({ maxLength: 40 }).filter((text) => text.isWellFormed()),
      fc.option(bareName),
    )
    .map(([list, filter, name]) => ({
      place: { kind: 'list' as const, list },
      filter,
      task: name === null ? null : { node: list.node, name },
    })),
)

const pending: Route = {
  place: { kind: 'list', list: { state: 'pending', node: null } },
  filter: '',
  task: null,
}

describe('a route', () => {
  it('is read back from its fragment as it was', () => {
    fc.assert(
      fc.property(route, (given) => {
        expect(parseHashOrNull(toHash(given))).toEqual(given)
      }),
    )
  })

  it.each([
    '',
    '#',
    '#t=token',
    '#/nowhere',
    '#/pending/node',
    '#/in-progress/..',
    '#/in-progress/%',
    '#/in-progress/a%2Fb',
    `#/failed?filter=${'x'.repeat(5_000)}`,
  ])('is none in %j', (hash) => {
    expect(parseHashOrNull(hash)).toBeNull()
  })

  it('never bears a token', () => {
    fc.assert(
      fc.property(route, (given) => {
        expect(toHash(given).startsWith('#/')).toBe(true)
      }),
    )
  })

  it('keeps the node of a task that is looked at in the list of all nodes', () => {
    const list = { state: 'in-progress', node: null } as const
    const given: Route = {
      place: { kind: 'list', list },
      filter: '',
      task: { node: 'worker-a', name: '1_x' },
    }
    expect(parseHashOrNull(toHash(given))).toEqual(given)
  })

  it('is another place with another list, and the same one with another filter or task', () => {
    const failed: Route = { ...pending, place: { kind: 'list', list: { state: 'failed', node: null } } }
    expect(isSamePlace(pending, failed)).toBe(false)
    expect(isSamePlace(pending, { ...pending, filter: 'age:>5m', task: { node: null, name: '1_x' } })).toBe(
      true,
    )
  })
})
