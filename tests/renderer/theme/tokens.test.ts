import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const RENDERER = join(import.meta.dirname, '../../../renderer')
const TOKENS = readFileSync(join(RENDERER, 'theme/tokens.css'), 'utf8')
const LEAST_CONTRAST = 4.5

const GROUNDS = ['surface', 'raised', 'sunken', 'hover', 'selected', 'sidebar', 'side-hover', 'side-selected']
const TEXTS = [
  'text',
  'text-soft',
  'text-faint',
  'pending',
  'in-progress',
  'scheduled',
  'failed',
  'done',
  'held',
  'trash',
  'problems',
  'code-key',
  'code-string',
  'code-number',
  'code-word',
]
/** Text that stands on a ground of its own. */
const PAIRS = [
  ['on-ink', 'ink'],
  ['on-tip', 'tip'],
  ['on-failed', 'failed'],
  ['text', 'marked'],
  ['text-soft', 'well'],
] as const

type Scheme = 'light' | 'dark'

describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
  test.each(GROUNDS)(`every text colour can be read on the ground "%s"`, (ground) => {
    const faint = TEXTS.map((text) => ({ text, ratio: contrastOf(text, ground, scheme) }))
    expect(faint.filter(({ ratio }) => ratio < LEAST_CONTRAST)).toEqual([])
  })

  test.each(PAIRS)('%s can be read on %s', (text, ground) => {
    expect(contrastOf(text, ground, scheme)).toBeGreaterThanOrEqual(LEAST_CONTRAST)
  })

  test('the ring of the focus is seen on every ground', () => {
    const faint = GROUNDS.map((ground) => ({ ground, ratio: contrastOf('focus', ground, scheme) }))
    expect(faint.filter(({ ratio }) => ratio < 3)).toEqual([])
  })
})

describe('every sheet', () => {
  const sheets = globSync('**/*.css', { cwd: RENDERER }).filter((path) => !path.endsWith('tokens.css'))

  test.each(sheets)('%s takes its colours from the tokens', (path) => {
    const own = readFileSync(join(RENDERER, path), 'utf8').match(/#[\da-f]{3,8}\b|\brgba?\(|\bhsla?\(/gi)
    expect(own ?? []).toEqual([])
  })

  test.each(sheets)('%s uses only tokens that there are', (path) => {
    const text = readFileSync(join(RENDERER, path), 'utf8')
    const own = new Set([...text.matchAll(/(--[\w-]+):/g)].map(([, name]) => name))
    const used = [...text.matchAll(/var\((--fq-[\w-]+)/g)].map(([, name]) => name ?? '')
    expect(used.filter((name) => !own.has(name) && !TOKENS.includes(`${name}:`))).toEqual([])
  })
})

function contrastOf(text: string, ground: string, scheme: Scheme): number {
  const [a, b] = [luminanceOf(text, scheme), luminanceOf(ground, scheme)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** WCAG's relative luminance, 0 to 1. */
function luminanceOf(token: string, scheme: Scheme): number {
  const found = new RegExp(`--fq-${token}: light-dark\\(#([\\da-f]{6}), #([\\da-f]{6})\\)`).exec(TOKENS)
  const hex = found?.[scheme === 'light' ? 1 : 2]
  if (hex === undefined) throw new Error(`No colour --fq-${token} in tokens.css`)
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
