export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'latin1'] as const
export type Encoding = (typeof ENCODINGS)[number]

export const ENCODING_WORDS: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  latin1: 'Latin-1',
}

/** So much decides whether bytes without a mark are old western text or no text at all. */
const PROBE_BYTES = 4_096
const MAX_CONTROL_PART = 0.02

/**
 * By its mark; else UTF-8 where every sequence is whole; else Latin-1 where hardly a byte is a control character. Null: no text.
 * @param isWhole False: the last sequence may be cut in two.
 */
export function guessEncodingOrNull(bytes: Uint8Array, isWhole: boolean): Encoding | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const probe = bytes.subarray(0, PROBE_BYTES)
  const controls = probe.reduce((sum, byte) => sum + (isOddControl(byte) ? 1 : 0), 0)
  if (controls > probe.length * MAX_CONTROL_PART) return null
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole })
    return 'utf-8'
  } catch {
    return 'latin1'
  }
}

/** A byte order mark is no text: it is not shown. */
export function decodeText(bytes: Uint8Array, encoding: Encoding, isWhole: boolean): string {
  if (encoding !== 'latin1') return new TextDecoder(encoding).decode(bytes, { stream: !isWhole })
  // The label "latin1" means windows-1252 to a browser: 0x80 to 0x9f would become other characters.
  let text = ''
  for (let at = 0; at < bytes.length; at += PROBE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + PROBE_BYTES))
  }
  return text
}

function isOddControl(byte: number): boolean {
  return byte === 0 || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b)
}
