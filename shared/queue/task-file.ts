/**
 * Bytes <-> task. Pure.
 *
 *     byte 0       version, 1
 *     bytes 1..7   zero; written, never demanded (Python ignores them too)
 *     bytes 8..23  MD5 of the payload
 *     bytes 24..   payload: any bytes, also none
 */
import { hash } from 'node:crypto'

export const HEADER_BYTES = 24
const VERSION = 1
const CHECKSUM_AT = 8
const HEADER_START = new Uint8Array([VERSION, 0, 0, 0, 0, 0, 0, 0])

export type TaskFileFault = 'too-short' | 'bad-version' | 'bad-checksum'

export type ParsedHeader =
  | { readonly kind: 'ok'; /** The 16 bytes of the stored MD5, a view. */ readonly md5: Uint8Array }
  | { readonly kind: 'too-short' }
  | { readonly kind: 'bad-version'; readonly version: number }

export type DecodedTask =
  | { readonly kind: 'ok'; /** A view into the given bytes, not a copy. */ readonly payload: Uint8Array }
  | { readonly kind: TaskFileFault }

/** Reads the header of a task file; `bytes` is its beginning, at least HEADER_BYTES of it. */
export function parseHeader(bytes: Uint8Array): ParsedHeader {
  if (bytes.length < HEADER_BYTES) return { kind: 'too-short' }
  const version = bytes[0] ?? 0
  if (version !== VERSION) return { kind: 'bad-version', version }
  return { kind: 'ok', md5: bytes.subarray(CHECKSUM_AT, HEADER_BYTES) }
}

/** Checks a whole task file and gives its payload. */
export function decodeTask(bytes: Uint8Array): DecodedTask {
  if (bytes.length < HEADER_BYTES) return { kind: 'too-short' }
  if (bytes[0] !== VERSION) return { kind: 'bad-version' }
  const payload = bytes.subarray(HEADER_BYTES)
  return hasStoredChecksum(bytes, payload) ? { kind: 'ok', payload } : { kind: 'bad-checksum' }
}

/** The whole file of a task with this payload. */
export function encodeTask(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  encodeTaskInto(bytes, payload)
  return bytes
}

/** Writes the file of a task into `bytes`, which has room for it, and gives its length: push() reuses one buffer. */
export function encodeTaskInto(bytes: Buffer, payload: Uint8Array): number {
  bytes.set(HEADER_START)
  bytes.write(hash('md5', payload, 'binary'), CHECKSUM_AT, 'latin1')
  bytes.set(payload, HEADER_BYTES)
  return HEADER_BYTES + payload.length
}

function hasStoredChecksum(bytes: Uint8Array, payload: Uint8Array): boolean {
  const md5 = hash('md5', payload, 'binary')
  for (let i = 0; i < md5.length; i++) if (md5.charCodeAt(i) !== bytes[CHECKSUM_AT + i]) return false
  return true
}
