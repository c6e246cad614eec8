import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { LIMITS } from '../shared/contract/limits.ts'
import type { QueuePlace } from '../shared/contract/model.ts'
import { toHelp } from '../shared/inspector/command-help.ts'
import { parseStartPlace } from '../shared/inspector/start-place.ts'

const USAGE =
  'Usage: serve [DIR | --demo] [--port N] [--write] [--read-only] [--state STATE] [--task ID] [--push-limit MIB]'
const MAX_PUSH_MIB = LIMITS.pushBytes / 1024 / 1024

export const SERVER_HELP = toHelp(USAGE, [
  ['DIR', 'the directory of the queue; without it the page begins with the welcome screen'],
  ['--demo', 'a queue of its own to try things out, removed at the end'],
  ['--port N', 'the port on 127.0.0.1; 0, or left out: any that is free'],
  ['--write', 'allows acts; without it the queue can only be looked at'],
  ['--read-only', 'looking only, whatever else is said'],
  ['--state STATE', 'begins in this list of the queue'],
  ['--task ID', 'begins at this task'],
  ['--push-limit MIB', `the largest payload that can be pushed, 1 to ${MAX_PUSH_MIB}`],
  ['--help', 'prints this, and ends'],
])

export interface ServerArguments {
  /** Absolute. Null: the page starts with the welcome screen. */
  readonly dir: string | null
  readonly demo: boolean
  /** 0: any free port. */
  readonly port: number
  readonly write: boolean
  /** Where the page begins in the queue. */
  readonly place: QueuePlace | null
  readonly pushLimitBytes: number
}

/** @throws UsageError with one line for the person. */
export function parseServerArguments(args: readonly string[]): ServerArguments {
  try {
    return toServerArguments(args)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    // Node adds advice of several sentences after the first.
    throw new UsageError(`${message.split(/\. |\.?\n/)[0]}. ${USAGE}`, { cause })
  }
}

class UsageError extends Error {
  readonly code = 'usage'
}

function toServerArguments(args: readonly string[]): ServerArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      demo: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      write: { type: 'boolean', default: false },
      // Counts for more than --write: `npm start` gives that by itself.
      'read-only': { type: 'boolean', default: false },
      state: { type: 'string' },
      task: { type: 'string' },
      'push-limit': { type: 'string', default: String(MAX_PUSH_MIB) },
    },
  })
  const [dir, ...rest] = positionals
  if (rest.length > 0) throw new TypeError(`One directory at a time, got ${positionals.length}`)
  if (dir === '') throw new TypeError('The directory must not be empty')
  if (values.demo && dir !== undefined) throw new TypeError('Either a directory or --demo')
  const place = parseStartPlace(values.state, values.task)
  if (place !== null && dir === undefined) throw new TypeError('Name the directory of the queue as well')
  return {
    place,
    dir: dir === undefined ? null : resolve(dir),
    demo: values.demo,
    port: toNumber('--port', values.port, 0, 65_535),
    write: values.write && !values['read-only'],
    pushLimitBytes: toNumber('--push-limit', values['push-limit'], 1, MAX_PUSH_MIB) * 1024 * 1024,
  }
}

function toNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new RangeError(`${option} must be a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`)
}
