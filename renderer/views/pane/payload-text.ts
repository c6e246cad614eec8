import { toVisibleText } from '../../../shared/contract/visible-text.ts'
import { looksLikeJson, toPrettyJson } from '../../components/json-pretty.ts'
import { readJsonTreeOrNull } from '../../components/json/json-tree.ts'
import type { JsonNode } from '../../components/json/json-tree.ts'
import { decodeText, guessEncodingOrNull } from './payload-encoding.ts'
import type { Encoding } from './payload-encoding.ts'
import { imageTypeOrNull } from './payload-kinds.ts'
import type { ImageType } from './payload-kinds.ts'

export type PayloadForm = 'json' | 'text' | 'hex' | 'image'

export interface ReadPayload {
  readonly forms: readonly PayloadForm[]
  readonly best: PayloadForm
  /** A whole JSON document; null where it is none, or too deep or long for a tree. */
  readonly tree: readonly JsonNode[] | null
  /** Of a document whose end is not known: laid out as far as it goes. Else empty. */
  readonly json: string
  readonly text: string
  readonly encoding: Encoding
  /** What the bytes seem to be; null: no text. */
  readonly guess: Encoding | null
  readonly image: ImageType | null
  /** As it is, for the clipboard and the tree. */
  readonly copyText: string
}

/** More is shown as it is: laying it out would double it. */
const MAX_PRETTY_CHARS = 1024 * 1024

export interface ReadOptions {
  /** False: bytes are missing at the end, and the last character may be cut in two. */
  readonly isWhole: boolean
  /** The first byte is the payload's first: else it is neither a document nor an image. */
  readonly isFromStart: boolean
  /** What the person takes it for; null: guess. */
  readonly encoding: Encoding | null
}

export function readPayload(bytes: Uint8Array, options: ReadOptions): ReadPayload {
  const { isWhole, isFromStart } = options
  const guess = guessEncodingOrNull(bytes, isWhole && isFromStart)
  const encoding = options.encoding ?? guess ?? 'utf-8'
  const image = isFromStart ? imageTypeOrNull(bytes) : null
  if (image !== null && isWhole) return readImage(bytes, image, guess, encoding)
  const raw = decodeText(bytes, encoding, isWhole)
  const text = toVisibleText(raw)
  const common = { tree: null, json: '', text, encoding, guess, image, copyText: raw }
  if (guess === null && options.encoding === null) return { ...common, forms: ['hex', 'text'], best: 'hex' }
  const tree = isWhole && isFromStart ? readJsonTreeOrNull(raw) : null
  const isBegun = !isWhole && isFromStart && raw.length <= MAX_PRETTY_CHARS && looksLikeJson(raw)
  if (tree === null && !isBegun) return { ...common, forms: ['text', 'hex'], best: 'text' }
  const json = tree === null ? toVisibleText(toPrettyJson(raw)) : ''
  return { ...common, tree, json, forms: ['json', 'text', 'hex'], best: 'json' }
}

/** Megabytes of an image are turned into text only where somebody asks for that. */
function readImage(
  bytes: Uint8Array,
  image: ImageType,
  guess: Encoding | null,
  encoding: Encoding,
): ReadPayload {
  let decoded: string | null = null
  const raw = (): string => (decoded ??= decodeText(bytes, encoding, true))
  return {
    forms: ['image', 'hex', 'text'],
    best: 'image',
    tree: null,
    json: '',
    encoding,
    guess,
    image,
    get text() {
      return toVisibleText(raw())
    },
    get copyText() {
      return raw()
    },
  }
}
