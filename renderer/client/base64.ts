/** Chunk of bytes turned into a string at once: String.fromCharCode takes its arguments on the stack. */
const CHUNK = 32 * 1024

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const chars = atob(text)
  const bytes = new Uint8Array(chars.length)
  for (let at = 0; at < chars.length; at++) bytes[at] = chars.charCodeAt(at)
  return bytes
}

export function toBase64(bytes: Uint8Array): string {
  let chars = ''
  for (let at = 0; at < bytes.length; at += CHUNK) {
    chars += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  }
  return btoa(chars)
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
