import { parseHexOrNull } from '../../components/hex.ts'
import { jsonFaultOrNull } from '../../components/json-check.ts'
import { formatBytes } from '../../components/format.ts'
import type { LabForm } from '../../store/lab-draft.ts'
import { PUSH_WORDS } from '../../words/push-words.ts'

export type DraftForm = Exclude<LabForm, 'files'>

export interface Draft {
  /** What would be pushed; null where it cannot be. */
  readonly bytes: Uint8Array | null
  readonly size: number | null
  /** Why not, one sentence. */
  readonly fault: string | null
  /** Where in the text, from 0. */
  readonly faultAt: number | null
  /** What is to be known of it though nothing is wrong, one sentence. */
  readonly note?: string
}

/** What a person wrote, as the bytes that it means. JSON is pushed as it was written, never formatted anew. */
export function readDraft(text: string, form: DraftForm, limitBytes: number): Draft {
  // The example in an empty editor reads like a payload, and is none.
  if (form === 'json' && text.trim() === '') {
    return { bytes: null, size: null, fault: null, faultAt: null, note: PUSH_WORDS.noJson }
  }
  if (form === 'hex') {
    const bytes = parseHexOrNull(text)
    if (bytes !== null) return withinLimit(bytes, limitBytes)
    return { bytes: null, size: null, fault: 'Hex takes pairs of the digits 0-9 and a-f.', faultAt: null }
  }
  const bytes = new TextEncoder().encode(text)
  if (form === 'json') {
    const fault = jsonFaultOrNull(text)
    if (fault !== null) {
      const words = `Line ${fault.line}, column ${fault.column}: ${fault.message}.`
      return { bytes: null, size: bytes.length, fault: words, faultAt: fault.at }
    }
  }
  return withinLimit(bytes, limitBytes)
}

function withinLimit(bytes: Uint8Array, limitBytes: number): Draft {
  if (bytes.length <= limitBytes) {
    const note = bytes.length === 0 ? { note: PUSH_WORDS.emptyPayload } : {}
    return { bytes, size: bytes.length, fault: null, faultAt: null, ...note }
  }
  const fault = `Too large: at most ${formatBytes(limitBytes)} can be pushed here.`
  return { bytes: null, size: bytes.length, fault, faultAt: null }
}
