import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonFaultOrNull } from '../../renderer/components/json-check.ts'
import { looksLikeJson, toPrettyJson } from '../../renderer/components/json-pretty.ts'

describe('JSON laid out', () => {
  it('keeps every number as it was written', () => {
    const numbers = ['9007199254740993', '1.0', '1e400', '-0', '0.1000', '12345678901234567891234567890']
    for (const number of numbers) expect(toPrettyJson(`{"n":${number}}`)).toBe(`{\n  "n": ${number}\n}`)
  })

  it('keeps escapes and doubled keys as they were written', () => {
    expect(toPrettyJson(String.raw`{"a":"\u0041\/","a":1}`)).toBe('{\n  "a": "\\u0041\\/",\n  "a": 1\n}')
  })

  it('leaves empty objects and arrays on one line', () => {
    expect(toPrettyJson('[{},[ ],""]')).toBe('[\n  {},\n  [],\n  ""\n]')
  })

  it('lays out a text that breaks off as far as it goes', () => {
    expect(toPrettyJson('{"a":[1,{"b":"unfini')).toBe('{\n  "a": [\n    1,\n    {\n      "b": "unfini')
  })

  it('means the same as before, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.parse(toPrettyJson(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('loses no character but spaces, for any text', () => {
    const bare = (text: string): string => text.replaceAll(/\s/g, '')
    fc.assert(fc.property(fc.string(), (text) => bare(toPrettyJson(text)) === bare(text)))
  })

  it('survives a nesting of 100,000 levels', () => {
    expect(toPrettyJson('['.repeat(100_000)).length).toBeGreaterThan(100_000)
  })

  it('takes objects and arrays for JSON, and nothing else', () => {
    expect(['{"a"', ' [1', '{}', '{'].every(looksLikeJson)).toBe(true)
    expect(['', 'plain', '{template}', '12', '"text"'].some(looksLikeJson)).toBe(false)
  })
})

describe('the JSON check', () => {
  it('agrees with JSON.parse about what is JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => jsonFaultOrNull(text) === null))
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"0-1.eE+tru \\nl'.split('')) }), (text) => {
        expect(jsonFaultOrNull(text) === null).toBe(isJson(text))
      }),
      { numRuns: 2_000 },
    )
  })

  it('names the line and column of the first fault', () => {
    expect(jsonFaultOrNull('{"kind": "email",\n "to": someone}')).toMatchObject({
      line: 2,
      column: 8,
      at: 25,
    })
    expect(jsonFaultOrNull('[1,]')).toMatchObject({ line: 1, column: 4, message: 'a value is expected' })
    expect(jsonFaultOrNull('{"a" 1}')).toMatchObject({ column: 6, message: 'a colon is expected' })
    expect(jsonFaultOrNull('{"a":1}x')).toMatchObject({ column: 8 })
    expect(jsonFaultOrNull('{"a":')).toMatchObject({
      column: 6,
      message: 'the text ends where a value is expected',
    })
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
