import { createHash } from 'node:crypto'

const MAX_CHARS = 100
const HASH_CHARS = 8
/** Names that Windows keeps for devices, with any ending. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * A name that every platform takes as one plain file: lower-case letters of ASCII, digits, dots, underscores and hyphens. A name that
 * had to be changed, or that differs from another only in capital letters, gets a hash of itself before its ending.
 */
export function toSafeFileName(name: string): string {
  const isSafe =
    /^[a-z0-9_][a-z0-9_.-]*$/.test(name) &&
    !name.endsWith('.') &&
    !DEVICES.test(name) &&
    name.length <= MAX_CHARS
  if (isSafe) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARS)
  const ending = /\.[a-z0-9]{1,8}$/.exec(name)?.[0] ?? ''
  const stem = name
    .slice(0, name.length - ending.length)
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, MAX_CHARS - ending.length - HASH_CHARS - 1)
  return `${DEVICES.test(stem) || stem === '' ? `_${stem}` : stem}-${hash}${ending}`
}
