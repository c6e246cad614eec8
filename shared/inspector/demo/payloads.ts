/** What the demo's tasks carry and how they fail: the shapes that people meet in real queues. */
import { randomBytes, randomUUID } from 'node:crypto'

export const PAYLOAD_KINDS = [
  'email',
  'thumbnail',
  'webhook',
  'invoice',
  'greeting',
  'plain-text',
  'binary',
  'image',
  'large-report',
  'nothing',
] as const
export type PayloadKind = (typeof PAYLOAD_KINDS)[number]

/** The everyday kinds come often, the odd ones now and then. */
const WEIGHTS: Readonly<Record<PayloadKind, number>> = {
  email: 34,
  thumbnail: 22,
  webhook: 18,
  invoice: 10,
  greeting: 6,
  'plain-text': 4,
  binary: 2,
  image: 2,
  'large-report': 1,
  nothing: 1,
}
const TOTAL_WEIGHT = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0)

const LARGE_REPORT_ROWS = 6_000
/** Larger than a JavaScript number can hold: shown with all its digits, or not at all. */
const EXACT_NUMBER = '12345678901234567891'
const GREETINGS = [
  'Grüße aus Köln 🌍',
  'こんにちは、世界',
  'مرحبا بالعالم',
  'Привіт 👋',
  '𝔉𝔢𝔪𝔱𝔬',
  'e\u0301 = é',
]
type Failures = readonly (() => Error)[]
const FAILURES: Partial<Record<string, Failures>> = {
  email: [
    () => new Error('SMTP 550: mailbox unavailable'),
    () => new Error('SMTP 421: too many connections, try again later'),
  ],
  thumbnail: [
    () => new TypeError("Cannot read properties of undefined (reading 'width')"),
    () => new RangeError('Image is larger than 100 megapixels'),
  ],
  webhook: [
    () => new Error('connect ETIMEDOUT 203.0.113.7:443'),
    () => new Error('HTTP 503 from hooks.example.com', { cause: new Error('upstream connect error') }),
  ],
}
const OTHER_FAILURES: Failures = [() => new Error('No handler for a payload of this kind')]
const KIND_WITHIN_BYTES = 64

/** A 1x1 picture. */
const PIXEL_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export function makePayload(kind: PayloadKind = pickKind()): string | Uint8Array {
  switch (kind) {
    case 'email':
      return JSON.stringify({
        kind,
        to: `user${below(5_000)}@example.com`,
        template: pick(['welcome', 'reset-password', 'receipt', 'digest']),
        locale: pick(['en', 'de', 'ja', 'pt-BR']),
      })
    case 'thumbnail':
      return JSON.stringify({
        kind,
        source: `uploads/${randomUUID()}.jpg`,
        widths: [160, 640, 1_280],
        quality: 82,
      })
    case 'webhook':
      return JSON.stringify({
        kind,
        url: 'https://hooks.example.com/orders',
        event: pick(['order.created', 'order.paid', 'order.shipped']),
        body: { orderId: below(1_000_000), lines: [{ sku: `SKU-${below(900)}`, quantity: 1 + below(4) }] },
      })
    case 'invoice':
      return `{"kind":"invoice","number":${EXACT_NUMBER},"total":19.90,"currency":"EUR","paid":false}`
    case 'greeting':
      return JSON.stringify({ kind, text: pick(GREETINGS) })
    case 'plain-text':
      return `reindex table customers\nbatch ${below(400)}\n`
    case 'binary':
      return randomBytes(256 + below(2_048))
    case 'image':
      return Buffer.from(PIXEL_PNG, 'base64')
    case 'large-report':
      return JSON.stringify({ kind, rows: Array.from({ length: LARGE_REPORT_ROWS }, toReportRow) })
    case 'nothing':
      return ''
  }
}

/** A reason that fits what the task carries. */
export function makeFailure(payload: Uint8Array): Error {
  const head = new TextDecoder().decode(payload.subarray(0, KIND_WITHIN_BYTES))
  const kind = /"kind":"([a-z-]+)"/.exec(head)?.[1] ?? ''
  return pick(FAILURES[kind] ?? OTHER_FAILURES)()
}

function pick<T>(values: readonly T[]): T {
  const value = values[below(values.length)]
  if (value === undefined) throw new RangeError('Nothing to pick from')
  return value
}

/** A whole number from 0 to `limit` - 1. */
export function below(limit: number): number {
  return Math.floor(Math.random() * limit)
}

function pickKind(): PayloadKind {
  let left = Math.random() * TOTAL_WEIGHT
  for (const kind of PAYLOAD_KINDS) {
    left -= WEIGHTS[kind]
    if (left < 0) return kind
  }
  return 'email'
}

function toReportRow(_: unknown, row: number): object {
  return {
    row,
    day: `2026-${String(1 + (row % 12)).padStart(2, '0')}-01`,
    visits: below(90_000),
    bounce: Math.random(),
  }
}
