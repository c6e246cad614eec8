import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from '../../renderer/client/base64.ts'
import { readPayload } from '../../renderer/views/pane/payload-text.ts'
import { toDueOrNull, toLocalInput } from '../../renderer/components/due-time.ts'
import { PUSH_WORDS } from '../../renderer/words/push-words.ts'
import { readDraft } from '../../renderer/views/push/push-draft.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a payload', () => {
  const whole = { isWhole: true, isFromStart: true, encoding: null }
  const begun = { ...whole, isWhole: false }

  it('that is JSON is a tree, with exact numbers', () => {
    const read = readPayload(encode('{"id":9007199254740993}'), whole)
    expect(read.best).toBe('json')
    expect(read.tree?.[1]).toMatchObject({ key: '"id"', literal: '9007199254740993' })
  })

  it('that only begins like JSON is shown as text', () => {
    expect(readPayload(encode('{"id": oops}'), whole).forms).toEqual(['text', 'hex'])
  })

  it('of which the beginning is known is laid out as far as it goes', () => {
    expect(readPayload(encode('{"a":1,"b":'), begun)).toMatchObject({ best: 'json', tree: null })
  })

  it('that breaks off within a character shows no broken one', () => {
    const bytes = encode('grün').subarray(0, 3)
    expect(readPayload(bytes, begun).text).toBe('gr')
  })

  it('that is binary begins as hex', () => {
    expect(readPayload(new Uint8Array([0, 1, 255]), whole)).toMatchObject({
      best: 'hex',
      forms: ['hex', 'text'],
    })
  })

  it('with a byte order mark is text in its encoding', () => {
    const read = readPayload(new Uint8Array([0xff, 0xfe, 0x68, 0, 0x69, 0]), whole)
    expect(read).toMatchObject({ encoding: 'utf-16le', text: 'hi', best: 'text' })
    expect(readPayload(new Uint8Array([0xfe, 0xff, 0, 0x68]), whole).text).toBe('h')
  })

  it('in Latin-1 is guessed to be, and every byte is its own character', () => {
    const read = readPayload(new Uint8Array([0x67, 0x72, 0xfc, 0x6e]), whole)
    expect(read).toMatchObject({ guess: 'latin1', text: 'grün' })
  })

  it('is an image by its first bytes, when all of it is there', () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])
    expect(readPayload(png, whole)).toMatchObject({ best: 'image', image: 'image/png' })
    expect(readPayload(png, begun)).toMatchObject({ best: 'hex', image: 'image/png' })
  })

  it('is taken for nothing but bytes when it does not begin at the start', () => {
    const middle = { isWhole: true, isFromStart: false, encoding: null }
    expect(readPayload(encode('{"a":1}'), middle).forms).toEqual(['text', 'hex'])
  })

  it('shows control and bidi characters, and copies them as they are', () => {
    const read = readPayload(encode('a\u202Egnp.exe'), whole)
    expect(read.text).toBe('a⟨202E⟩gnp.exe')
    expect(read.copyText).toBe('a\u202Egnp.exe')
  })
})

describe('a draft', () => {
  it('of JSON is pushed as it was written', () => {
    const draft = readDraft('{ "n": 1.0 }', 'json', 100)
    expect(new TextDecoder().decode(draft.bytes ?? undefined)).toBe('{ "n": 1.0 }')
  })

  it('of broken JSON cannot be pushed, and says where it is broken', () => {
    expect(readDraft('{"a":}', 'json', 100)).toMatchObject({ bytes: null, faultAt: 5 })
    expect(readDraft('{"a":}', 'text', 100).bytes).not.toBe(null)
  })

  it('that is empty is an empty payload, and said so; but no JSON, which is nothing to push', () => {
    for (const form of ['text', 'hex'] as const) {
      expect(readDraft('', form, 100)).toMatchObject({ size: 0, note: PUSH_WORDS.emptyPayload })
    }
    for (const text of ['', ' \n']) {
      expect(readDraft(text, 'json', 100)).toMatchObject({
        bytes: null,
        fault: null,
        note: PUSH_WORDS.noJson,
      })
    }
  })

  it('over the limit cannot be pushed, counted in bytes', () => {
    expect(readDraft('€€', 'text', 6).bytes).not.toBe(null)
    expect(readDraft('€€€', 'text', 6)).toMatchObject({
      bytes: null,
      size: 9,
      fault: 'Too large: at most 6 B can be pushed here.',
    })
  })

  it('keeps its due time through the field, to the minute', () => {
    const atMs = new Date(2026, 10, 23, 14, 5, 0).getTime()
    expect(toDueOrNull(toLocalInput(atMs + 31_000))).toBe(atMs)
    expect(toDueOrNull('')).toBe(null)
  })
})

describe('base64', () => {
  it('carries any bytes there and back', () => {
    const bytes = new Uint8Array(100_000).map((_, at) => (at * 7) % 256)
    expect(fromBase64(toBase64(bytes))).toEqual(bytes)
  })
})
