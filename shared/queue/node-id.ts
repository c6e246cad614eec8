import { isReservedDir } from './states.ts'

const MAX_NODE_ID_BYTES = 128
/** Names that Windows keeps for devices, with or without an extension. */
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i
const FORBIDDEN = /[/\\<>:"|?*\0-\x1f\x7f]/

/** Why `value` cannot be a node id, or null when it can: a node id becomes the name of a directory in the queue. */
export function nodeIdProblemOrNull(value: unknown): string | null {
  if (typeof value !== 'string') return `must be a string, got ${typeof value}`
  if (value === '') return 'must not be empty'
  if (value.startsWith('.')) return 'must not start with a dot'
  if (isReservedDir(value.toLowerCase())) return "must not be one of the queue's own directories"
  if (FORBIDDEN.test(value)) return 'must not contain / \\ < > : " | ? * or control characters'
  if (/[. ]$/.test(value)) return 'must not end in a dot or a space'
  if (WINDOWS_DEVICE.test(value)) return 'must not be a device name of Windows'
  if (new TextEncoder().encode(value).length > MAX_NODE_ID_BYTES)
    return `must be at most ${MAX_NODE_ID_BYTES} bytes long`
  return null
}

export function isNodeId(value: unknown): value is string {
  return nodeIdProblemOrNull(value) === null
}

/** @throws TypeError that says what is wrong with the id. */
export function assertNodeId(value: unknown): asserts value is string {
  const problem = nodeIdProblemOrNull(value)
  if (problem !== null) throw new TypeError(`nodeId ${problem}: ${JSON.stringify(value) ?? String(value)}`)
}
