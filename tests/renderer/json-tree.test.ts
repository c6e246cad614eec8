import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteForShell } from '../../renderer/components/shell-quote.ts'
import { readJsonTreeOrNull, toJsonPath, toVisibleNodes } from '../../renderer/components/json/json-tree.ts'

describe('a JSON tree', () => {
  const text = '{"user": {"id": 12345678901234567890, "first name": "A"}, "list": [1.0, {"x": null}, []]}'
  const nodes = readJsonTreeOrNull(text) ?? []
  const pathOf = (literal: string): string =>
    toJsonPath(
      nodes,
      nodes.findIndex((node) => node.literal === literal),
    )

  it('keeps numbers as they are written', () => {
    expect(nodes.filter(({ kind }) => kind === 'number').map(({ literal }) => literal)).toEqual([
      '12345678901234567890',
      '1.0',
    ])
  })

  it('names the path to each value, as the filter field takes it', () => {
    expect(pathOf('12345678901234567890')).toBe('$.user.id')
    expect(pathOf('"A"')).toBe('$.user["first name"]')
    expect(pathOf('null')).toBe('$.list[1].x')
    expect(toJsonPath(nodes, 0)).toBe('$')
  })

  it('hides what is inside a folded value, and nothing else', () => {
    const user = nodes.findIndex(({ key }) => key === '"user"')
    const visible = toVisibleNodes(nodes, new Set([user])).map((at) => nodes[at]?.key ?? nodes[at]?.literal)
    expect(visible).toEqual(['', '"user"', '"list"', '1.0', '', '"x"', ''])
  })

  it('is none for broken, too deep or too long texts', () => {
    expect(readJsonTreeOrNull('{"a":')).toBe(null)
    expect(readJsonTreeOrNull('['.repeat(250) + ']'.repeat(250))).toBe(null)
    expect(readJsonTreeOrNull(`"${'x'.repeat(1024 * 1024)}"`)).toBe(null)
    expect(readJsonTreeOrNull('['.repeat(150) + ']'.repeat(150))?.length).toBe(150)
  })

  it('holds every value of any document, at the place where it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const written = JSON.stringify(value, null, indent)
        const tree = readJsonTreeOrNull(written) ?? []
        expect(tree.length).toBe(countValues(value))
        for (const { from, to, kind, children } of tree) {
          const part: unknown = JSON.parse(written.slice(from, to))
          const isContainer = kind === 'object' || kind === 'array'
          if (isContainer) expect(Object.keys(part as object).length).toBe(children)
        }
      }),
    )
  })
})

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return 1 + Object.values(value).reduce((sum: number, one) => sum + countValues(one), 0)
}

describe('a path quoted for a shell', () => {
  it('stays one word, whatever is in it', () => {
    expect(quoteForShell('/a/b-1_c.d')).toBe('/a/b-1_c.d')
    expect(quoteForShell(`/a b/<c>'$(x)`)).toBe(`'/a b/<c>'\\''$(x)'`)
  })
})
