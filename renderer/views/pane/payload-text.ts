import { toVisibleText } from '../../../shared/contract/visible-text.ts'
import { jsonFaultOrNull } from '../../components/json-check.ts'
import { looksLikeJson, toPrettyJson } from '../../components/json-pretty.ts'

export type PayloadForm = 'json' | 'text' | 'hex'

export interface ReadPayload {
  readonly forms: readonly PayloadForm[]
  readonly best: PayloadForm
  /** Laid out over lines; empty where it is no JSON. */
  readonly json: string
  readonly text: string
  /** As it is, for the clipboard. */
  readonly copyText: string
}

/** More is shown as it is: laying it out would double it. */
const MAX_PRETTY_CHARS = 1024 * 1024

/** @param isWhole False: bytes are missing at the end, and the last character may be cut in two. */
export function readPayload(bytes: Uint8Array, isText: boolean, isWhole: boolean): ReadPayload {
  const raw = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: !isWhole })
  const text = toVisibleText(raw)
  if (!isText) return { forms: ['hex', 'text'], best: 'hex', json: '', text, copyText: raw }
  const isJson = raw.length <= MAX_PRETTY_CHARS && (isWhole ? isJsonText(raw) : looksLikeJson(raw))
  if (!isJson) return { forms: ['text', 'hex'], best: 'text', json: '', text, copyText: raw }
  const json = toVisibleText(toPrettyJson(raw))
  return { forms: ['json', 'text', 'hex'], best: 'json', json, text, copyText: raw }
}

function isJsonText(text: string): boolean {
  return jsonFaultOrNull(text) === null
}
