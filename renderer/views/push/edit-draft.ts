import { jsonFaultOrNull } from '../../components/json-check.ts'
import { guessEncodingOrNull } from '../pane/payload-encoding.ts'
import type { DraftForm } from './push-draft.ts'

const HEX_ROW_BYTES = 16

/** The form in which a payload can be changed without losing a bit of it: text only where it comes back the same, and can be read. */
export function toEditForm(bytes: Uint8Array): DraftForm {
  const text = guessEncodingOrNull(bytes, true) === 'utf-8' ? toTextOrNull(bytes) : null
  if (text === null) return 'hex'
  return text !== '' && jsonFaultOrNull(text) === null ? 'json' : 'text'
}

export function toEditText(bytes: Uint8Array, form: DraftForm): string {
  return form === 'hex' ? toHexLines(bytes) : (toTextOrNull(bytes) ?? '')
}

export function canBeText(bytes: Uint8Array): boolean {
  return toTextOrNull(bytes) !== null
}

function toTextOrNull(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Lines of bytes, so that a difference shows where it is. */
function toHexLines(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += HEX_ROW_BYTES) {
    const part = bytes.subarray(at, at + HEX_ROW_BYTES)
    lines.push(Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' '))
  }
  return lines.join('\n')
}
