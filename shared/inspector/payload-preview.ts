import { LIMITS } from '../contract/limits.ts'
import { toVisibleLine } from '../contract/visible-text.ts'

export type PreviewKind = 'text' | 'binary' | 'empty' | 'unknown'

/** More control characters than this share, and text is shown as bytes. */
const MAX_CONTROL_SHARE = 0.02

/**
 * Tells text from binary by a payload's beginning: valid UTF-8 with hardly any control characters.
 * @param isWhole False where `bytes` ends before the payload does: a character cut in two at the end is no fault then.
 */
export function toPreviewKind(bytes: Uint8Array, isWhole: boolean): PreviewKind {
  if (bytes.length === 0) return isWhole ? 'empty' : 'unknown'
  const text = decodeOrNull(bytes, isWhole)
  if (text === null) return 'binary'
  let controls = 0
  for (const byte of bytes) if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) controls++
  return controls > bytes.length * MAX_CONTROL_SHARE ? 'binary' : 'text'
}

/** One line for a list row: text as it is, with what is hidden made visible; bytes as hex. */
export function toPreviewLine(bytes: Uint8Array, kind: PreviewKind, isWhole: boolean): string {
  switch (kind) {
    case 'text': {
      const head = bytes.subarray(0, LIMITS.rowPreviewBytes)
      const text = decodeOrNull(head, isWhole && head.length === bytes.length) ?? ''
      return toVisibleLine(text.replace(/\s+/g, ' ').trim())
    }
    case 'binary':
      return Buffer.from(bytes.subarray(0, 32))
        .toString('hex')
        .replace(/(..)(?!$)/g, '$1 ')
    case 'empty':
    case 'unknown':
      return ''
  }
}

function decodeOrNull(bytes: Uint8Array, isWhole: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole })
  } catch (cause) {
    if (cause instanceof TypeError) return null
    throw cause
  }
}
