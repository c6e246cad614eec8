import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from '../../renderer/client/base64.ts'
import { readPayload } from '../../renderer/views/pane/payload-text.ts'
import { readDraft, toDueOrNull, toLocalInput } from '../../renderer/views/push/push-draft.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a payload', () => {
  it('that is JSON is laid out, with exact numbers', () => {
    const read = readPayload(encode('{"id":9007199254740993}'), true, true)
    expect(read).toMatchObject({ best: 'json', json: '{\n  "id": 9007199254740993\n}' })
  })

  it('that only begins like JSON is shown as text', () => {
    expect(readPayload(encode('{"id": oops}'), true, true).forms).toEqual(['text', 'hex'])
  })

  it('of which the beginning is known is laid out as far as it goes', () => {
    expect(readPayload(encode('{"a":1,"b":'), true, false).best).toBe('json')
  })

  it('that breaks off within a character shows no broken one', () => {
    const bytes = encode('grün').subarray(0, 3)
    expect(readPayload(bytes, true, false).text).toBe('gr')
  })

  it('that is binary begins as hex', () => {
    expect(readPayload(new Uint8Array([0, 1, 255]), false, true)).toMatchObject({
      best: 'hex',
      forms: ['hex', 'text'],
    })
  })

  it('shows control and bidi characters, and copies them as they are', () => {
    const read = readPayload(encode('a\u202Egnp.exe\u0007'), true, true)
    expect(read.text).toBe('a⟨202E⟩gnp.exe␇')
    expect(read.copyText).toBe('a\u202Egnp.exe\u0007')
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

  it('may be empty in every form', () => {
    for (const form of ['json', 'text', 'hex'] as const) expect(readDraft('', form, 100).size).toBe(0)
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
