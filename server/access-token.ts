import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 32

/** Knows the token of this start. It is never written to disk, logs or an argument list: only into the printed URL. */
export interface AccessToken {
  readonly text: string
  /** Compares in a time that does not depend on where the two differ, nor on their lengths. */
  matches(candidate: string): boolean
}

export function createAccessToken(): AccessToken {
  const text = randomBytes(TOKEN_BYTES).toString('base64url')
  const expected = toDigest(text)
  return { text, matches: (candidate) => timingSafeEqual(toDigest(candidate), expected) }
}

function toDigest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
