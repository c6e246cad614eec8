import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFilter } from '../../shared/contract/filter-expression.ts'
import type { FilterTerm } from '../../shared/contract/filter-expression.ts'
import { completeFilter, describeFilter, FILTER_FIELDS } from '../../shared/contract/filter-help.ts'
import { quoteFilterText } from '../../shared/contract/filter-values.ts'

const NOW = Date.UTC(2026, 10, 24, 12)

function termsOf(text: string): readonly FilterTerm[] {
  const parsed = parseFilter(text, NOW)
  if (parsed.kind === 'error') throw new Error(parsed.error.message)
  return parsed.terms
}

function testsOf(text: string): object[] {
  return termsOf(text).map(({ start: _start, end: _end, ...test }) => test)
}

function errorOf(text: string): { start: number; end: number; message: string } {
  const parsed = parseFilter(text, NOW)
  if (parsed.kind === 'ok') throw new Error(`understood: ${JSON.stringify(parsed.terms)}`)
  return parsed.error
}

describe('the language of filters', () => {
  it('takes words and quoted texts apart, with their places', () => {
    expect(termsOf(' foo  -"two \\"words\\"" ')).toEqual([
      { kind: 'word', text: 'foo', start: 1, end: 4, isNegated: false },
      { kind: 'word', text: 'two "words"', start: 6, end: 22, isNegated: true },
    ])
  })

  it('finds everything by an empty expression', () => {
    expect(termsOf('')).toEqual([])
    expect(termsOf('   ')).toEqual([])
  })

  it.each([
    [
      'age:>5m',
      { kind: 'age', range: { min: 300_000, max: null, isMinExcluded: true, isMaxExcluded: false } },
    ],
    ['age:1h30m..2h', { kind: 'age', range: { min: 5_400_000, max: 7_200_000 } }],
    ['size:>1MiB', { kind: 'size', range: { min: 1_048_576, isMinExcluded: true } }],
    ['size:<=2kB', { kind: 'size', range: { min: null, max: 2000 } }],
    ['act:0mi-ab', { kind: 'act', operationId: '0mi-ab' }],
    ['attempts:3', { kind: 'attempts', range: { min: 3, max: 3 } }],
    ['due:<1h', { kind: 'due', time: { kind: 'ago', range: { max: 3_600_000, isMaxExcluded: true } } }],
    ['reason:"timed out"', { kind: 'reason', test: { how: 'contains', text: 'timed out' } }],
    [
      'reason:/time(d )?out/i',
      { kind: 'reason', test: { how: 'regex', source: 'time(d )?out', flags: 'i' } },
    ],
    ['is:corrupt', { kind: 'is', value: 'corrupt' }],
    ['kind:json', { kind: 'payload-kind', value: 'json' }],
    ['/a\\/b [/] c/s', { kind: 'text', test: { how: 'regex', source: 'a\\/b [/] c', flags: 's' } }],
    ['bytes:dead beef', { kind: 'bytes', hex: 'deadbeef' }],
    ['bytes:"DE AD"', { kind: 'bytes', hex: 'dead' }],
    ['https://example.com/x', { kind: 'word', text: 'https://example.com/x' }],
    ['1795416245206308_ab', { kind: 'word', text: '1795416245206308_ab' }],
    ['-', { kind: 'word', text: '-' }],
    ['$', { kind: 'word', text: '$' }],
    ['C:\\dir', undefined],
  ])('understands %s', (text, expected) => {
    if (expected === undefined) expect(errorOf(text).message).toContain('no field')
    else expect(testsOf(text)).toMatchObject([expected])
  })

  it('takes a day as all of it, in the time of this machine', () => {
    const [day] = termsOf('pushed:2026-11-20')
    const from = new Date(2026, 10, 20).getTime()
    const until = new Date(2026, 10, 21).getTime() - 1
    expect(day).toMatchObject({ time: { kind: 'between', range: { min: from, max: until } } })
    expect(termsOf('pushed:2026-11-20..2026-11-21')[0]).toMatchObject({
      time: { range: { min: from, max: new Date(2026, 10, 22).getTime() - 1 } },
    })
    expect(termsOf('pushed:>2026-11-20')[0]).toMatchObject({
      time: { range: { min: until, isMinExcluded: true } },
    })
    expect(termsOf('entered:2026-11-20T14:30Z')[0]).toMatchObject({
      time: { range: { min: Date.UTC(2026, 10, 20, 14, 30), max: Date.UTC(2026, 10, 20, 14, 31) - 1 } },
    })
  })

  it('reads JSON paths with and without a comparison, and goes on behind them', () => {
    expect(testsOf('$.user.id = 42 rest')).toMatchObject([
      {
        kind: 'json',
        path: {
          steps: [
            { kind: 'key', key: 'user' },
            { kind: 'key', key: 'id' },
          ],
          operator: '=',
          value: { kind: 'number', digits: '42' },
        },
      },
      { kind: 'word', text: 'rest' },
    ])
    expect(testsOf('$.a["odd key"][0][*] other')).toMatchObject([
      {
        path: {
          steps: [{ key: 'a' }, { key: 'odd key' }, { kind: 'index', index: 0 }, { kind: 'every' }],
          operator: 'exists',
        },
      },
      { kind: 'word', text: 'other' },
    ])
    expect(testsOf('-$.id=9007199254740993')).toMatchObject([
      { isNegated: true, path: { value: { kind: 'number', digits: '9007199254740993' } } },
    ])
    expect(testsOf('$.a ~ /b c/i $.b != null $.c >= "x y" $.d = email')).toMatchObject([
      { path: { operator: '~', value: { kind: 'regex', source: 'b c', flags: 'i' } } },
      { path: { operator: '!=', value: { kind: 'null' } } },
      { path: { operator: '>=', value: { kind: 'string', text: 'x y' } } },
      { path: { operator: '=', value: { kind: 'string', text: 'email' } } },
    ])
  })

  it.each([
    ['"open', 0, 'not closed'],
    ['foo colour:red', 4, 'no field “colour”'],
    ['age:>soon', 4, 'no length of time'],
    ['pushed:2026-02-31', 7, 'not in the calendar'],
    ['pushed:2026-11-21..2026-11-20', 7, 'ends before it begins'],
    ['size:>1furlong', 5, 'no size'],
    ['attempts:many', 9, 'no whole number'],
    ['is:odd', 3, 'corrupt, foreign'],
    ['state:', 6, 'a value must follow'],
    ['x /(/', 2, 'no regular expression'],
    ['/open', 0, 'not closed'],
    ['/a/gx', 3, 'flags'],
    ['bytes:xyz', 6, 'no bytes'],
    ['bytes:abc', 6, 'no bytes'],
    ['$.user..id', 7, 'a key must follow the dot'],
    ['$.user[', 6, 'bracket'],
    ['$.user[x]', 6, 'bracket'],
    ['$.user =', 8, 'a value must follow'],
    ['$.user < true', 9, 'numbers or texts only'],
    ['$.a = "x"y', 9, 'without a space'],
    ['"a"b', 3, 'without a space'],
  ])('says where %s goes wrong and what to write', (text, start, words) => {
    const error = errorOf(text)
    expect(error.message).toContain(words)
    expect(error.message).toContain(';')
    expect(error.start).toBe(Math.min(start, text.length - 1))
    expect(error.end).toBeGreaterThan(error.start)
  })

  it('answers every text with terms or with an error inside it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '$',
        '.',
        '[',
        ']',
        '"',
        '/',
        '-',
        ':',
        ' ',
        '=',
        '~',
        '*',
        'age:',
        'size:>',
        'bytes:',
        '\\',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const parsed = parseFilter(text, NOW)
        if (parsed.kind === 'error') {
          expect(parsed.error.start).toBeGreaterThanOrEqual(0)
          expect(parsed.error.end).toBeLessThanOrEqual(text.length)
          return
        }
        let last = 0
        for (const { start, end } of parsed.terms) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          last = end
        }
        expect(describeFilter(parsed.terms)).toHaveLength(parsed.terms.length)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['email', 'a"b'])('tells how to look for a key named kind that holds %s', (value) => {
    const parsed = parseFilter(`kind:${value}`, NOW)
    if (parsed.kind !== 'error') throw new Error('it was understood')
    const remedy = `$.kind = ${JSON.stringify(value)}`
    expect(parsed.error.message).toContain(`For a key of the payload write ${remedy}`)
    expect(termsOf(remedy)).toMatchObject([{ kind: 'json' }])
  })

  it('reads any quoted text back to itself, in every place that takes text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (text) => {
        for (const field of ['', 'text:', 'reason:', 'failure:', 'id:', 'shape:']) {
          const [term, ...rest] = termsOf(`${field}${quoteFilterText(text)}`)
          expect(rest).toEqual([])
          expect(JSON.stringify(term)).toContain(JSON.stringify(text))
        }
      }),
    )
  })

  it('understands the example of every field that it offers, and offers what fits at the caret', () => {
    for (const { example } of FILTER_FIELDS) expect(termsOf(example), example).toHaveLength(1)
    expect(completeFilter('foo re', 6)).toMatchObject({ from: 4, to: 6, options: [{ insert: 'reason:' }] })
    expect(completeFilter('-is:st', 6)).toMatchObject({ from: 1, to: 6, options: [{ insert: 'is:stale ' }] })
    expect(completeFilter('"is:', 4)).toBeNull()
    expect(describeFilter(termsOf('-age:>5m $.a.b = 1'))).toEqual([
      'not: in this state for more than 5 min',
      '$.a.b = 1',
    ])
  })
})
