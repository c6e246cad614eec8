/** Finds text or bytes in payloads, as fast as can be: in the bytes as they are wherever that gives the same answer. */

export interface Needle {
  /** Bytes of a payload that two chunks must share, so that nothing is missed between them. */
  readonly overlapBytes: number
  /** `bytes` is a part of a payload. */
  isIn(bytes: Buffer): boolean
}

/** Text without capital letters is found in any case, text with one exactly as it is. */
function isCaseSensitive(text: string): boolean {
  return text !== text.toLowerCase()
}

/** The test for texts in memory: ids, reasons, values of JSON. */
export function toTextMatcher(text: string): (candidate: string) => boolean {
  if (isCaseSensitive(text) || text.toUpperCase() === text) return (candidate) => candidate.includes(text)
  return (candidate) => candidate.toLowerCase().includes(text)
}

export function toByteNeedle(bytes: Buffer): Needle {
  return { overlapBytes: bytes.length - 1, isIn: (chunk) => chunk.includes(bytes) }
}

/** UTF-8 text. */
export function toTextNeedle(text: string): Needle {
  if (isCaseSensitive(text) || text.toUpperCase() === text) return toByteNeedle(Buffer.from(text, 'utf8'))
  // ASCII letters have the same bytes in Latin-1, which is decoded several times faster than UTF-8.
  if (/^[\x00-\x7f]*$/.test(text))
    return {
      overlapBytes: text.length - 1,
      isIn: (chunk) => chunk.toString('latin1').toLowerCase().includes(text),
    }
  return {
    overlapBytes: text.length * 4,
    isIn: (chunk) => chunk.toString().toLowerCase().includes(text),
  }
}
